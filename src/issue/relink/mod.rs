//! Edits that give a link somewhere else to go, or take from its address what should not be published.
//!
//! An edit is a span and the bytes that go there; nothing is ever written again that an edit does not name.
//! [`is_faithful`] reads the outcome once more and says whether anything but the links has changed.

mod apply;
mod clean;
mod copy;
mod faithful;
mod standing;
mod struck;
mod write;

use std::ops::Range;

use super::{Context, Link};

pub use apply::{apply, invert};
pub use clean::clean;
pub use faithful::is_faithful;

use standing::Standing;
use struck::Struck;
use write::Writing;

/// Bytes that go into a text in place of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go; empty for an insertion.
    pub span: Range<usize>,
    /// What comes in their place.
    pub text: String,
}

/// What becomes of the old address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The new address takes its place.
    Replace,
    /// It stays, and a link to the copy follows in brackets.
    Append,
    /// It stays struck out, and a link to the copy follows.
    Strike,
}

/// The words that are written into issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// The text of a link to a copy.
    pub archived: String,
    /// What stands before an appended link.
    pub before: String,
    /// What stands after it.
    pub after: String,
}

impl Default for Wording {
    fn default() -> Self {
        Self { archived: "存档".to_owned(), before: "（".to_owned(), after: "）".to_owned() }
    }
}

/// Why a link is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Somebody, or an earlier run, has repaired it.
    #[error("a copy is linked already")]
    Done,
    /// It stands where readers see no link.
    #[error("it stands in {0}, which is left alone unless asked for with `--also {0}`")]
    NoLink(Context),
    /// Nothing can be put beside it there.
    #[error("nothing can be put beside a link in {0}; use `--mode replace`")]
    NoRoom(Context),
    /// It is a value, where an address can stand and nothing else.
    #[error("it is a value, as of an attribute or a shortcode, beside which nothing can be put; use `--mode replace`")]
    Value,
    /// It stands in what was meant to be a link.
    #[error("it stands in what Markdown does not read as a link, as `[…](…` with a bad end; mend that first")]
    Broken,
    /// Somebody struck it out, and put nothing beside it.
    #[error("it is struck out, with no copy behind it; use `--mode append`")]
    Struck,
    /// Somebody struck it out together with other words.
    #[error("it is struck out together with other words; put a copy behind them by hand")]
    StruckWords,
    /// It is written as a picture.
    #[error("it is written as a picture, `![…](…)`; make it a link first")]
    Picture,
}

/// Where links are no links to readers, and which of these places are edited all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// Of code, comment and front matter those that are wanted.
    pub also: &'a [Context],
}

impl Scope<'_> {
    /// Whether a link stands where edits are wanted.
    fn check(self, link: &Link) -> Result<(), Unfit> {
        let is_unseen = matches!(link.context, Context::Code | Context::Comment | Context::FrontMatter);
        if is_unseen && !self.also.contains(&link.context) { Err(Unfit::NoLink(link.context)) } else { Ok(()) }
    }
}

/// The edits that give a link a new target.
///
/// # Errors
/// When the link is repaired already, or stands where the mode can't be carried out.
pub fn relink(text: &str, link: &Link, new: &Target<'_>, scope: Scope<'_>) -> Result<Vec<Edit>, Unfit> {
    scope.check(link)?;
    if link.context == Context::Inline && text[link.whole.clone()].starts_with('!') {
        return Err(Unfit::Picture);
    }
    let end = end_of(text, link);
    let standing = Standing::of(text, link);
    if standing == Standing::Broken {
        return Err(Unfit::Broken);
    }
    let writing = Writing { text, link, standing, target: new.url, wording: new.wording };
    let struck = Struck::of(&writing, end);
    if struck == Some(Struck::Repaired) || copy::follows(text, end, &writing) {
        return Err(Unfit::Done);
    }
    match new.mode {
        Mode::Replace if struck.is_some() => Err(Unfit::Struck),
        Mode::Replace => Ok(writing.replace()),
        Mode::Append | Mode::Strike if standing == Standing::Value => Err(Unfit::Value),
        Mode::Append | Mode::Strike if !has_room(text, link, standing) => Err(Unfit::NoRoom(link.context)),
        Mode::Append | Mode::Strike if struck == Some(Struck::WithWords) => Err(Unfit::StruckWords),
        mode if let Some(Struck::Until(close)) = struck => {
            Ok(vec![Edit { span: close..close, text: writing.behind_strokes(mode) }])
        }
        Mode::Append => Ok(vec![Edit { span: end..end, text: writing.appendix() }]),
        Mode::Strike => {
            let (open, close) = writing.strokes();
            let whole = link.whole.start..end;
            let text = format!("{open}{}{close} {}", &text[whole.clone()], writing.copy_link());
            Ok(vec![Edit { span: whole, text }])
        }
    }
}

/// Where a link goes from now on.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The new address, absolute or a path of the site.
    pub url: &'a str,
    /// What becomes of the old one.
    pub mode: Mode,
    /// The words around it.
    pub wording: &'a Wording,
}

/// Where the link ends, the end tag of an anchor and the attributes of kramdown included.
fn end_of(text: &str, link: &Link) -> usize {
    let end = link.whole.end + len_of_attributes(text, link);
    let has_end_tag =
        link.context == Context::Html && text[end..].get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("</a"));
    let close = if has_end_tag { text[end..].find('>') } else { None };
    close.map_or(end, |len| end + len + 1)
}

/// The length of `{:target="_blank"}`, `{.class}` or `{rel=nofollow}` directly behind a link of Markdown.
///
/// Such attributes belong to whatever stands before them, so nothing may come between.
fn len_of_attributes(text: &str, link: &Link) -> usize {
    const REACH: usize = 200;
    if !matches!(link.context, Context::Inline | Context::Image | Context::Autolink) {
        return 0;
    }
    let reach = text.floor_char_boundary(link.whole.end.saturating_add(REACH));
    let Some(rest) = text[link.whole.end..reach].strip_prefix('{') else { return 0 };
    let Some(end) = rest.find(['}', '{', '\n']).filter(|end| rest[*end..].starts_with('}')) else { return 0 };
    let inner = &rest[..end];
    let are_attributes = inner.starts_with([':', '.', '#'])
        || inner.starts_with(|char: char| char.is_ascii_alphabetic()) && inner.contains('=');
    if are_attributes { end + 2 } else { 0 }
}

/// Whether words can be put behind the link without breaking what it stands in.
fn has_room(text: &str, link: &Link, standing: Standing) -> bool {
    match link.context {
        Context::Inline | Context::Image | Context::Autolink | Context::Bare => true,
        Context::Html => standing == Standing::HtmlWords || end_of(text, link) > link.whole.end,
        Context::Reference | Context::Comment | Context::Code | Context::FrontMatter => false,
    }
}
