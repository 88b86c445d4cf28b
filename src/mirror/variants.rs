//! Makes the variants of a picture that are asked for and not there yet.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::listing::{Listed, Only};
use super::manifest::MirroredVariant;
use super::{MirrorError, Seen, Store};
use crate::archive::{Digest, StoredPicture};
use crate::image::{self, Checked, Encoding, Format, Preview, Reduced, Shape, Unpacked, Variant};

/// The most pixels of a picture that may be unpacked beside others.
const LARGE: u64 = 8_000_000;

/// What is to be mirrored, and in which forms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Where the folder is published; addresses in the manifest are relative where it is missing.
    pub base_url: Option<String>,
    /// Whose pictures.
    pub only: Only,
    /// The smaller copies of each; crops of covers only.
    pub shapes: Vec<Shape>,
    /// How these are encoded.
    pub encoding: Encoding,
    /// Whether animations get them too, of their first frame.
    pub animations: Animations,
    /// How far the files that are there are trusted.
    pub trust: Trust,
    /// What becomes of files that belong to no picture of the archive.
    pub orphans: Orphans,
}

/// How far the files of a mirror are trusted to be what they were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Trust {
    /// Those that have their length and were not written since the manifest was.
    #[default]
    Untouched,
    /// None: each is read and compared.
    Nothing,
}

/// What becomes of files that belong to no picture of the archive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Orphans {
    /// They stay, since somebody may show them.
    #[default]
    Keep,
    /// Those that the manifest names are removed.
    Remove,
}

/// What becomes of an animation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Animations {
    /// It has no variants.
    #[default]
    Whole,
    /// It has variants of its first frame.
    FirstFrame,
}

/// The variants of a picture.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Made {
    /// Its colour, for a picture that was stored without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) colour: Option<String>,
    /// The colours of its parts, for a picture that was stored without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) blur: Option<String>,
    /// The variants, in the order they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) variants: Vec<MirroredVariant>,
    /// Why there are none, where there could have been some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) without_variants: Option<String>,
}

impl Settings {
    /// The variants of a picture that are asked for; only covers are cut.
    fn shapes_of(&self, picture: &Listed) -> impl Iterator<Item = Shape> {
        self.shapes.iter().copied().filter(|shape| picture.is_cover || matches!(shape, Shape::Width(_)))
    }

    /// Words for all that decides what variants there are.
    pub(super) fn words(&self) -> Vec<String> {
        let shapes = self.shapes.iter().map(|shape| suffix(*shape));
        let encoding = match self.encoding {
            Encoding::Keep => "keep",
            Encoding::Webp => "webp",
            Encoding::Jpeg => "jpeg",
        };
        let animations = match self.animations {
            Animations::Whole => "animations-whole",
            Animations::FirstFrame => "animations-first-frame",
        };
        shapes.chain([encoding.to_owned(), animations.to_owned()]).collect()
    }

    /// The settings that such words stand for; words of a later program are passed over.
    pub(super) fn of_words(words: &[String]) -> Self {
        let mut settings = Self::default();
        for word in words {
            match word.as_str() {
                "wide" => settings.shapes.push(Shape::Wide),
                "square" => settings.shapes.push(Shape::Square),
                "webp" => settings.encoding = Encoding::Webp,
                "jpeg" => settings.encoding = Encoding::Jpeg,
                "animations-first-frame" => settings.animations = Animations::FirstFrame,
                width => settings.shapes.extend(width.parse().map(Shape::Width)),
            }
        }
        settings
    }
}

/// What the making of variants needs to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Making<'a> {
    pub(super) settings: &'a Settings,
    /// The digests of the variants that there were, by file.
    pub(super) digests: &'a HashMap<String, Digest>,
    /// Held while a large picture is unpacked, so that there is one at a time.
    pub(super) large: &'a Mutex<()>,
    /// The files that were written or read whole.
    pub(super) seen: &'a Seen,
}

