//! Reads links, and the source that a quote card names.

use std::collections::BTreeSet;

use super::body::{Walk, is_block};
use super::dom::Element;
use super::escape::html_decode;
use super::flatten::flatten;
use super::flow::{Around, Flow, Links};
use super::meta::words;
use crate::model::{ArticleUrl, Block, Card, CardKind, Inline, InlineKind, Oddity, private_parameters};

/// Reads an anchor; one that leads nowhere is just its content.
pub(super) fn read(walk: &mut Walk<'_>, element: Element<'_>, around: Around<'_>, flow: &mut Flow) {
    let program = element.first_attribute(&["data-miniprogram-nickname", "data-miniprogram-appid"]);
    if program.is_some() || element.has_class("weapp_text_link") || element.has_class("weapp_image_link") {
        return read_program_link(walk, element, around, flow);
    }
    let href = element.attribute("href").filter(|href| !is_too_long(walk, href));
    let target = href.and_then(target).or_else(|| picture(walk, element));
    let around = around.linked(target.as_deref());
    let is_apart = |child: Element<'_>| is_block(child.name()) || child.name() == "pre";
    let holds_blocks = target.is_some() && element.elements().any(is_apart);
    if holds_blocks {
        read_around_blocks(walk, element, around, flow);
    } else {
        walk.children(element, around, flow);
    }
    if target.is_some() {
        flow.line.end_link();
    }
}

/// Bytes of an address at most: no browser sends a longer one, and it stands at every run of the link.
const LONGEST: usize = 4096;

fn is_too_long(walk: &mut Walk<'_>, href: &str) -> bool {
    let is_too_long = href.len() > LONGEST;
    walk.oddities.add_many(Oddity::BadLinkAddress, u32::from(is_too_long));
    is_too_long
}

/// A link around a few paragraphs, as a picture and its title, stays one link: one paragraph with breaks.
fn read_around_blocks(walk: &mut Walk<'_>, element: Element<'_>, around: Around<'_>, flow: &mut Flow) {
    const MOST: usize = 12;
    let blocks = walk.blocks(element, around);
    let is_few = blocks.len() <= MOST && blocks.iter().all(|block| matches!(block, Block::Paragraph(_)));
    if !is_few || blocks.is_empty() {
        let target =
            around.setting.link.filter(|target| !blocks.is_empty() && !blocks.iter().any(|block| leads(block, target)));
        flow.extend(blocks);
        // Code can't be linked: its target stands below.
        let address = target.map(|target| Inline { link: Some(target.to_owned()), ..Inline::text(target) });
        return flow.extend(address.map(|address| Block::Paragraph(vec![address])).into_iter().collect());
    }
    let mut content = flatten(&blocks);
    for run in &mut content {
        run.link = run.link.take().or_else(|| around.setting.link.map(str::to_owned));
    }
    flow.push(Block::Paragraph(content));
}

/// Whether a link somewhere in a block leads to a target.
fn leads(block: &Block, target: &str) -> bool {
    let mut leads = false;
    block.for_each_inline(&mut |run: &Inline| leads |= run.link.as_deref() == Some(target));
    leads
}

/// The picture that a link such as 图1 of a caption means.
fn picture(walk: &Walk<'_>, element: Element<'_>) -> Option<String> {
    let number =
        element.first_attribute(&["data-seq", "data-refer"])?.trim_start_matches('图').parse::<usize>().ok()?;
    walk.pictures.get(number.checked_sub(1)?).cloned()
}

/// A link into a mini-program opens only in the client: its words become a card, its picture stays a picture.
fn read_program_link(walk: &mut Walk<'_>, element: Element<'_>, around: Around<'_>, flow: &mut Flow) {
    walk.oddities.add(Oddity::CardWithoutLink);
    let name = words(&element.text());
    let program = element.first_attribute(&["data-miniprogram-nickname"]).map(html_decode);
    if name.is_empty() {
        return walk.children(element, around, flow);
    }
    // In the middle of a sentence: the program's name must not run into the words after it.
    let name = match program.filter(|program| !name.contains(program.as_str())) {
        Some(program) => format!("{name}（{program}）"),
        None => name,
    };
    let card = Card { kind: CardKind::MiniProgram, name, detail: None, url: None, id: None, alias: None, cover: None };
    flow.line.push(InlineKind::Card(card), around.setting);
}

/// Where an address leads: canonical where it is an article's, without private parameters, `None` where nowhere.
pub(super) fn target(href: &str) -> Option<String> {
    let mut href = unescape_ampersands(href.trim());
    if href.starts_with("//") {
        href.insert_str(0, "https:");
    } else if href.starts_with("/s?") || href.starts_with("/s/") || href.starts_with("/mp/") {
        href.insert_str(0, "https://mp.weixin.qq.com");
    }
    let scheme = href.split(':').next().unwrap_or_default().to_ascii_lowercase();
    match scheme.as_str() {
        "mailto" | "tel" => Some(href),
        "http" | "https" if href.contains("weixin.qq.com") => {
            let article = ArticleUrl::parse(&href).filter(|_| !has_long_code(&href));
            Some(article.map_or_else(|| without_private(&href), |article| article.canonical()))
        }
        "http" | "https" if href.contains("://") => Some(href),
        _ => None,
    }
}

