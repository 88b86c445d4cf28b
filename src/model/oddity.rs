//! The loss report: what could not be kept whole, counted by kind.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Something of a page that could not be kept whole, or was not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Oddity {
    /// A MathJax drawing without its LaTeX, kept as a picture.
    FormulaAsPicture,
    /// An interactive SVG of which only text and pictures are kept.
    InteractiveSvg,
    /// A merged cell of a table, written once with empty cells beside it.
    MergedCells,
    /// A list, code or the like inside a table cell, flattened to a line.
    FlattenedCell,
    /// A table whose cells hold headings or tables, written as its cells one after another.
    TableTakenApart,
    /// Markup nested deeper than the reader follows; its text is kept flat.
    DeepNesting,
    /// An element after the last that the reader takes up; its text is kept flat.
    TooManyElements,
    /// A card of a kind that has no address on the web.
    CardWithoutLink,
    /// An advertisement or shop card that is left out.
    DroppedAdvertisement,
    /// An element this program doesn't know; its text is kept.
    UnknownElement,
    /// Only the free preview of a paid article was served.
    PaidPreview,
    /// An article without a body, whose title stands in its place.
    TitleForBody,
    /// A page kind this program doesn't know; read from its summary.
    UnknownKind,
    /// A video or audio whose sound and pictures are not kept.
    MediaNotKept,
    /// A drawing, such as a diagram, of which only the words are kept.
    DrawingAsWords,
    /// A link inside a block of code, where only its words can stand.
    LinkInCode,
    /// A picture behind an element without words, which may have been more than an ornament.
    BackgroundLeftOut,
    /// A picture address that is none.
    BadPictureAddress,
    /// A link whose address is too long to be one; its words are kept.
    BadLinkAddress,
    /// A drawing without pictures or words of its own, such as a chart.
    DrawingLeftOut,
    /// Bytes that are no UTF-8, shown as the sign for an unknown character.
    BrokenCharacter,
    /// Metadata that the page should have and has not.
    MissingMetadata,
}

impl Oddity {
    /// Says in words what happened, for one or several: `2 formulas kept as pictures`.
    #[must_use]
    pub fn describe(self, count: u32) -> String {
        let (one, many) = self.words();
        format!("{count} {}", if count == 1 { one } else { many })
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::FormulaAsPicture => ("formula kept as a picture", "formulas kept as pictures"),
            Self::InteractiveSvg => (
                "interactive drawing reduced to its pictures and text",
                "interactive drawings reduced to their pictures and text",
            ),
            Self::MergedCells => (
                "merged table cell written with empty ones beside",
                "merged table cells written with empty ones beside",
            ),
            Self::FlattenedCell => ("table cell flattened to a line", "table cells flattened to a line"),
            Self::TableTakenApart => ("table written cell after cell", "tables written cell after cell"),
            Self::DeepNesting => ("element too deep, kept as flat text", "elements too deep, kept as flat text"),
            Self::TooManyElements => (
                "element beyond those that are read, kept as flat text",
                "elements beyond those that are read, kept as flat text",
            ),
            Self::CardWithoutLink => ("card without an address on the web", "cards without an address on the web"),
            Self::DroppedAdvertisement => ("advertisement left out", "advertisements left out"),
            Self::UnknownElement => ("unknown element kept as text", "unknown elements kept as text"),
            Self::PaidPreview => (
                "paid article of which only the preview was served",
                "paid articles of which only the preview was served",
            ),
            Self::TitleForBody => {
                ("body missing, for which the title stands", "bodies missing, for which the titles stand")
            }
            Self::UnknownKind => {
                ("page of an unknown kind, read from its summary", "pages of an unknown kind, read from their summary")
            }
            Self::MediaNotKept => ("sound or video not kept", "sounds or videos not kept"),
            Self::DrawingAsWords => ("drawing reduced to its words", "drawings reduced to their words"),
            Self::LinkInCode => ("link in code kept as words", "links in code kept as words"),
            Self::BackgroundLeftOut => {
                ("picture behind an empty element left out", "pictures behind empty elements left out")
            }
            Self::BadPictureAddress => ("picture with an unusable address", "pictures with an unusable address"),
            Self::BadLinkAddress => ("link with an unusable address", "links with an unusable address"),
            Self::DrawingLeftOut => ("drawing without words left out", "drawings without words left out"),
            Self::BrokenCharacter => ("broken character shown as \u{fffd}", "broken characters shown as \u{fffd}"),
            Self::MissingMetadata => ("piece of metadata missing", "pieces of metadata missing"),
        }
    }
}

/// How often each oddity occurred.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Oddities(BTreeMap<Oddity, u32>);

impl Oddities {
    /// Counts one more.
    pub fn add(&mut self, oddity: Oddity) {
        self.add_many(oddity, 1);
    }

    /// Counts several more; none leaves the kind out.
    pub fn add_many(&mut self, oddity: Oddity, times: u32) {
        if times > 0 {
            let count = self.0.entry(oddity).or_default();
            *count = count.saturating_add(times);
        }
    }

    /// Each kind that occurred, with its count.
    pub fn iter(&self) -> impl Iterator<Item = (Oddity, u32)> + '_ {
        self.0.iter().map(|(oddity, count)| (*oddity, *count))
    }

    /// Whether everything was kept whole.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds what another count holds.
    pub fn extend(&mut self, other: &Self) {
        for (oddity, count) in other.iter() {
            self.add_many(oddity, count);
        }
    }
}
