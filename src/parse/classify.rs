//! Tells apart the pages that are no articles: notices, block pages, and what nobody knows (anatomy §4, §8.1).

use super::dom::{Dom, Element};
use super::meta::{Source, words};
use super::{Notice, Parsed, Unreadable};
use crate::model::{ArticleUrl, State};

/// Words of notices and the state they mean, the more telling ones first; matched in lower case.
const NOTICES: [(&str, State); 45] = [
    ("原帐号迁移时未将文章素材同步", State::NotMigrated),
    ("原账号迁移时未将文章素材同步", State::NotMigrated),
    ("帐号迁移流程", State::Migrating),
    ("账号迁移流程", State::Migrating),
    ("公众号已迁移", State::Migrated),
    ("has been migrated", State::Migrated),
    ("冒名侵权", State::Impersonation),
    ("自主注销", State::AccountCancelled),
    ("帐号已注销", State::AccountCancelled),
    ("账号已注销", State::AccountCancelled),
    ("account has been canceled", State::AccountCancelled),
    ("account has been cancelled", State::AccountCancelled),
    ("account has been deregistered", State::AccountCancelled),
    ("帐号已被屏蔽", State::AccountBlocked),
    ("账号已被屏蔽", State::AccountBlocked),
    ("帐号已被封", State::AccountBlocked),
    ("账号已被封", State::AccountBlocked),
    ("account has been blocked", State::AccountBlocked),
    ("account has been suspended", State::AccountBlocked),
    ("已被发布者删除", State::Deleted),
    ("deleted by the author", State::Deleted),
    ("deleted by author", State::Deleted),
    ("deleted by the publisher", State::Deleted),
    ("不实信息", State::Rumour),
    ("发送失败无法查看", State::SendFailed),
    ("failed to send", State::SendFailed),
    ("经审核涉嫌侵权", State::Infringement),
    ("infringement", State::Infringement),
    ("被多人投诉", State::Complaints),
    ("complained by multiple", State::Complaints),
    ("multiple complaints", State::Complaints),
    ("因违规无法查看", State::Violation),
    ("此内容因涉嫌违反", State::Violation),
    ("violat", State::Violation),
    ("链接已过期", State::Expired),
    ("link has expired", State::Expired),
    ("link expired", State::Expired),
    ("参数错误", State::BadParameters),
    ("parameter", State::BadParameters),
    ("系统出错", State::SystemError),
    ("system error", State::SystemError),
    ("暂时无法查看", State::Unavailable),
    ("temporarily unavailable", State::Unavailable),
    ("请在微信客户端打开", State::ClientOnly),
    ("open this link in wechat", State::ClientOnly),
];

/// Words of pages that only ask who is asking.
const BLOCKS: [&str; 9] = [
    "环境异常",
    "访问过于频繁",
    "操作频繁",
    "验证身份",
    "完成验证后即可继续访问",
    "environment abnormal",
    "abnormal environment",
    "verify your identity",
    "too frequent",
];

/// Marks of the captcha shell, which shows no words at all before its script runs.
const SHELLS: [&str; 4] = ["secitptpage/verify", "wappoc_appmsgcaptcha", "TCaptcha.js", "poc_token :"];

/// Where notices stand on their page.
const PLACES: [&str; 6] =
    ["weui-msg__title", "weui-msg__desc", "weui_msg_title", "weui_msg_desc", "mesg-block", "global_error_msg"];

/// Bytes of a notice's page at most, scripts left out; real ones have some thousands.
const LARGEST_NOTICE: usize = 1 << 20;

/// A page without a marked notice is read as one only if it says little else.
const LONGEST_NOTICE: usize = 400;

/// Says what a page that is no article is.
pub(super) fn notice(source: &Source<'_>, html: &str) -> Parsed {
    let markup = source.outline.without_scripts();
    if markup.len() > LARGEST_NOTICE {
        return Parsed::Unknown(Unreadable::Unrecognised);
    }
    let dom = Dom::parse(&markup);
    let marked = marked(dom.root());
    let visible = visible(dom.root());
    if let Some(moved) = moved(source, dom.root()) {
        return Parsed::Moved(moved);
    }
    let is_short = visible.chars().count() <= LONGEST_NOTICE;
    let spoken = if marked.is_empty() && is_short { visible.clone() } else { marked.clone() };
    let lower = spoken.to_lowercase();
    let is_block = BLOCKS.iter().any(|words| lower.contains(words));
    let state = NOTICES.iter().find(|(words, _)| lower.contains(words)).map(|(_, state)| *state);
    match state.filter(|_| !is_block).or_else(|| of_reason(source)) {
        Some(state) => Parsed::Gone(notice_of(source, state, &marked, &spoken)),
        None if is_block || is_shell(html) || is_short && is_block_page(html) => {
            Parsed::Blocked(notice_of(source, State::Blocked, &marked, &spoken))
        }
        None => Parsed::Unknown(Unreadable::Unrecognised),
    }
}

/// Whether the address that answered is that of the captcha.
pub(super) fn is_captcha_address(url: &str) -> bool {
    url.split(['?', '#']).next().is_some_and(|path| path.to_ascii_lowercase().contains("captcha"))
}

/// The words of the places where notices stand.
fn marked(root: Element<'_>) -> String {
    let is_place = |element: &Element<'_>| PLACES.iter().any(|place| element.has_class(place));
    // A title, a description, a hint; a hostile page could nest any number of them.
    let texts = root.descendants().filter(is_place).take(6).map(|element| words(&element.text()));
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The words that a reader could see: title and body without styles and what is hidden.
fn visible(root: Element<'_>) -> String {
    let mut text = String::new();
    for block in &super::body::read_tree(root) {
        block.for_each_inline(&mut |inline| {
            if let crate::model::InlineKind::Text(words) = &inline.kind {
                text.push_str(words);
                text.push(' ');
            }
        });
    }
    words(&text)
}

/// Where the account moved to, with the article.
fn moved(source: &Source<'_>, root: Element<'_>) -> Option<ArticleUrl> {
    let button =
        || root.descendants().find(|element| element.attribute("id") == Some("js_access_msg"))?.attribute("href");
    let target = source.variables.text(&["transferTargetLink"]).or_else(button)?;
    ArticleUrl::parse(&super::escape::html_decode(target))
}

/// A notice may say no more than a number for its reason.
fn of_reason(source: &Source<'_>) -> Option<State> {
    let reason = source.variables.old_cgi.at(&["del_reason_id"]).text()?;
    (reason != "0").then_some(State::Violation)
}

fn is_shell(html: &str) -> bool {
    SHELLS.iter().any(|mark| html.contains(mark))
}

/// Whether a script of a page that shows nothing writes the words of a block page.
fn is_block_page(html: &str) -> bool {
    BLOCKS.iter().any(|words| html.contains(words))
}

fn notice_of(source: &Source<'_>, state: State, marked: &str, spoken: &str) -> Notice {
    let message = if marked.is_empty() { spoken } else { marked };
    let account = source.variables.old_cgi.at(&["nick_name"]).text();
    let account = account
        .or_else(|| source.cgi_text(&["nick_name"]))
        .or_else(|| source.variables.text(&["nick_name", "nickname"]));
    Notice {
        state,
        message: Some(message.to_owned()).filter(|message| !message.is_empty()),
        account: account.map(super::escape::html_decode),
    }
}
