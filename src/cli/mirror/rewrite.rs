//! `wxarchive mirror --to DIR --rewrite PATH…`: issues and heads that show the mirrored pictures.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use serde::Serialize;

use wxarchive::archive::{Archive, Entry, Writer};
use wxarchive::issue::{ImageReference, NewAddress, new_addresses, rewrite};
use wxarchive::mirror::{Addresses, Manifest, Rewriting};
use wxarchive::sync::{IssueFile, read_issues};

use super::diff::unified;
use super::failure;
use crate::cli::exit::{Exit, Failure};
use crate::cli::report::Reporter;
use crate::cli::settings::Settings;

/// Which files show the mirrored pictures, and whether they are written.
#[derive(Debug, clap::Args)]
pub(super) struct RewriteArgs {
    /// Propose, as a diff, to show the mirrored pictures in these issues or heads: files or folders
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(super) rewrite: Vec<PathBuf>,
    /// Write what --rewrite proposes
    #[arg(long, requires = "rewrite")]
    write: bool,
    /// Give the files of --rewrite back what --write took
    #[arg(long, requires = "rewrite", conflicts_with = "write")]
    pub(super) undo: bool,
}

/// What became of a file, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Line<'a> {
    event: &'static str,
    path: &'a Path,
    pictures: usize,
    written: bool,
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
    let mut lock = if args.write { Some(lock(settings)?) } else { None };
    let addresses = manifest.addresses();
    let mut exit = Exit::Done;
    for file in files(args, settings, reporter, &mut exit)? {
        let target = |image: &ImageReference| address_of(&addresses, image);
        let new = new_addresses(&file.issue, target);
        if new.is_empty() {
            continue;
        }
        let before = std::fs::read_to_string(&file.path)?;
        match rewrite(&before, &file.issue, &new) {
            Err(error) => {
                reporter.warning(&format!("{}: {error}", file.path.display()));
                exit = Exit::Incomplete;
            }
            Ok(after) => {
                let changes: Vec<_> = new.iter().map(|NewAddress { span, url }| (span.clone(), url.len())).collect();
                let rewriting = Rewriting { path: &file.path, before: &before, after: &after, changes: &changes };
                if let Some(writer) = &mut lock {
                    rewriting.write(writer).map_err(failure)?;
                    note_head(writer, &file.path)?;
                }
                let line = Line { event: "rewrite", path: &file.path, pictures: new.len(), written: lock.is_some() };
                reporter.change(&line, &unified(&file.name, &before, &after));
            }
        }
    }
    Ok(exit)
}

/// Gives files back what they said before.
pub(super) fn undo(args: &RewriteArgs, settings: &Settings, reporter: &Reporter) -> Result<Exit, Failure> {
    let mut writer = lock(settings)?;
    let mut exit = Exit::Done;
    for file in files(args, settings, reporter, &mut exit)? {
        let undone = Rewriting::undo(&writer, &file.path).map_err(failure)?;
        note_head(&mut writer, &file.path)?;
        let line = Line { event: "undo", path: &file.path, pictures: 0, written: undone };
        reporter.change(&line, "");
        if undone {
            reporter.note(&format!("{} is as it was", file.path.display()));
        }
    }
    Ok(exit)
}

/// The right to write: files and what takes them back belong together.
fn lock(settings: &Settings) -> Result<Writer, Failure> {
    // A folder that is no archive is told, not made one.
    Archive::open(&settings.archive)?;
    Ok(Writer::open(&settings.archive, jiff::Timestamp::now())?)
}

/// Notes in the archive what the head of an article says now, where the file is one.
fn note_head(writer: &mut Writer, path: &Path) -> Result<(), Failure> {
    let Some(entry) = entry_of(writer, path) else { return Ok(()) };
    let (key, late) = (entry.manifest.article.clone(), entry.state.late_pictures.clone());
    Ok(writer.put_head(&key, &std::fs::read_to_string(path)?, late)?)
}

/// The article whose head a file is.
fn entry_of<'a>(archive: &'a Archive, path: &Path) -> Option<&'a Entry> {
    // A path that can't be followed is no file of the archive.
    let path = std::fs::canonicalize(path).ok()?;
    let root = std::fs::canonicalize(archive.root()).ok()?;
    let name = path.strip_prefix(root).ok()?;
    archive.entries().find(|entry| entry.dir.join("index.md") == name)
}

/// Whether a file may be edited: of the archive's own only the heads, since versions never change.
fn is_editable(archive: &Archive, path: &Path) -> bool {
    let canonical = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    !canonical(path).starts_with(canonical(&archive.root())) || entry_of(archive, path).is_some()
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
    found.map(str::to_owned)
}
