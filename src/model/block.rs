//! The body of an article as a tree of blocks, each with flat runs of styled inline content.
//!
//! Inline content is a flat list of runs rather than a tree: pages nest a dozen spans around one word, and equal
//! neighbours merge only when they are neighbours. The Markdown writer finds the nesting again.

use std::ops::{BitOr, BitOrAssign};

use serde::{Serialize, Serializer};

use super::ImageUrl;

/// One block of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// A heading.
    Heading(Heading),
    /// A paragraph; never empty.
    Paragraph(Vec<Inline>),
    /// A list; each item is a run of blocks.
    List(List),
    /// A quotation.
    Quote(Vec<Block>),
    /// Code, with `\n` between lines and none at the end.
    Code {
        /// The language, as the page names it.
        language: Option<String>,
        /// The lines.
        text: String,
    },
    /// A formula on lines of its own, as LaTeX.
    Math(String),
    /// A table.
    Table(Table),
    /// A line across the page.
    Rule,
    /// The list that reference markers in the text point to.
    Footnotes(Vec<Footnote>),
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The words.
    pub content: Vec<Inline>,
}

/// A list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct List {
    /// Bullets or numbers.
    pub kind: ListKind,
    /// The items, each a run of blocks.
    pub items: Vec<Vec<Block>>,
}

/// Bullets or numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListKind {
    /// Bullets.
    Bullet,
    /// Numbers, from the given one.
    Ordered {
        /// The number of the first item.
        start: u32,
    },
}

/// A table; every row has the same number of cells, what a merged cell covers being empty ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// The header row; `None` where the table has none.
    pub header: Option<Vec<Cell>>,
    /// The other rows.
    pub rows: Vec<Vec<Cell>>,
}

/// What stands in a table cell: one line of inline content, possibly empty; [`InlineKind::Break`] separates lines.
pub type Cell = Vec<Inline>;

/// One entry of a reference list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Footnote {
    /// The marker, as `1`.
    pub label: String,
    /// The text.
    pub content: Vec<Inline>,
}

/// A run of inline content in one style, inside at most one link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inline {
    /// What it is.
    pub kind: InlineKind,
    /// How it is set.
    #[serde(skip_serializing_if = "Style::is_plain")]
    pub style: Style,
    /// Where it leads; neighbours with an equal target are one link, unless an empty text stands between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// What a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InlineKind {
    /// Words; no line breaks inside.
    Text(String),
    /// Code inside a line.
    Code(String),
    /// A formula inside a line, as LaTeX.
    Math(String),
    /// A picture.
    Image(Image),
    /// A line break inside a paragraph.
    Break,
    /// A marker that points to a [`Footnote`], as `1`.
    FootnoteRef(String),
    /// An embedded card, named in one line.
    Card(Card),
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Image {
    /// Where it is.
    pub url: ImageUrl,
    /// Its description; empty where there is none.
    pub alt: String,
    /// Width and height in pixels, as the page states them.
    pub size: Option<(u32, u32)>,
}

/// Something embedded that Markdown has no form for (anatomy §3.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Card {
    /// What it is.
    pub kind: CardKind,
    /// Its name; empty where the page gives none.
    pub name: String,
    /// More words about it: singer, account, description.
    pub detail: Option<String>,
    /// An address that opens it on the web.
    pub url: Option<String>,
    /// What the site knows it by, where the page says: of a recording its file, of an account its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name by which an account is searched for (微信号).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Its cover.
    pub cover: Option<ImageUrl>,
}

/// The kinds of cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardKind {
    /// A recording (语音).
    Audio,
    /// A piece of music (音乐).
    Music,
    /// A video (视频).
    Video,
    /// A video of the Channels (视频号).
    Channels,
    /// An account (公众号).
    Account,
    /// A mini-program (小程序).
    MiniProgram,
    /// A vote (投票).
    Vote,
    /// A product or shop (商品).
    Product,
    /// Another article (文章).
    Article,
    /// A place (位置).
    Place,
    /// A picture that is no part of the text: one behind other things, or a sticker (图).
    Picture,
    /// Anything else (卡片).
    Other,
}

impl CardKind {
    /// The word the site itself uses, as `小程序`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Audio => "语音",
            Self::Music => "音乐",
            Self::Video => "视频",
            Self::Channels => "视频号",
            Self::Account => "公众号",
            Self::MiniProgram => "小程序",
            Self::Vote => "投票",
            Self::Product => "商品",
            Self::Article => "文章",
            Self::Place => "位置",
            Self::Picture => "图",
            Self::Other => "卡片",
        }
    }
}

/// A set of text styles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Style(u8);

