//! Gives pictures of a text other addresses; no byte besides these addresses changes.

use std::ops::Range;

use super::{ImageReference, Issue, scan};

/// A picture's address and the one that takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAddress {
    /// The bytes of the address in the old text.
    pub span: Range<usize>,
    /// The new address.
    pub url: String,
}

/// Why a text is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RewriteError {
    /// The new address has signs that mean something in Markdown, HTML or front matter.
    #[error(
        "`{url}` has signs that would have to be escaped; choose a base address of letters, digits and `-._/:~%+@`"
    )]
    Address {
        /// The address.
        url: String,
    },
    /// Read again, the new text says something else than it should.
    #[error("the new text would not read as it should at its picture {index}; nothing is changed in it")]
    Unfaithful {
        /// Which picture, from 1; behind the last where a link has changed.
        index: usize,
    },
}

/// The addresses that change; pictures for which `target` knows no address stay as they are.
pub fn new_addresses(issue: &Issue, target: impl Fn(&ImageReference) -> Option<String>) -> Vec<NewAddress> {
    let changed = issue.images.iter().filter_map(|image| {
        let url = target(image).filter(|url| *url != image.url)?;
        Some(NewAddress { span: image.span.clone(), url })
    });
    changed.collect()
}

/// Puts new addresses into the text that `issue` was read from.
///
/// # Errors
/// When an address can't stand there unescaped, or the outcome does not read back as the same text with these addresses.
pub fn rewrite(text: &str, issue: &Issue, addresses: &[NewAddress]) -> Result<String, RewriteError> {
    if let Some(address) = addresses.iter().find(|address| !is_plain(&address.url)) {
        return Err(RewriteError::Address { url: address.url.clone() });
    }
    let mut rewritten = String::with_capacity(text.len());
    let mut end = 0;
    for NewAddress { span, url } in addresses {
        rewritten.push_str(text.get(end..span.start).unwrap_or_default());
        rewritten.push_str(url);
        end = span.end;
    }
    rewritten.push_str(text.get(end..).unwrap_or_default());
    check(issue, addresses, &scan(&rewritten)).map(|()| rewritten)
}

/// Whether an address means itself in Markdown, HTML, YAML and TOML.
fn is_plain(url: &str) -> bool {
    !url.is_empty() && url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._/:~%+@".contains(&byte))
}

/// Whether a text read again has the pictures and links it should have.
fn check(old: &Issue, addresses: &[NewAddress], new: &Issue) -> Result<(), RewriteError> {
    for (index, image) in old.images.iter().enumerate() {
        let changed = addresses.iter().find(|address| address.span == image.span);
        let expected = changed.map_or(&image.url, |address| &address.url);
        if new.images.get(index).is_none_or(|image| image.url != *expected) {
            return Err(RewriteError::Unfaithful { index: index + 1 });
        }
    }
    let urls = |issue: &Issue| issue.links.iter().map(|link| link.url.clone()).collect::<Vec<_>>();
    let is_same = old.images.len() == new.images.len() && urls(old) == urls(new);
    if is_same { Ok(()) } else { Err(RewriteError::Unfaithful { index: old.images.len() + 1 }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "---\ntitle: 周报\ncover: 'https://a.example/c.png'\n---\n\r\n![x](https://a.example/1.png \"t\")\
        <img src=\"https://a.example/2.png?a=1&amp;b=2\">\r\n[文](https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv)\n\
        ![y][z]\n\n[z]: <https://a.example/3 4.png>\n";

    fn all(text: &str, url: &str) -> Result<String, RewriteError> {
        let issue = scan(text);
        rewrite(text, &issue, &new_addresses(&issue, |_| Some(url.to_owned())))
    }

    #[test]
    fn only_addresses_of_pictures_change() {
        let rewritten = all(TEXT, "https://cdn.example/ab/x.png").unwrap();
        let mut expected = TEXT.to_owned();
        for old in ["a.example/c.png", "a.example/1.png", "a.example/2.png?a=1&amp;b=2", "a.example/3 4.png"] {
            expected = expected.replace(old, "cdn.example/ab/x.png");
        }
        assert_eq!(rewritten, expected);
        assert_eq!(all(&rewritten, "https://cdn.example/ab/x.png"), Ok(expected), "twice is once");
    }

    #[test]
    fn pictures_without_a_new_address_stay() {
        let issue = scan(TEXT);
        assert!(new_addresses(&issue, |_| None).is_empty());
        assert_eq!(rewrite(TEXT, &issue, &[]), Ok(TEXT.to_owned()));
    }

    #[test]
    fn address_that_would_need_escaping_is_refused() {
        for url in ["https://cdn.example/a b.png", "https://cdn.example/(a).png", "https://cdn.example/?a&b", ""] {
            assert_eq!(all(TEXT, url), Err(RewriteError::Address { url: url.to_owned() }));
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_rewritten_is_faithful_or_refused(text in "([ !\\[\\]()<>:\"'\n-]|https://a.example/[a-z]|img src=|---\ncover: ){0,40}") {
            if let Ok(rewritten) = all(&text, "/static/x.png") {
                let old = scan(&text);
                let new = scan(&rewritten);
                proptest::prop_assert!(new.images.iter().all(|image| image.url == "/static/x.png"));
                let kept = |text: &str, issue: &Issue| {
                    let mut kept = text.to_owned();
                    issue.images.iter().rev().for_each(|image| kept.replace_range(image.span.clone(), ""));
                    kept
                };
                proptest::prop_assert_eq!(kept(&text, &old), kept(&rewritten, &new));
            }
        }
    }
}
