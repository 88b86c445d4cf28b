//! Reading a WeChat address: what kind it is, what it names, and which of its parameters are private (anatomy §1).

use percent_encoding::percent_decode_str;

use super::id::is_code_byte;
use super::{ArticleKey, Biz, Key, ShortCode};

/// The address of an article, reduced to what identifies and loads it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArticleUrl {
    key: Key,
    sn: Option<String>,
}

/// The kinds of addresses on `mp.weixin.qq.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlKind {
    /// An article.
    Article(ArticleUrl),
    /// A link that expires by design: a search result or a preview.
    Temporary,
    /// A list of articles (合集).
    Album,
    /// The home or history page of an account.
    Home,
    /// An example that was never meant to lead anywhere, as `/s/xxxxx`.
    Placeholder,
    /// Meant as an article, but damaged.
    Malformed {
        /// What is wrong.
        why: &'static str,
        /// The article it most likely means.
        mend: Option<ArticleUrl>,
    },
    /// Any other page of the host, or another host.
    Other,
}

impl ArticleUrl {
    /// An address made of its parts.
    #[must_use]
    pub fn new(key: Key, sn: Option<String>) -> Self {
        Self { key, sn }
    }

    /// Reads an address in any form it is pasted in; `None` where it names no article, even mended.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        UrlKind::of(written).article().cloned()
    }

    /// What it names.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The check value of the long form.
    #[must_use]
    pub fn sn(&self) -> Option<&str> {
        self.sn.as_deref()
    }

    /// The address to ask for and to print: https, identity and check value, nothing else.
    #[must_use]
    pub fn canonical(&self) -> String {
        match &self.key {
            Key::Short(code) => format!("https://mp.weixin.qq.com/{code}"),
            Key::Article(ArticleKey { biz, mid, idx }) => {
                let base = format!("https://mp.weixin.qq.com/s?__biz={biz}&mid={mid}&idx={idx}");
                self.sn.as_ref().map_or(base.clone(), |sn| format!("{base}&sn={sn}"))
            }
        }
    }
}

impl UrlKind {
    /// Reads an address as written, with its escapes.
    #[must_use]
    pub fn of(written: &str) -> Self {
        let text = unescape(trim_wrapping(written));
        if let Some(decoded) = decode_whole(&text) {
            return of_text(&decoded).damaged("the whole address is percent-encoded");
        }
        of_text(&text)
    }

    /// The article it names, also where it had to be mended.
    #[must_use]
    pub fn article(&self) -> Option<&ArticleUrl> {
        match self {
            Self::Article(url) | Self::Malformed { mend: Some(url), .. } => Some(url),
            _ => None,
        }
    }

    /// The word used in reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Article(_) => "article",
            Self::Temporary => "temporary",
            Self::Album => "album",
            Self::Home => "home",
            Self::Placeholder => "placeholder",
            Self::Malformed { .. } => "malformed",
            Self::Other => "other",
        }
    }

    /// The kind of an address that needed mending before it could be read.
    fn damaged(self, why: &'static str) -> Self {
        match self {
            Self::Article(url) => Self::Malformed { why, mend: Some(url) },
            Self::Malformed { why, mend } => Self::Malformed { why, mend },
            _ => Self::Malformed { why, mend: None },
        }
    }
}

/// Whether an address as written leads to `mp.weixin.qq.com`, whatever the page, also with a damaged scheme.
#[must_use]
pub fn is_wechat(written: &str) -> bool {
    let text = unescape(trim_wrapping(written));
    split_host(decode_whole(&text).as_deref().unwrap_or(&text)).is_some()
}

