//! What the scanner finds: links to WeChat and references to pictures.

use std::fmt;
use std::ops::Range;

use crate::model::{ArticleUrl, ImageUrl, Key, UrlKind};

/// A link to WeChat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The bytes of the address in the file, and no others.
    pub span: Range<usize>,
    /// The bytes of the whole link, from its first bracket to its last; of an anchor up to its end tag.
    pub whole: Range<usize>,
    /// The line of the first byte, from 1.
    pub line: usize,
    /// The column of the first byte, in characters from 1.
    pub column: usize,
    /// The address as written, escapes included.
    pub url: String,
    /// What it leads to; behind a redirector, what the redirector leads to.
    pub kind: UrlKind,
    /// The host that only passes readers on to WeChat, as `link.zhihu.com`. Such an address is never edited inside.
    pub redirector: Option<&'static str>,
    /// What the issue calls the article, in plain words.
    pub title: Option<String>,
    /// The heading of the recommended reading it stands under.
    pub section: Option<String>,
    /// How it is written.
    pub context: Context,
    /// What it stands inside of.
    pub places: Places,
    /// The bytes of the link's text, where that is itself an address: whoever edits one must look at both.
    pub shown_url: Option<Range<usize>>,
    /// The names of the private parameters in the address.
    pub private: Vec<String>,
}

/// A reference to a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageReference {
    /// The bytes of the address in the file, and no others.
    pub span: Range<usize>,
    /// The line of the first byte, from 1.
    pub line: usize,
    /// The column of the first byte, in characters from 1.
    pub column: usize,
    /// The address as written.
    pub url: String,
    /// The address, read; `None` for one that is relative to the site or no address at all.
    pub image: Option<ImageUrl>,
    /// The description; empty where there is none.
    pub alt: String,
    /// How it is written.
    pub context: Context,
}

/// How an address is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// `[text](address)`; for a picture `![alt](address)`.
    Inline,
    /// `[![alt](picture)](address)`: a picture is the link's text.
    Image,
    /// `<address>`.
    Autolink,
    /// The definition `[label]: address`, once whatever the number of its uses.
    Reference,
    /// The address alone, which CommonMark takes for text.
    Bare,
    /// Anywhere in HTML.
    Html,
    /// In an HTML comment; readers don't see it.
    Comment,
    /// In a code block or a code span; readers see it, but it is no link.
    Code,
    /// In the front matter.
    FrontMatter,
}

/// What an address can stand inside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A heading.
    Heading,
    /// A list item.
    List,
    /// A quotation.
    Quote,
    /// A table cell.
    Table,
    /// Struck-out text.
    Struck,
    /// A footnote.
    Footnote,
}

/// A set of places.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Places(u8);

impl Link {
    /// The article it names, also where the address had to be mended.
    #[must_use]
    pub fn article(&self) -> Option<&ArticleUrl> {
        self.kind.article()
    }

    /// What names the article.
    #[must_use]
    pub fn key(&self) -> Option<&Key> {
        self.article().map(ArticleUrl::key)
    }
}

impl Context {
    /// The word used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Image => "image",
            Self::Autolink => "autolink",
            Self::Reference => "reference",
            Self::Bare => "bare",
            Self::Html => "html",
            Self::Comment => "comment",
            Self::Code => "code",
            Self::FrontMatter => "front-matter",
        }
    }
}

impl Place {
    /// Every place.
    pub const ALL: [Self; 6] = [Self::Heading, Self::List, Self::Quote, Self::Table, Self::Struck, Self::Footnote];

    /// The word used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Heading => "heading",
            Self::List => "list",
            Self::Quote => "quote",
            Self::Table => "table",
            Self::Struck => "struck",
            Self::Footnote => "footnote",
        }
    }
}

impl Places {
    /// Whether the place is among them.
    #[must_use]
    pub fn contains(self, place: Place) -> bool {
        self.0 & (1 << place as u8) != 0
    }

    /// The places, in the order of [`Place::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Place> {
        Place::ALL.into_iter().filter(move |place| self.contains(*place))
    }

    pub(super) fn insert(&mut self, place: Place) {
        self.0 |= 1 << place as u8;
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
