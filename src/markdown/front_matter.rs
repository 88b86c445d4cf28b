//! The front matter of an article: YAML that every reader reads alike, whatever stands in a title.
//!
//! Each text is a double-quoted scalar with the escapes that JSON, YAML 1.1 and YAML 1.2 share, so that `no`,
//! `2024-01-02` and `12:30` stay texts. Only dates, numbers and `true` or `false` stand without quotes.

use jiff::Timestamp;
use jiff::tz::Offset;

use super::Pictures;
use crate::model::{Article, ArticleKind, ArticleUrl, Card, CardKind, ImageUrl, InlineKind, Key, Origin};

/// What stands above an article, in the order it is written; what is missing is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// The title.
    pub title: String,
    /// The byline.
    pub author: Option<String>,
    /// The canonical address of the article; none where the page has neither check value nor short code, without which
    /// the site opens nothing.
    pub authorlink: Option<String>,
    /// The digest shown under the title.
    pub description: Option<String>,
    /// The name of the account.
    pub categories: Option<String>,
    /// The albums and tags it belongs to.
    pub tags: Vec<String>,
    /// When it was published.
    pub date: Option<Timestamp>,
    /// The address of the cover, mirrored where it can be.
    pub cover: Option<String>,
    /// The name of the account.
    pub account: Option<String>,
    /// The permanent name of the account.
    pub account_id: Option<String>,
    /// The identity: `biz/mid/idx`, or `s/CODE`.
    pub article: Option<String>,
    /// Where a re-post comes from, else the target of 阅读原文.
    pub source: Option<String>,
    /// The account that a re-post comes from.
    pub source_account: Option<String>,
    /// The addresses of its recordings, in reading order.
    pub audio: Vec<String>,
    /// The kind of post.
    pub kind: Option<ArticleKind>,
    /// Whether it is marked as original work, or as a re-post.
    pub original: Option<bool>,
    /// When this version was archived.
    pub archived: Option<Timestamp>,
    /// The number of this version.
    pub version: Option<u32>,
}

impl FrontMatter {
    /// Takes from an article what it knows; `archived` and `version` are the archive's to fill in.
    #[must_use]
    pub fn of(article: &Article, pictures: &Pictures) -> Self {
        let account = Some(article.account.name.clone()).filter(|name| !name.is_empty());
        let short = || article.short_code.clone().map(Key::Short);
        let key = article.key.clone().map(Key::Article).or_else(short);
        let had = |cover: &ImageUrl| pictures.get(&cover.key()).cloned();
        let cover = article.cover.as_ref().map(|cover| had(cover).unwrap_or_else(|| cover.as_str().to_owned()));
        Self {
            title: article.title.clone(),
            author: article.author.clone(),
            authorlink: authorlink(article),
            description: article.description.clone(),
            categories: account.clone(),
            tags: article.tags.clone(),
            date: article.published,
            cover,
            account,
            account_id: article.account.id.clone(),
            article: key.map(|key| key.to_string()),
            source: source(article),
            source_account: article.reprint.as_ref().and_then(|reprint| reprint.account.clone()),
            audio: recordings(article),
            kind: Some(article.kind),
            original: match article.origin {
                Origin::Unmarked => None,
                Origin::Original => Some(true),
                Origin::Repost => Some(false),
            },
            archived: None,
            version: None,
        }
    }

    /// Writes it between its two lines of `---`.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        let mut yaml = Yaml(String::from("---\n"));
        yaml.text("title", Some(&self.title));
        yaml.text("author", self.author.as_deref());
        yaml.text("authorlink", self.authorlink.as_deref());
        yaml.text("description", self.description.as_deref());
        yaml.text("categories", self.categories.as_deref());
        yaml.list("tags", &self.tags);
        yaml.plain("date", self.date.map(date));
        yaml.text("cover", self.cover.as_deref());
        yaml.text("account", self.account.as_deref());
        yaml.text("account_id", self.account_id.as_deref());
        yaml.text("article", self.article.as_deref());
        yaml.text("source", self.source.as_deref());
        yaml.text("source_account", self.source_account.as_deref());
        yaml.list("audio", &self.audio);
        yaml.text("kind", self.kind.map(kind));
        yaml.plain("original", self.original);
        yaml.plain("archived", self.archived.map(date));
        yaml.plain("version", self.version);
        yaml.0.push_str("---\n");
        yaml.0
    }
}

