//! `wxarchive demo`: the whole job against a built-in sample site on loopback.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};

use wxarchive::archive::Archive;
use wxarchive::demo::server::{Answer, Asked, Server};
use wxarchive::demo::site;
use wxarchive::fetch::{ConnectTo, Http, HttpOptions};
use wxarchive::sync::{Policy, Selection, plan, read_issues};

use super::exit::{Exit, Failure};
use super::fetching::Fetcher;
use super::report::Reporter;
use super::sync::{Work, archive};

/// Do the whole job against a built-in sample site on loopback
///
/// Writes a small newsletter and archives what it links. Nothing outside this machine is asked.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder for the newsletter and its archive
    #[arg(value_name = "DIR", default_value = "wxarchive-demo")]
    dir: PathBuf,
}

pub(crate) fn run(args: &Args, reporter: &Reporter) -> Result<Exit, Failure> {
    let newsletter = args.dir.join("newsletter");
    let root = args.dir.join("archive");
    write_newsletter(&newsletter).map_err(Failure::usage)?;
    let server = Server::start(answer).map_err(Failure::incomplete)?;
    reporter.note(&format!("the sample site answers on {}", server.address()));
    let fetcher = fetcher(&server)?;
    let (issues, unreadable) = read_issues(std::slice::from_ref(&newsletter), &newsletter, &root);
    for error in &unreadable {
        reporter.warning(error);
    }
    let jobs = plan(&issues, Selection::Everything);
    let work = Work { issues: &issues, jobs: &jobs, policy: Policy::default() };
    let exit = archive(&work, &fetcher, &root, reporter)?;
    reporter.text(&tree(&args.dir).map_err(Failure::incomplete)?);
    reporter.text(&what_to_open(&args.dir, &root)?);
    // The sample newsletter links a deleted article on purpose, which is no failure of the demo.
    Ok(if exit == Exit::Incomplete { Exit::Done } else { exit })
}

/// The answer of the sample site.
fn answer(asked: &Asked) -> Answer {
    let host = asked.host.split(':').next().unwrap_or_default();
    match site::answer(host, &asked.path) {
        Some(file) => Answer::picture(file.media_type, file.bytes),
        None => Answer::status(404),
    }
}

fn fetcher(server: &Server) -> Result<Fetcher, Failure> {
    let options = HttpOptions {
        pace: Duration::ZERO,
        connect_to: vec![ConnectTo::parse(&server.connect_to()).map_err(Failure::incomplete)?],
        ca_pem: Some(server.ca_pem().as_bytes().to_vec()),
        ..HttpOptions::default()
    };
    Ok(Fetcher::Network(Box::new(Http::new(&options).map_err(Failure::incomplete)?)))
}

fn write_newsletter(folder: &Path) -> anyhow::Result<()> {
    for (path, text) in site::ISSUES {
        let path = folder.join(path);
        if fs::read(&path).is_ok_and(|present| present != text.as_bytes()) {
            bail!("`{}` is not the demo's; name another folder, as `wxarchive demo DIR`", path.display());
        }
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).with_context(|| format!("could not make folder `{}`", parent.display()))?;
        fs::write(&path, text).with_context(|| format!("could not write `{}`", path.display()))?;
    }
    Ok(())
}

/// The files below a folder, indented, without those whose names begin with a dot.
fn tree(folder: &Path) -> anyhow::Result<String> {
    let mut text = format!("\n{}/\n", folder.display());
    let mut pending = entries(folder)?.into_iter().rev().map(|path| (1, path)).collect::<Vec<_>>();
    while let Some((depth, path)) = pending.pop() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let indent = "  ".repeat(depth);
        if path.is_dir() {
            text.extend([indent.as_str(), &name, "/\n"]);
            pending.extend(entries(&path)?.into_iter().rev().map(|path| (depth + 1, path)));
        } else {
            let bytes = fs::metadata(&path).map_or(0, |found| found.len());
            text.extend([indent.as_str(), &shortened(&name), &format!("  ({bytes} bytes)\n")]);
        }
    }
    Ok(text)
}

fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let list =
        || fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<Vec<_>>>();
    let mut paths = list().with_context(|| format!("could not list `{}`", folder.display()))?;
    paths.retain(|path| !path.file_name().unwrap_or_default().to_string_lossy().starts_with('.'));
    paths.sort();
    Ok(paths)
}

/// A name with its hashes cut to what tells them apart.
fn shortened(name: &str) -> String {
    match name.split_once('.') {
        Some((stem, extension)) if stem.len() == 64 => {
            let extension = extension.split('.').map(|part| if part.len() > 64 { &part[..12] } else { part });
            format!("{}….{}", &stem[..8], extension.collect::<Vec<_>>().join("."))
        }
        _ => name.to_owned(),
    }
}

fn what_to_open(dir: &Path, root: &Path) -> Result<String, Failure> {
    let archive = Archive::open(root)?;
    let article = archive.entries().max_by_key(|entry| entry.manifest.characters);
    let article =
        article.map_or_else(String::new, |entry| format!("  {}\n", root.join(&entry.dir).join("index.md").display()));
    let ledgers = root.join("issues");
    Ok(format!(
        "\nOpen these:\n{article}  {}\n  {}\nRun `wxarchive --archive {} list` to see what is kept, and `wxarchive demo {}` \
         once more to see that nothing is asked twice.\n",
        ledgers.display(),
        root.join("FORMAT").display(),
        root.display(),
        dir.display(),
    ))
}