impl Style {
    /// No style.
    pub const PLAIN: Self = Self(0);
    /// Bold.
    pub const STRONG: Self = Self(1);
    /// Italic.
    pub const EMPHASIS: Self = Self(2);
    /// Struck out.
    pub const STRIKE: Self = Self(4);
    /// Raised.
    pub const SUPERSCRIPT: Self = Self(8);
    /// Lowered.
    pub const SUBSCRIPT: Self = Self(16);

    /// Every style with the word for it in JSON.
    const NAMES: [(Self, &str); 5] = [
        (Self::STRONG, "strong"),
        (Self::EMPHASIS, "emphasis"),
        (Self::STRIKE, "strike"),
        (Self::SUPERSCRIPT, "superscript"),
        (Self::SUBSCRIPT, "subscript"),
    ];

    /// Whether the set is empty.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::PLAIN
    }

    /// Whether all of the other set is in this one.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// This set less the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl BitOr for Style {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Style {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl Serialize for Style {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(Self::NAMES.iter().filter(|(style, _)| self.contains(*style)).map(|(_, name)| name))
    }
}

impl Inline {
    /// Words without style or link.
    #[must_use]
    pub fn text(words: impl Into<String>) -> Self {
        Self::plain(InlineKind::Text(words.into()))
    }

    /// What stands between two links that follow each other with the same target: an empty text.
    #[must_use]
    pub fn parting_links() -> Self {
        Self::text("")
    }

    /// Whether it only parts two links.
    #[must_use]
    pub fn parts_links(&self) -> bool {
        self.link.is_none() && matches!(&self.kind, InlineKind::Text(text) if text.is_empty())
    }

    /// Anything without style or link.
    #[must_use]
    pub fn plain(kind: InlineKind) -> Self {
        Self { kind, style: Style::PLAIN, link: None }
    }
}

impl Block {
    /// Every picture address of some blocks in reading order, with the size that the page states for it.
    #[must_use]
    pub fn images(blocks: &[Self]) -> Vec<(&ImageUrl, Option<(u32, u32)>)> {
        let mut images = Vec::new();
        for block in blocks {
            block.for_each_inline(&mut |inline: &Inline| match &inline.kind {
                InlineKind::Image(image) => images.push((&image.url, image.size)),
                InlineKind::Card(card) => images.extend(card.cover.iter().map(|cover| (cover, None))),
                _ => {}
            });
        }
        images
    }

    /// Calls the function for every run below this block, in reading order.
    pub fn for_each_inline<'a>(&'a self, visit: &mut impl FnMut(&'a Inline)) {
        let mut pending = vec![Part::Block(self)];
        while let Some(part) = pending.pop() {
            match part {
                Part::Inlines(content) => content.iter().for_each(&mut *visit),
                Part::Block(block) => pending.extend(block.parts().into_iter().rev()),
            }
        }
    }

    /// Calls the function for the text of every code block and formula below this block, in reading order.
    pub fn for_each_text<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        let mut pending = vec![Part::Block(self)];
        while let Some(part) = pending.pop() {
            match part {
                Part::Block(Self::Code { text, .. } | Self::Math(text)) => visit(text),
                Part::Block(block) => pending.extend(block.parts().into_iter().rev()),
                Part::Inlines(_) => {}
            }
        }
    }

    /// Calls the function for the runs of every paragraph, heading, item and cell below this block, which it may change.
    /// Footnotes are left out: they are what runs refer to.
    pub fn for_each_content_mut(&mut self, change: &mut impl FnMut(&mut Vec<Inline>)) {
        match self {
            Self::Paragraph(content) => change(content),
            Self::Heading(heading) => change(&mut heading.content),
            Self::Quote(blocks) => blocks.iter_mut().for_each(|block| block.for_each_content_mut(change)),
            Self::List(list) => list.items.iter_mut().flatten().for_each(|block| block.for_each_content_mut(change)),
            Self::Table(table) => table.header.iter_mut().chain(&mut table.rows).flatten().for_each(change),
            Self::Code { .. } | Self::Math(_) | Self::Rule | Self::Footnotes(_) => {}
        }
    }

    fn parts(&self) -> Vec<Part<'_>> {
        match self {
            Self::Heading(heading) => vec![Part::Inlines(&heading.content)],
            Self::Paragraph(content) => vec![Part::Inlines(content)],
            Self::List(list) => list.items.iter().flatten().map(Part::Block).collect(),
            Self::Quote(blocks) => blocks.iter().map(Part::Block).collect(),
            Self::Table(table) => {
                table.header.iter().chain(&table.rows).flatten().map(|cell| Part::Inlines(cell)).collect()
            }
            Self::Footnotes(notes) => notes.iter().map(|note| Part::Inlines(&note.content)).collect(),
            Self::Code { .. } | Self::Math(_) | Self::Rule => Vec::new(),
        }
    }
}

/// What [`Block::for_each_inline`] has still to visit; a list of its own, since pages nest deeper than a call stack.
enum Part<'a> {
    Block(&'a Block),
    Inlines(&'a [Inline]),
}
