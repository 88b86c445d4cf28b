//! `wxarchive mirror --to DIR`: the pictures as a folder that a web server or CDN serves.

#[cfg(feature = "cloud")]
mod aws;
mod rewrite;
mod target;

use std::num::NonZeroU32;

use anyhow::anyhow;
use clap::ValueEnum;

use wxarchive::archive::Archive;
use wxarchive::edit::Kind;
use wxarchive::image::{Encoding, Shape};
use wxarchive::mirror::{
    Animations, MirrorError, Only, Orphans, Settings as MirrorSettings, Store, Trust, mirror, propose, read_manifest,
};

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::{BaseUrl, Settings};
use super::undo;

/// Put the pictures of the archive into a folder ready to be served, with a manifest
///
/// What is not given of --base-url, --variants, --format, --crops and --stills is as in the manifest that is there.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder, or `s3://BUCKET/PREFIX`, `oss://…`, `cos://…`; what is there already stays as it is
    #[arg(long, value_name = "DIR|URL", required_unless_present = "undo")]
    to: Option<String>,
    /// Where the folder is published, for the addresses in the manifest [default: `cdn_base_url` of wxarchive.toml, or as
    /// before]
    #[arg(long, value_name = "URL")]
    base_url: Option<BaseUrl>,
    /// Only the pictures of issues, or only those of articles
    #[arg(long, value_enum, value_name = "WHOSE")]
    only: Option<Whose>,
    /// Smaller copies of these widths, as 640,1280, never larger than the picture; `none` for no more of them
    #[arg(long, value_delimiter = ',', value_name = "WIDTHS")]
    variants: Vec<Width>,
    /// How smaller copies are encoded [default: as before, else keep]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// Covers cut to these shapes as well, as wide,square; `none` for no more of them
    #[arg(long, value_enum, value_delimiter = ',', value_name = "SHAPES")]
    crops: Vec<Crop>,
    /// Make smaller copies of animations as well, of their first frame; `--stills=false` for no more of them
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    stills: Option<bool>,
    /// Read every file that is there, but for those that a bucket marks as unchanged, and mend the damaged ones
    #[arg(long)]
    check: bool,
    /// Remove the files that the manifest names and that belong to no picture of the archive any more
    #[arg(long)]
    prune: bool,
    #[command(flatten)]
    rewrite: rewrite::RewriteArgs,
}

/// Whose pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Whose {
    /// Those that issues show themselves.
    Issues,
    /// Those of archived articles.
    Articles,
}

/// A width of smaller copies, or the word `none`.
#[derive(Debug, Clone, Copy)]
struct Width(Option<NonZeroU32>);

impl std::str::FromStr for Width {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let width = if text == "none" { Ok(None) } else { text.parse().map(Some) };
        width.map(Self).map_err(|_| "expected a number of pixels, or `none`".to_owned())
    }
}

/// How smaller copies are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// As the picture is.
    Keep,
    /// WebP of quality 80.
    Webp,
    /// JPEG of quality 80.
    Jpeg,
}

/// The shape of a cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Crop {
    /// 2.35 to 1.
    Wide,
    /// 1 to 1.
    Square,
    /// None.
    None,
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    if let Some(name) = &args.rewrite.undo {
        return undo::take_back(Kind::Mirror, name, settings, reporter);
    }
    let archive = Archive::open(&settings.archive)?;
    let target = args.to.as_deref().unwrap_or_default();
    if args.rewrite.is_dry() {
        let store = target::look(target, &archive)?;
        let manifest = propose(&archive, &*store, &args.settings(&*store, settings)?).map_err(failure)?;
        return rewrite::run(&args.rewrite, &manifest, settings, reporter);
    }
    let store = target::open(target, &archive)?;
    let progress = |done, all| reporter.progress(done, all);
    let (report, manifest) =
        mirror(&archive, &*store, &args.settings(&*store, settings)?, &progress).map_err(failure)?;
    let exit = match args.rewrite.rewrite.as_slice() {
        [] => Exit::Done,
        _ => rewrite::run(&args.rewrite, &manifest, settings, reporter)?,
    };
    reporter.mirrored(&report);
    Ok(if report.damaged.is_empty() { exit } else { Exit::Incomplete })
}

impl Args {
    /// What was asked for, and for the rest what the mirror was made with.
    fn settings(&self, store: &dyn Store, settings: &Settings) -> Result<MirrorSettings, Failure> {
        let before = read_manifest(store).map_err(failure)?.map(|manifest| manifest.settings()).unwrap_or_default();
        let written = before.base_url.map(BaseUrl::try_from).transpose();
        let base_url = match self.base_url.as_ref().or(settings.file.cdn_base_url.as_ref()) {
            Some(base_url) => Some(base_url.clone()),
            None => written.map_err(|why| Failure::usage(anyhow!("{}: {why}", store.describe("manifest.json"))))?,
        };
        Ok(MirrorSettings {
            base_url: base_url.map(|base| base.0),
            only: match self.only {
                None => Only::Everything,
                Some(Whose::Issues) => Only::Issues,
                Some(Whose::Articles) => Only::Articles,
            },
            shapes: self.shapes(&before.shapes),
            encoding: match self.format {
                None => before.encoding,
                Some(Format::Keep) => Encoding::Keep,
                Some(Format::Webp) => Encoding::Webp,
                Some(Format::Jpeg) => Encoding::Jpeg,
            },
            animations: match self.stills {
                None => before.animations,
                Some(true) => Animations::FirstFrame,
                Some(false) => Animations::Whole,
            },
            trust: if self.check { Trust::Nothing } else { Trust::Untouched },
            orphans: if self.prune { Orphans::Remove } else { Orphans::Keep },
        })
    }

    fn shapes(&self, before: &[Shape]) -> Vec<Shape> {
        let is_width = |shape: &&Shape| matches!(shape, Shape::Width(_));
        let (widths, crops): (Vec<Shape>, Vec<Shape>) = before.iter().partition(is_width);
        let given_widths = self.variants.iter().filter_map(|width| Some(Shape::Width(width.0?.get())));
        let given_crops = self.crops.iter().filter_map(|crop| match crop {
            Crop::Wide => Some(Shape::Wide),
            Crop::Square => Some(Shape::Square),
            Crop::None => None,
        });
        let widths = if self.variants.is_empty() { widths } else { given_widths.collect() };
        let crops = if self.crops.is_empty() { crops } else { given_crops.collect() };
        let mut shapes = [widths, crops].concat();
        shapes.sort();
        shapes.dedup();
        shapes
    }
}

fn failure(error: MirrorError) -> Failure {
    match error {
        MirrorError::Archive(error) => error.into(),
        MirrorError::Manifest { .. } | MirrorError::Settings { .. } => Failure::usage(error),
        MirrorError::Bucket { .. }
        | MirrorError::Busy { .. }
        | MirrorError::Io { .. }
        | MirrorError::Overtaken { .. } => Failure::incomplete(error),
    }
}
