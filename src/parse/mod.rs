//! Reads a page of mp.weixin.qq.com: what kind of answer it is, and what the article says.
//!
//! Pure and total: any bytes give an answer, nothing is opened, and no script is run. Pages are megabytes of script
//! around a small body, so the parts are found by scanning bytes and only the body is parsed as HTML:
//!
//! ```text
//! bytes --outline--> scripts, metas, elements       one scan
//! scripts --variables, script--> values             a lexer for literals
//! all of it --classify--> notice, block page        or: --meta--> Article without body
//! body HTML --limit, dom--> tree --body--> blocks    pictures, cards, code, lists, tables, links
//! ```

mod caption;
mod classify;
mod identity;
mod meta;
mod post;
mod time;

mod escape;
mod markup;
mod nesting;
mod outline;
mod script;
mod text;
mod value;
mod variables;

mod body;
mod card;
mod code;
mod drawing;
mod flatten;
mod flow;
mod footnote;
mod heading;
mod inline;
mod link;
mod list;
mod marker;
mod picture;

mod set_as_code;
mod style;
mod table;

mod dom;
mod limit;
mod reference;
mod tree;

use crate::model::{Article, ArticleKind, ArticleUrl, Block, Inline, Oddities, Oddity, Page, State};
pub use heading::Headings;
use meta::Source;
use outline::{Ending, Outline};
use text::Text;
use variables::Variables;

/// What a page turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parsed {
    /// An article or another post, whole.
    Article(Box<Article>),
    /// A notice in place of the article; also one that says to come back later.
    Gone(Notice),
    /// The account moved, and the article is at another address now.
    Moved(ArticleUrl),
    /// The site refused to show anything to us; says nothing about the article.
    Blocked(Notice),
    /// None of these.
    Unknown(Unreadable),
}

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it means.
    pub state: State,
    /// Its words.
    pub message: Option<String>,
    /// The account it speaks of.
    pub account: Option<String>,
}

/// Why a page can be taken neither for an article nor for a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is larger than any page of the site.
    #[error("the page has {0} bytes, more than the {MOST_BYTES} that are read")]
    TooLarge(usize),
    /// Its bytes are no text.
    #[error("the page is not UTF-8 text")]
    NotText,
    /// It is text in another encoding; the site itself sends UTF-8 only.
    #[error("the page is written in {0}, and only UTF-8 is read; convert it first, as with `iconv -f {0} -t UTF-8`")]
    Encoding(&'static str),
    /// It is an article's page, but its end is missing.
    #[error("the article's page is cut off; fetch it again")]
    CutOff,
    /// It is an article's page, but there is nothing in it.
    #[error("the article's page has no content; fetch it again")]
    NoContent,
    /// It is nothing that is known.
    #[error("the page is neither an article nor a known notice")]
    Unrecognised,
}

/// Pages of the site have 2 to 4 MB.
const MOST_BYTES: usize = 16 << 20;

/// Reads a page; headings are the lines that it marks as such.
#[must_use]
pub fn parse(page: &Page) -> Parsed {
    parse_with(page, Headings::Marked)
}

/// Reads a page, and says which lines of it become headings.
#[must_use]
pub fn parse_with(page: &Page, headings: Headings) -> Parsed {
    if page.bytes.len() > MOST_BYTES {
        return Parsed::Unknown(Unreadable::TooLarge(page.bytes.len()));
    }
    if classify::is_captcha_address(&page.url) {
        return Parsed::Blocked(Notice { state: State::Blocked, message: None, account: None });
    }
    let text = match Text::of(&page.bytes) {
        Ok(text) => text,
        Err(why) => return Parsed::Unknown(why),
    };
    let outline = Outline::of(&text.html);
    let variables = Variables::of(&outline);
    let source = Source { outline: &outline, variables: &variables, url: &page.url };
    if !is_article(&source) {
        return classify::notice(&source, &text.html);
    }
    let mut parsed = article(&source, headings);
    if let Parsed::Article(article) = &mut parsed {
        article.oddities.add_many(Oddity::BrokenCharacter, text.broken);
    }
    parsed
}

/// Reads the bytes of a body without a page around it.
///
/// # Errors
/// Fails where the bytes are no text, or text in another encoding than UTF-8.
pub fn fragment_of(bytes: &[u8]) -> Result<(Vec<Block>, Oddities), Unreadable> {
    let text = Text::of(bytes)?;
    let (blocks, mut oddities) = fragment(&text.html);
    oddities.add_many(Oddity::BrokenCharacter, text.broken);
    Ok((blocks, oddities))
}

/// Reads a body without a page around it, as editors produce it.
#[must_use]
pub fn fragment(html: &str) -> (Vec<Block>, Oddities) {
    body::read(html, Headings::Marked)
}

/// Whether a page is an article's: any article may quote what notices say, so this is asked first (anatomy §4).
fn is_article(source: &Source<'_>) -> bool {
    source.outline.has("js_article") || source.outline.has("js_content") || source.cgi_text(&["title"]).is_some()
}

fn article(source: &Source<'_>, headings: Headings) -> Parsed {
    let has_whole_content = !source.outline.has("js_content") || source.outline.element("js_content").is_some();
    if source.outline.ending != Ending::Whole || !has_whole_content {
        return Parsed::Unknown(Unreadable::CutOff);
    }
    if ["tempkey=", "is_temp_url="].iter().any(|mark| source.url.contains(mark)) {
        return Parsed::Gone(Notice { state: State::Unpublished, message: None, account: None });
    }
    let mut article = meta::read(source);
    match article.kind {
        ArticleKind::Article | ArticleKind::Repost => {
            let (blocks, oddities) = source.body().map(|html| body::read(html, headings)).unwrap_or_default();
            article.body = blocks;
            article.oddities.extend(&oddities);
        }
        _ => post::read(source, &mut article),
    }
    if article.body.is_empty() && source.cgi_text(&["title"]).is_some() {
        // Short posts of the early years have a title and nothing else; the page data shows that the page is whole.
        // Nothing tells one from a page of today whose body is loaded later.
        article.body.push(Block::Paragraph(vec![Inline::text(article.title.clone())]));
        article.oddities.add(Oddity::TitleForBody);
    }
    if source.is_preview() {
        article.oddities.add(Oddity::PaidPreview);
    }
    if article.body.is_empty() {
        return Parsed::Unknown(Unreadable::NoContent);
    }
    if article.title.is_empty() {
        article.title = caption::title(&article);
        article.oddities.add(Oddity::MissingMetadata);
    }
    Parsed::Article(Box::new(article))
}