/// The address that opens the article: the long one with its check value, else the short one.
fn authorlink(article: &Article) -> Option<String> {
    let long = article.key.clone().map(Key::Article).filter(|_| article.sn.is_some());
    let key = long.or_else(|| article.short_code.clone().map(Key::Short))?;
    Some(ArticleUrl::new(key, article.sn.clone()).canonical())
}

/// The addresses of recordings: the site serves each file by its id.
///
/// They stand here and not in the text, since the page itself has no link there.
fn recordings(article: &Article) -> Vec<String> {
    let mut recordings = Vec::new();
    for block in &article.body {
        block.for_each_inline(&mut |inline| {
            if let InlineKind::Card(Card { kind: CardKind::Audio, url, id, .. }) = &inline.kind {
                recordings.extend(url.clone().or_else(|| id.as_deref().and_then(recording)));
            }
        });
    }
    recordings
}

fn recording(id: &str) -> Option<String> {
    let is_id = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'='));
    is_id.then(|| format!("https://res.wx.qq.com/voice/getvoice?mediaid={id}"))
}

fn source(article: &Article) -> Option<String> {
    let reprint = article.reprint.as_ref();
    let origin = reprint.and_then(|reprint| reprint.url.clone().or_else(|| reprint.account.clone()));
    origin.or_else(|| article.source_url.clone())
}

/// A time as the site shows it, `2022-06-02T15:00:00+08:00`.
fn date(time: Timestamp) -> String {
    let seconds = Timestamp::from_second(time.as_second()).unwrap_or(time);
    seconds.display_with_offset(Offset::constant(8)).to_string()
}

fn kind(kind: ArticleKind) -> &'static str {
    match kind {
        ArticleKind::Article => "article",
        ArticleKind::Repost => "repost",
        ArticleKind::Video => "video",
        ArticleKind::Music => "music",
        ArticleKind::Audio => "audio",
        ArticleKind::Pictures => "pictures",
        ArticleKind::Text => "text",
        ArticleKind::Short => "short",
        ArticleKind::Unknown => "unknown",
    }
}

/// Lines of YAML.
struct Yaml(String);

impl Yaml {
    fn text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.name(name);
            self.scalar(text);
            self.0.push('\n');
        }
    }

    fn list(&mut self, name: &str, texts: &[String]) {
        if texts.is_empty() {
            return;
        }
        self.name(name);
        self.0.push('[');
        for (index, text) in texts.iter().enumerate() {
            self.0.push_str(if index == 0 { "" } else { ", " });
            self.scalar(text);
        }
        self.0.push_str("]\n");
    }

    fn plain(&mut self, name: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.name(name);
            self.0.push_str(&value.to_string());
            self.0.push('\n');
        }
    }

    fn name(&mut self, name: &str) {
        self.0.push_str(name);
        self.0.push_str(": ");
    }

    /// Writes a double-quoted scalar on one line; what readers fold, refuse or don't show is escaped.
    fn scalar(&mut self, text: &str) {
        self.0.push('"');
        for char in text.chars() {
            match char {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                '\n' => self.0.push_str("\\n"),
                '\t' => self.0.push_str("\\t"),
                '\r' => self.0.push_str("\\r"),
                '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                    self.0.push_str("\\u");
                    let digit = |shift: u32| char::from_digit(u32::from(char) >> shift & 15, 16);
                    self.0.extend([12, 8, 4, 0].into_iter().filter_map(digit));
                }
                _ => self.0.push(char),
            }
        }
        self.0.push('"');
    }
}