impl Making<'_> {
    /// Waits until no other large picture is unpacked, where this one is large and will be; kept until it is done.
    pub(super) fn turn_of(&self, stored: &StoredPicture) -> Option<MutexGuard<'_, ()>> {
        let is_large = u64::from(stored.width) * u64::from(stored.height) > LARGE;
        let is_unpacked = stored.colour.is_none() || !self.settings.shapes.is_empty();
        (is_large && is_unpacked).then(|| self.large.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Makes the variants of a picture; says how many are new. Those that are there and are not what they were made as are
/// made again.
pub(super) fn make(
    store: &dyn Store,
    picture: &Listed,
    bytes: &[u8],
    making: Making<'_>,
) -> Result<(Made, usize), MirrorError> {
    let mut made = Made::default();
    let settings = making.settings;
    let needs_preview = picture.stored.colour.is_none();
    if settings.shapes.is_empty() && !needs_preview {
        return Ok((made, 0));
    }
    let checked = match image::check(bytes) {
        Ok(checked) => checked,
        Err(error) => {
            made.without_variants = Some(error.to_string());
            return Ok((made, 0));
        }
    };
    let mut source = Source { bytes, checked, unpacked: None };
    // One that can't be unpacked has none, and the reason is told with its variants.
    if needs_preview && let Ok(preview) = source.preview() {
        (made.colour, made.blur) = (Some(preview.colour()), Some(preview.blur()));
    }
    if checked.frames > 1 && settings.animations == Animations::Whole && !settings.shapes.is_empty() {
        made.without_variants = Some("an animation".to_owned());
        return Ok((made, 0));
    }
    if let (false, Err(error)) = (settings.shapes.is_empty(), image::may_have_variants(bytes, &checked)) {
        made.without_variants = Some(error.to_string());
        return Ok((made, 0));
    }
    let mut added = 0;
    let mut shapes = settings.shapes_of(picture).peekable();
    while let Some(shape) = shapes.next() {
        let file = name(picture, shape, settings.encoding.of(checked.format));
        let is_as_made = |bytes: &Vec<u8>| making.digests.get(&file).is_none_or(|digest| Digest::of(bytes) == *digest);
        let present = store.read(&file)?.filter(is_as_made);
        if let Some((checked, bytes)) = present.and_then(|bytes| Some((image::check(&bytes).ok()?, bytes))) {
            made.variants.push(MirroredVariant::new(shape, file, checked, &bytes));
            continue;
        }
        let reduced = source.reduced(shape);
        if shapes.peek().is_none() {
            // Its memory is needed for the encoding.
            source.unpacked = None;
        }
        match reduced.and_then(|reduced| reduced.map_or(Ok(None), |reduced| reduced.encode(settings.encoding))) {
            Ok(None) => {}
            Ok(Some(variant)) => {
                store.put(&file, &variant.bytes, variant.format.media_type())?;
                making.seen.note(&file);
                let Variant { format, width, height, bytes } = variant;
                let checked = Checked { format, width, height, frames: 1 };
                made.variants.push(MirroredVariant::new(shape, file, checked, &bytes));
                added += 1;
            }
            Err(error) => {
                made.without_variants = Some(error.to_string());
                break;
            }
        }
    }
    Ok((made, added))
}

/// The files that the variants of a picture would have.
pub(super) fn names(picture: &Listed, settings: &Settings) -> Vec<String> {
    // Of a picture that this program doesn't know there are none.
    let original = Format::of_media_type(&picture.stored.media_type);
    let named =
        |format| settings.shapes_of(picture).map(move |shape| name(picture, shape, settings.encoding.of(format)));
    original.into_iter().flat_map(named).collect()
}

/// A picture that variants are made of.
struct Source<'a> {
    bytes: &'a [u8],
    checked: Checked,
    /// Its pixels, from the first time on that they are needed.
    unpacked: Option<Unpacked>,
}

impl Source<'_> {
    fn unpack(&mut self) -> Result<&Unpacked, image::DecodeError> {
        match self.unpacked.take() {
            Some(unpacked) => Ok(self.unpacked.insert(unpacked)),
            None => Ok(self.unpacked.insert(Unpacked::new(self.bytes, &self.checked)?)),
        }
    }

    fn preview(&mut self) -> Result<Preview, image::DecodeError> {
        match self.checked.format {
            // Nobody draws it here.
            Format::Svg => image::preview(self.bytes, &self.checked),
            _ => self.unpack().map(Unpacked::preview),
        }
    }

    fn reduced(&mut self, shape: Shape) -> Result<Option<Reduced>, image::VariantError> {
        if matches!(shape, Shape::Width(width) if width >= self.checked.width) {
            return Ok(None);
        }
        Ok(self.unpack()?.reduced(shape))
    }
}

/// The name of a variant's file: `ab/abcd…-640.webp`.
fn name(picture: &Listed, shape: Shape, format: image::Format) -> String {
    let file = picture.file();
    let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
    format!("{stem}-{}.{}", suffix(shape), format.extension())
}

/// What tells the variants of a picture apart.
pub(super) fn suffix(shape: Shape) -> String {
    match shape {
        Shape::Width(width) => width.to_string(),
        Shape::Wide => "wide".to_owned(),
        Shape::Square => "square".to_owned(),
    }
}