/// Resolves the escapes addresses are pasted with: `\&` of Markdown and shells, `\x26` and `\u0026` of scripts,
/// `&#38;`, and `&amp;` however often.
///
/// No other entity is touched: a loose decoder makes `×tamp` of `&timestamp`.
#[must_use]
pub fn unescape(written: &str) -> String {
    let mut plain = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find(['&', '\\']) {
        let (before, escape) = rest.split_at(at);
        plain.push_str(before);
        let ampersand = AMPERSANDS.iter().find_map(|form| escape.strip_prefix(form));
        rest = if let Some(mut after) = ampersand {
            plain.push('&');
            while let Some(shorter) = after.strip_prefix("amp;") {
                after = shorter;
            }
            after
        } else {
            // A backslash: what it escapes stands for itself.
            let mut chars = escape.chars();
            let escaped = chars.clone().nth(1).is_some_and(|next| next.is_ascii_punctuation() && next != '&');
            if escaped {
                chars.next();
            }
            plain.extend(chars.next());
            chars.as_str()
        };
    }
    plain.push_str(rest);
    plain
}

/// The ways an ampersand is written, longest first.
const AMPERSANDS: [&str; 8] = ["\\u0026", "\\x26", "\\&", "&#x26;", "&#X26;", "&#38;", "&amp;", "&"];

const HOST: &str = "mp.weixin.qq.com";

enum Scheme {
    Web,
    Damaged,
}

/// Takes scheme, host and port off; `None` where another host follows.
///
/// Everything before the host that is made of the letters and signs of `https://` counts as a damaged scheme:
/// `hhttps://`, `ttp://`, `https//`, `https://http://` and the full-width colon were all seen.
fn split_host(text: &str) -> Option<(Scheme, &str)> {
    let is_of_scheme = |char: char| matches!(char.to_ascii_lowercase(), 'h' | 't' | 'p' | 's' | ':' | '/' | '：');
    let at_host = text.trim_start_matches(is_of_scheme);
    let scheme = &text[..text.len() - at_host.len()];
    let host = at_host.get(..HOST.len()).filter(|host| host.eq_ignore_ascii_case(HOST))?;
    let rest = &at_host[host.len()..];
    let rest = rest.strip_prefix(':').map_or(rest, |port| port.trim_start_matches(|char: char| char.is_ascii_digit()));
    let ends_here = rest.is_empty() || rest.starts_with(['/', '?', '#']);
    let kind = match scheme.to_ascii_lowercase().as_str() {
        "" | "//" | "http://" | "https://" => Scheme::Web,
        _ => Scheme::Damaged,
    };
    ends_here.then_some((kind, rest))
}

/// Decodes an address of which even the scheme is percent-encoded, as redirectors hold it.
fn decode_whole(text: &str) -> Option<String> {
    let start = text.get(..12)?.to_ascii_lowercase();
    let is_encoded = start.starts_with("http%3a%2f%2") || start.starts_with("https%3a%2f");
    is_encoded.then(|| percent_decode_str(text).decode_utf8_lossy().into_owned())
}

fn trim_wrapping(written: &str) -> &str {
    written.trim_matches(|char: char| char.is_whitespace() || matches!(char, '<' | '>' | '"' | '\'' | '“' | '”'))
}

