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
        match UrlKind::of(written) {
            UrlKind::Article(url) | UrlKind::Malformed { mend: Some(url), .. } => Some(url),
            _ => None,
        }
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
        let Some((scheme, rest)) = split_scheme(&text) else { return Self::Other };
        let rest = rest.split('#').next().unwrap_or(rest);
        let (host, path_and_query) = rest.find(['/', '?']).map_or((rest, ""), |at| rest.split_at(at));
        let host = host.split(':').next().unwrap_or(host);
        if !host.eq_ignore_ascii_case("mp.weixin.qq.com") {
            return Self::Other;
        }
        let kind = of_path(path_and_query);
        match (scheme, kind) {
            (Scheme::Web, kind) => kind,
            (Scheme::Typo, Self::Article(url)) => Self::Malformed { why: "the scheme is misspelt", mend: Some(url) },
            (Scheme::Typo, _) => Self::Malformed { why: "the scheme is misspelt", mend: None },
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
}

/// Names of parameters that belong to a reader's session and must never be stored, requested or printed (§2.9).
const PRIVATE: [&str; 15] = [
    "key",
    "uin",
    "pass_ticket",
    "exportkey",
    "appmsg_token",
    "wxtoken",
    "token",
    "session_us",
    "sessionid",
    "poc_token",
    "openid",
    "open_id",
    "user_uin",
    "enterid",
    "tempkey",
];

/// The names of the private parameters in an address as written, in order, each once.
#[must_use]
pub fn private_parameters(written: &str) -> Vec<String> {
    let text = unescape(written);
    let mut names: Vec<String> = Vec::new();
    for pair in text.split(['?', '&', '#']).skip(1) {
        let name = pair.split('=').next().unwrap_or(pair).to_ascii_lowercase();
        let is_private = PRIVATE.contains(&name.as_str()) || name.starts_with("sharer_");
        if is_private && pair.contains('=') && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Resolves the escapes addresses are pasted with: `\&` of Markdown and shells, `\x26`, and `&amp;` however often.
///
/// No other entity is touched: a loose decoder makes `×tamp` of `&timestamp`.
#[must_use]
pub fn unescape(written: &str) -> String {
    let mut text = written.replace("\\x26", "&");
    if text.contains('\\') {
        let mut plain = String::with_capacity(text.len());
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            let escapes = char == '\\' && chars.peek().is_some_and(char::is_ascii_punctuation);
            plain.extend(if escapes { chars.next() } else { Some(char) });
        }
        text = plain;
    }
    while text.contains("&amp;") {
        text = text.replace("&amp;", "&");
    }
    text
}

enum Scheme {
    Web,
    Typo,
}

/// Takes the scheme off; `None` where the text is no web address.
fn split_scheme(text: &str) -> Option<(Scheme, &str)> {
    if let Some(rest) = text.strip_prefix("//") {
        return Some((Scheme::Web, rest));
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_ascii_lowercase().starts_with("mp.weixin.qq.com").then_some((Scheme::Web, text));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => Some((Scheme::Web, rest)),
        typo if typo.len() < 9 && typo.contains("ttp") => Some((Scheme::Typo, rest)),
        _ => None,
    }
}

fn trim_wrapping(written: &str) -> &str {
    written.trim_matches(|char: char| char.is_whitespace() || matches!(char, '<' | '>' | '"' | '\'' | '“' | '”'))
}

fn of_path(path_and_query: &str) -> UrlKind {
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    match path.trim_end_matches('/') {
        "/s" | "/mp/appmsg/show" => of_query(query),
        "/mp/appmsgalbum" => UrlKind::Album,
        "/mp/homepage" | "/mp/profile_ext" => UrlKind::Home,
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
    let mut letters = code.bytes();
    let first = letters.next();
    if code.is_empty() || letters.all(|byte| Some(byte) == first) {
        return UrlKind::Placeholder;
    }
    match ShortCode::parse(code) {
        Ok(code) => UrlKind::Article(ArticleUrl { key: Key::Short(code), sn: None }),
        Err(_) => UrlKind::Malformed { why: "the code after /s/ has not 22 characters", mend: None },
    }
}

/// The long form, in the newer and the older names of its parameters (anatomy §1.1).
fn of_query(query: &str) -> UrlKind {
    let value = |names: &[&str]| {
        let pair = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| names.contains(name));
        pair.map(|(_, value)| percent_decode_str(value).decode_utf8_lossy().trim().to_owned())
            .filter(|value| !value.is_empty())
    };
    if value(&["signature"]).is_some() || value(&["tempkey"]).is_some() {
        return UrlKind::Temporary;
    }
    if query.contains("×tamp") {
        return UrlKind::Malformed { why: "`&timestamp` was turned into `×tamp`", mend: None };
    }
    let Some(biz) = value(&["__biz"]) else {
        return without_biz(query);
    };
    if is_elided(&biz) {
        return UrlKind::Placeholder;
    }
    let number = |names: &[&str]| value(names).and_then(|digits| leading_number(&digits));
    let (Ok(biz), Some(mid)) = (Biz::parse(&biz), number(&["mid", "appmsgid"])) else {
        return UrlKind::Malformed { why: "`__biz` or `mid` is missing or damaged", mend: None };
    };
    let idx = number(&["idx", "itemidx"]).and_then(|idx| u32::try_from(idx).ok()).unwrap_or(1);
    let sn = value(&["sn", "sign"]).filter(|sn| sn.bytes().all(|byte| byte.is_ascii_hexdigit()));
    UrlKind::Article(ArticleUrl { key: Key::Article(ArticleKey { biz, mid, idx }), sn })
}

/// Without `__biz`: an article whose underscores were taken for emphasis, or nothing that can be loaded.
fn without_biz(query: &str) -> UrlKind {
    let repaired = format!("__{query}");
    let mend = query.starts_with("biz=").then(|| of_query(&repaired)).and_then(|kind| match kind {
        UrlKind::Article(url) => Some(url),
        _ => None,
    });
    UrlKind::Malformed { why: "`__biz` is missing", mend }
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
