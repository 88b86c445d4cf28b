//! `wxarchive mirror --to DIR`: the pictures as a folder that a web server or CDN serves.

mod rewrite;
mod target;

use std::num::NonZeroU32;

use clap::ValueEnum;

use wxarchive::archive::Archive;
use wxarchive::edit::Kind;
use wxarchive::image::{Encoding, Shape};
use wxarchive::mirror::{Animations, MirrorError, Only, Settings as MirrorSettings, mirror};

use super::exit::{Exit, Failure};
use super::report::Reporter;
use super::settings::{BaseUrl, Settings};
use super::undo;

/// Put the pictures of the archive into a folder ready to be served, with a manifest
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder, or `s3://BUCKET/PREFIX`, `oss://…`, `cos://…`; what is there already stays as it is
    #[arg(long, value_name = "DIR|URL", required_unless_present = "undo")]
    to: Option<String>,
    /// Where the folder is published, for the addresses in the manifest [default: `cdn_base_url` of wxarchive.toml]
    #[arg(long, value_name = "URL")]
    base_url: Option<BaseUrl>,
    /// Only the pictures of issues, or only those of articles
    #[arg(long, value_enum, value_name = "WHOSE")]
    only: Option<Whose>,
    /// Smaller copies of these widths, as 640,1280; never larger than the picture
    #[arg(long, value_delimiter = ',', value_name = "WIDTHS")]
    variants: Vec<NonZeroU32>,
    /// How smaller copies are encoded
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Copies cut to the shapes of covers, as wide,square
    #[arg(long, value_enum, value_delimiter = ',', value_name = "SHAPES")]
    crops: Vec<Crop>,
    /// Make smaller copies of animations as well, of their first frame
    #[arg(long)]
    stills: bool,
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

/// How smaller copies are encoded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// As the picture is.
    #[default]
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
}

pub(crate) fn run(args: &Args, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    if let Some(name) = &args.rewrite.undo {
        return undo::take_back(Kind::Mirror, name, settings, reporter);
    }
    let archive = Archive::open(&settings.archive)?;
    let store = target::open(args.to.as_deref().unwrap_or_default())?;
    let progress = |done, all| reporter.progress(done, all);
    let (report, manifest) = mirror(&archive, &*store, &args.settings(settings), &progress).map_err(failure)?;
    let exit = match args.rewrite.rewrite.as_slice() {
        [] => Exit::Done,
        _ => rewrite::run(&args.rewrite, &manifest, settings, reporter)?,
    };
    reporter.mirrored(&report);
    Ok(if report.damaged.is_empty() { exit } else { Exit::Incomplete })
}

impl Args {
    fn settings(&self, settings: &Settings) -> MirrorSettings {
        let base_url = self.base_url.clone().or_else(|| settings.file.cdn_base_url.clone());
        let widths = self.variants.iter().map(|width| Shape::Width(width.get()));
        let crops = self.crops.iter().map(|crop| match crop {
            Crop::Wide => Shape::Wide,
            Crop::Square => Shape::Square,
        });
        let mut shapes: Vec<Shape> = widths.chain(crops).collect();
        shapes.sort();
        shapes.dedup();
        MirrorSettings {
            base_url: base_url.map(|base| base.0),
            only: match self.only {
                None => Only::Everything,
                Some(Whose::Issues) => Only::Issues,
                Some(Whose::Articles) => Only::Articles,
            },
            shapes,
            encoding: match self.format {
                Format::Keep => Encoding::Keep,
                Format::Webp => Encoding::Webp,
                Format::Jpeg => Encoding::Jpeg,
            },
            animations: if self.stills { Animations::FirstFrame } else { Animations::Whole },
        }
    }
}

fn failure(error: MirrorError) -> Failure {
    match error {
        MirrorError::Archive(error) => error.into(),
        MirrorError::Manifest { .. } => Failure::usage(error),
        MirrorError::Bucket { .. } | MirrorError::Io { .. } => Failure::incomplete(error),
    }
}