fn of_text(text: &str) -> UrlKind {
    let Some((scheme, rest)) = split_host(text) else { return UrlKind::Other };
    let rest = rest.split('#').next().unwrap_or(rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let kind = match path {
        "/mp/wappoc_appmsgcaptcha" => of_captcha(query),
        _ => of_path(path, query),
    };
    match scheme {
        Scheme::Web => kind,
        Scheme::Damaged => kind.damaged("the scheme is misspelt"),
    }
}

/// The page that asks for a captcha; someone copied its address instead of the article's, which it still names.
fn of_captcha(query: &str) -> UrlKind {
    let target = value_of(query, &["target_url"]).map(|target| unescape(&target)).unwrap_or_default();
    let target = target.split('#').next().unwrap_or_default();
    let kind = split_host(target).map(|(_, rest)| rest.split_once('?').unwrap_or((rest, "")));
    let kind = kind.map_or(UrlKind::Other, |(path, query)| of_path(path, query));
    kind.damaged("it is the address of a captcha page")
}

fn of_path(path: &str, query: &str) -> UrlKind {
    match path.trim_end_matches('/') {
        "/s" | "/mp/appmsg/show" => of_query(query),
        "/mp/appmsgalbum" => UrlKind::Album,
        "/mp/homepage" | "/mp/profile_ext" | "/mp/getmasssendmsg" => UrlKind::Home,
        path => match path.strip_prefix("/s/") {
            Some(code) if code.starts_with("__biz") => of_query(code),
            Some(code) => of_code(code),
            None => UrlKind::Other,
        },
    }
}

/// The short form. A code may have text, punctuation or a percent escape glued to it; it never has more characters.
fn of_code(segment: &str) -> UrlKind {
    let end = segment.bytes().position(|byte| !is_code_byte(byte)).unwrap_or(segment.len());
    let code = &segment[..end];
    if is_filler(code) {
        return UrlKind::Placeholder;
    }
    let short = |code: &str| ShortCode::parse(code).ok().map(|code| ArticleUrl { key: Key::Short(code), sn: None });
    match short(code) {
        Some(url) => UrlKind::Article(url),
        None if code.len() > 22 => {
            UrlKind::Malformed { why: "more than 22 characters follow /s/", mend: short(&code[..22]) }
        }
        None => UrlKind::Malformed { why: "fewer than 22 characters follow /s/", mend: None },
    }
}

/// Whether a code is `xxxxx`, `xxx-xxx` or nothing at all.
fn is_filler(code: &str) -> bool {
    let mut letters = code.bytes().filter(u8::is_ascii_alphanumeric);
    let first = letters.next();
    letters.all(|byte| Some(byte) == first)
}

/// The first value that is not empty among the parameters of these names.
fn value_of(query: &str, names: &[&str]) -> Option<String> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, value)| names.contains(name) && !value.is_empty())?;
    Some(percent_decode_str(value).decode_utf8_lossy().trim().to_owned())
}

/// The long form, in the newer and the older names of its parameters (anatomy §1.1).
fn of_query(query: &str) -> UrlKind {
    if query.is_empty() {
        return UrlKind::Placeholder;
    }
    if query.contains("×tamp") {
        return UrlKind::Malformed { why: "`&timestamp` was turned into `×tamp`", mend: None };
    }
    let biz = value_of(query, &["__biz"]);
    let is_temporary = value_of(query, &["tempkey"]).is_some();
    if is_temporary || biz.is_none() && value_of(query, &["signature"]).is_some() {
        return UrlKind::Temporary;
    }
    let Some(biz) = biz else { return without_biz(query) };
    if is_elided(&biz) {
        return UrlKind::Placeholder;
    }
    let number = |names: &[&str]| value_of(query, names).and_then(|digits| leading_number(&digits));
    let (Ok(biz), Some(mid)) = (Biz::parse(&biz), number(&["mid", "appmsgid"])) else {
        return UrlKind::Malformed { why: "`__biz` or `mid` is missing or damaged", mend: None };
    };
    let idx = number(&["idx", "itemidx"]).and_then(|idx| u32::try_from(idx).ok()).unwrap_or(1);
    let sn = value_of(query, &["sn", "sign"]).and_then(|sn| leading_check_value(&sn));
    UrlKind::Article(ArticleUrl { key: Key::Article(ArticleKey { biz, mid, idx }), sn })
}

/// Without `__biz`: an article whose underscores were taken for emphasis, or nothing that can be loaded.
fn without_biz(query: &str) -> UrlKind {
    let why = "`__biz` is missing";
    if query.starts_with("biz=") { of_query(&format!("__{query}")).damaged(why) } else { UrlKind::Other.damaged(why) }
}

fn is_elided(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    lower.contains("xxx") || lower.contains("...") || lower.contains('…') || lower.starts_with(['{', '$', '<', '['])
}

/// The digits a value begins with; text is sometimes glued to it.
fn leading_number(value: &str) -> Option<u64> {
    let end = value.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(value.len());
    value[..end].parse().ok().filter(|number| *number > 0)
}

/// The hexadecimal digits a value begins with, 32 in every address the site makes; text is sometimes glued to them.
fn leading_check_value(value: &str) -> Option<String> {
    let end = value.bytes().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(value.len()).min(32);
    (end == value.len() || end == 32).then(|| value[..end].to_ascii_lowercase())
}
