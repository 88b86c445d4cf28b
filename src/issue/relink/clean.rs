//! Takes from an address what should not be published, and mends what is misspelt; it names the same article after.

use super::standing::Standing;
use super::write::{Writing, escaped};
use super::{Edit, Scope, Unfit, Wording};
use crate::issue::Link;
use crate::model::{ArticleUrl, UrlKind, redact, unescape};

/// The edits that make a link's address canonical; none where there is nothing to do.
///
/// Goes: session and tracking parameters, `http:`, `hhttps:`, `\&`. What names no article only loses private values.
/// An address behind a redirector is the redirector's and stays as it is.
///
/// # Errors
/// When the link stands where edits are not wanted.
pub fn clean(text: &str, link: &Link, scope: Scope<'_>) -> Result<Vec<Edit>, Unfit> {
    scope.check(link)?;
    if link.redirector.is_some() {
        return Ok(Vec::new());
    }
    let wording = Wording::default();
    let shown = link.shown_url.iter().filter_map(|span| {
        let (shown, canonical) = (&text[span.clone()], canonical_of(&text[span.clone()])?);
        let writing = Writing { text, link, standing: Standing::Link, target: &canonical, wording: &wording };
        (unescape(shown) != canonical).then(|| Edit { span: span.clone(), text: writing.shown() })
    });
    let address = cleaned(text, link).map(|text| Edit { span: link.span.clone(), text });
    Ok(shown.chain(address).collect())
}

fn cleaned(text: &str, link: &Link) -> Option<String> {
    let clean = match link.article() {
        Some(url) => escaped(&url.canonical(), link.context, "&", Some(&text[link.span.clone()])),
        None if !link.private.is_empty() => redact(&link.url),
        None => return None,
    };
    (clean != text[link.span.clone()]).then_some(clean)
}

fn canonical_of(shown: &str) -> Option<String> {
    UrlKind::of(shown).article().map(ArticleUrl::canonical)
}
