//! `wxarchive mirror --to DIR --rewrite PATH…`: issues and heads that show the mirrored pictures.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use jiff::Timestamp;
use serde::Serialize;

use wxarchive::archive::{Archive, Writer};
use wxarchive::edit::{Dirty, Edited, Kind, Written, absolute, article_of_head, write};
use wxarchive::issue::relink::Edit;
use wxarchive::issue::{ImageReference, NewAddress, new_addresses, rewrite};
use wxarchive::mirror::{Addresses, Manifest};
use wxarchive::sync::{IssueFile, read_issues};

use crate::cli::exit::{Exit, Failure};
use crate::cli::report::Reporter;
use crate::cli::settings::Settings;
use crate::cli::{undo, unified};

/// Which files show the mirrored pictures, and whether they are written.
#[derive(Debug, clap::Args)]
pub(super) struct RewriteArgs {
    /// Propose, as a diff, to show the mirrored pictures in these issues or heads: files or folders
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(super) rewrite: Vec<PathBuf>,
    /// Write what --rewrite proposes
    #[arg(long, requires = "rewrite")]
    write: bool,
    /// With `--write`: also files with changes that git has not committed
    #[arg(long, requires = "write")]
    allow_dirty: bool,
    /// Take a run of --write back, the newest where none is named
    #[arg(long, conflicts_with = "rewrite", value_name = "RUN", num_args = 0..=1, default_missing_value = undo::NEWEST)]
    pub(super) undo: Option<String>,
}

impl RewriteArgs {
    /// Whether a run only proposes.
    pub(super) fn is_dry(&self) -> bool {
        !self.rewrite.is_empty() && !self.write
    }
}

/// A file, and what it is to say.
struct Proposal {
    file: IssueFile,
    edits: Vec<Edit>,
    after: String,
}

/// What became of a file, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Line<'a> {
    event: &'static str,
    path: &'a Path,
    pictures: usize,
    written: bool,
}

/// What a run proposes in all, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Summary {
    event: &'static str,
    files: usize,
    pictures: usize,
}

/// Proposes or writes the mirrored addresses.
pub(super) fn run(
    args: &RewriteArgs,
    manifest: &Manifest,
    settings: &Settings,
    reporter: &Reporter,
) -> Result<Exit, Failure> {
    if manifest.base_url.is_none() {
        return Err(Failure::usage(anyhow!(
            "`--rewrite` needs to know where the folder is published: give `--base-url`, or `cdn_base_url` in wxarchive.toml"
        )));
    }
    // Locked before the files are read, since the archive's own are among them.
    let writer = if args.write { Some(Writer::open(&settings.archive, Timestamp::now())?) } else { None };
    let mut exit = Exit::Done;
    let proposals = propose(args, manifest, settings, reporter, &mut exit)?;
    let written = match writer {
        Some(writer) => write_all(args, writer, &proposals)?,
        None => Written::default(),
    };
    for Proposal { file, edits, after } in &proposals {
        let written = written.files.contains(&file.path);
        let line = Line { event: "rewrite", path: &file.path, pictures: edits.len(), written };
        if reporter.shows_diff(written) || reporter.is_json() {
            reporter.change(&line, &unified::diff(&file.name, &file.text, after));
        }
    }
    if args.is_dry() && reporter.is_json() {
        let pictures = proposals.iter().map(|proposal| proposal.edits.len()).sum();
        reporter.change(&Summary { event: "summary", files: proposals.len(), pictures }, "");
    }
    for error in &written.refused {
        reporter.warning(error);
        exit = Exit::Incomplete;
    }
    if let Some(run) = &written.run {
        let files = written.files.len();
        reporter.note(&format!("{files} files written; `wxarchive mirror --undo {run}` takes that back"));
    }
    Ok(exit)
}

/// The files that show pictures under other addresses than the mirror's; what can't be read or written is told.
fn propose(
    args: &RewriteArgs,
    manifest: &Manifest,
    settings: &Settings,
    reporter: &Reporter,
    exit: &mut Exit,
) -> Result<Vec<Proposal>, Failure> {
    let addresses = manifest.addresses();
    let mut proposals = Vec::new();
    for file in files(args, settings, reporter, exit)? {
        let new = new_addresses(&file.issue, |image| address_of(&addresses, image));
        if new.is_empty() {
            continue;
        }
        match rewrite(&file.text, &file.issue, &new) {
            Err(error) => {
                reporter.warning(&format!("{}: {error}", file.path.display()));
                *exit = Exit::Incomplete;
            }
            Ok(after) => {
                let edits = new.into_iter().map(|NewAddress { span, url }| Edit { span, text: url });
                proposals.push(Proposal { edits: edits.collect(), file, after });
            }
        }
    }
    Ok(proposals)
}

fn write_all(args: &RewriteArgs, mut writer: Writer, proposals: &[Proposal]) -> Result<Written, Failure> {
    let edited: Vec<Edited<'_>> = proposals.iter().map(Proposal::edited).collect();
    let dirty = if args.allow_dirty { Dirty::Allow } else { Dirty::Refuse };
    write(&mut writer, (Kind::Mirror, Timestamp::now()), &edited, dirty).map_err(Failure::incomplete)
}

impl Proposal {
    fn edited(&self) -> Edited<'_> {
        Edited {
            path: &self.file.path,
            sha256: self.file.sha256,
            before: &self.file.text,
            edits: &self.edits,
            after: &self.after,
        }
    }
}

/// Whether a file may be edited: of the archive's own only the heads, since versions never change.
fn is_editable(archive: &Archive, path: &Path) -> bool {
    !absolute(path).starts_with(absolute(&archive.root())) || article_of_head(archive, path).is_some()
}

fn files(
    args: &RewriteArgs,
    settings: &Settings,
    reporter: &Reporter,
    exit: &mut Exit,
) -> Result<Vec<IssueFile>, Failure> {
    let paths = settings.issues(&args.rewrite)?;
    let archive = Archive::open(&settings.archive)?;
    let (mut files, unreadable) = read_issues(&paths, &settings.root, &settings.archive);
    files.retain(|file| is_editable(&archive, &file.path));
    for error in unreadable {
        reporter.warning(&error);
        *exit = Exit::Incomplete;
    }
    Ok(files)
}

fn address_of(addresses: &Addresses<'_>, image: &ImageReference) -> Option<String> {
    let found = match &image.image {
        Some(url) => addresses.of(url),
        None => addresses.of_file(&image.url),
    };
    found.or_else(|| addresses.of_mirrored(&image.url)).map(str::to_owned)
}