/// Whether an address has a code longer than those of today, the beginning of which would name another article.
fn has_long_code(href: &str) -> bool {
    let is_of_code = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    href.split_once("weixin.qq.com/s/").is_some_and(|(_, code)| code.bytes().take_while(is_of_code).count() > 22)
}

/// Undoes `&amp;`, however often it was escaped, in one pass: pages are hostile.
fn unescape_ampersands(href: &str) -> String {
    let mut parts = href.split('&');
    let mut unescaped = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        unescaped.push('&');
        unescaped.push_str(part.trim_start_matches("amp;"));
    }
    unescaped
}

/// Takes the parameters that belong to a reader's session out of an address of the site.
fn without_private(href: &str) -> String {
    let private: BTreeSet<String> = private_parameters(href).into_iter().collect();
    if private.is_empty() {
        return href.to_owned();
    }
    let is_private = |pair: &str| {
        let name = pair.split('=').next().unwrap_or(pair).to_ascii_lowercase();
        private.contains(&name)
    };
    let (path, query) = href.split_once('?').unwrap_or((href, ""));
    let (query, fragment) = query.split_once('#').unwrap_or((query, ""));
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_private(pair)).collect();
    let mark = if kept.is_empty() { "" } else { "?" };
    let fragment =
        if fragment.is_empty() || fragment.split('&').any(is_private) { String::new() } else { format!("#{fragment}") };
    format!("{path}{mark}{}{fragment}", kept.join("&"))
}

/// Bytes of an address that are few enough to stand at every run of a page.
const SHORT: usize = 256;

/// Bytes of addresses at most, each counted as often as it is copied; a thousand links of an ordinary page are a few.
const MOST_COPIED: usize = 16 << 20;

/// Whether an address may be too long to stand at every run of its link.
pub(super) fn is_long(anchor: Element<'_>) -> bool {
    anchor.attribute("href").is_some_and(|href| href.len() > SHORT)
}

/// Which links below an element can be kept: an address is copied to every run of its link, and each element and each
/// line of text in it may be one.
pub(super) fn affordable(root: Element<'_>) -> Links {
    let mut left = MOST_COPIED;
    let mut spend = |bytes: usize| {
        left = left.saturating_sub(bytes);
        left > 0
    };
    let mut links = root.descendants().filter(|found| found.name() == "a" && is_long(*found));
    let is_affordable = |link: Element<'_>| {
        let address = link.attribute("href").map_or(0, str::len);
        spend(address.saturating_mul(1 + link.text().len() / 4))
            && link.descendants().all(|_| spend(address.saturating_mul(2)))
    };
    if links.all(is_affordable) { Links::All } else { Links::Short }
}

/// The source line of the site's own quote card: author and title, linked.
pub(super) fn source_of_quote(element: Element<'_>) -> Option<Vec<Inline>> {
    let url = element.first_attribute(&["data-url"]).filter(|url| url.starts_with("http") && url.len() <= LONGEST)?;
    let author = element.first_attribute(&["data-author-name"]).map(html_decode);
    let title = element.first_attribute(&["data-source-title"]).map(html_decode);
    let name = [author, title].into_iter().flatten().map(|part| words(&part)).collect::<Vec<_>>().join(" ");
    let name = if name.is_empty() { "原文".to_owned() } else { name };
    let mut source = Inline::text(name);
    source.link = target(url);
    Some(vec![source])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_lead_nowhere_are_none() {
        for href in ["", "javascript:;", "javascript:void(0);", "#top", "##", "page.html"] {
            assert_eq!(target(href), None, "{href}");
        }
    }

    #[test]
    fn article_addresses_are_canonical_and_others_stay() {
        for (href, expected) in [
            (
                "http://mp.weixin.qq.com/s?__biz=MTIz&amp;mid=1&idx=2&sn=0a&scene=21&key=x#rd",
                "https://mp.weixin.qq.com/s?__biz=MTIz&mid=1&idx=2&sn=0a",
            ),
            ("/s/abcdefghijklmnopqrstuv?from=x", "https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv"),
            ("https://example.com/?a=1&amp;amp;amp;b=amp;", "https://example.com/?a=1&b=amp;"),
            (
                "https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuvx",
                "https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuvx",
            ),
            ("//example.com/a?b=1&token=2", "https://example.com/a?b=1&token=2"),
            (
                "https://mp.weixin.qq.com/mp/appmsgalbum?album_id=1&pass_ticket=x#wechat_redirect",
                "https://mp.weixin.qq.com/mp/appmsgalbum?album_id=1#wechat_redirect",
            ),
        ] {
            assert_eq!(target(href).as_deref(), Some(expected), "{href}");
        }
    }
}
