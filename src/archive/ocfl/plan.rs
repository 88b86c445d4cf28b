//! Which object a file of the archive belongs to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::NAMESPACE;
use super::inventory::Occasion;
use crate::archive::kind::Kind;
use crate::archive::packed::PageFile;
use crate::archive::verify::{Code, FoundArticle, Survey};
use crate::archive::{ArchiveError, Digest, Ledger, Manifest, StoredPage, StoredPicture, layout};

/// What an identifier keeps as it is, beside letters and digits: what RFC 3986 reserves for no purpose.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b'=');

/// An object as the archive has it.
#[derive(Debug)]
pub(super) struct Planned {
    /// Every file.
    pub(super) files: BTreeSet<PathBuf>,
    /// What the object is, or its newest version.
    pub(super) message: String,
    /// The versions of an article before its newest, whose files are there as well.
    pub(super) earlier: Vec<Earlier>,
}

/// An earlier version of an article.
#[derive(Debug)]
pub(super) struct Earlier {
    /// Its manifest, which an object has if and only if it has the version.
    pub(super) manifest: PathBuf,
    /// What the article had when it was the newest.
    pub(super) files: BTreeSet<PathBuf>,
    pub(super) occasion: Occasion,
}

/// Every object by its identifier; each file of the archive is in just one, less locks and temporary files.
pub(super) fn plan(found: &Survey) -> Result<BTreeMap<String, Planned>, ArchiveError> {
    refuse_forgotten(found)?;
    let mut objects = BTreeMap::new();
    for (dir, article) in &found.articles {
        if let Some(newest) = article.newest() {
            objects.insert(id("article", &newest.article.to_string()), of_article(found, dir, article));
        }
    }
    for (path, ledger) in &found.ledgers {
        objects.insert(id("issue", &name_of_issue(path)), of_issue(found, path, ledger));
    }
    part_shared(found, &mut objects);
    let owned: BTreeSet<&PathBuf> = objects.values().flat_map(|object| &object.files).collect();
    let is_ours = |kind: &Kind| !kind.is_of_this_copy();
    let left = found.files.iter().filter(|(path, file)| is_ours(&file.kind) && !owned.contains(path));
    let files = left.map(|(path, _)| path.clone()).collect();
    let message = "what belongs to no single article or issue".to_owned();
    objects.insert(format!("{NAMESPACE}archive"), Planned { files, message, earlier: Vec::new() });
    Ok(objects)
}

/// Makes objects of their own of what several objects show and of pages that others are stored against.
fn part_shared(found: &Survey, objects: &mut BTreeMap<String, Planned>) {
    let held = found.pages.values().flatten().filter_map(|stored| stored.reference.map(|digest| layout::page(&digest)));
    let mut shared: BTreeSet<PathBuf> = held.filter(|path| found.files.contains_key(path)).collect();
    let mut owned = BTreeSet::new();
    shared.extend(objects.values().flat_map(|object| &object.files).filter(|path| !owned.insert(*path)).cloned());
    for object in objects.values_mut() {
        object.files.retain(|path| !shared.contains(path));
        object.earlier.iter_mut().for_each(|earlier| earlier.files.retain(|path| !shared.contains(path)));
    }
    for path in shared {
        let (kind, digest, message) = match found.files.get(&path).map(|file| &file.kind) {
            Some(Kind::Picture(digest)) => ("picture", digest, "a picture that several articles or issues show"),
            Some(Kind::Page(stored)) => ("page", &stored.sha256, "a page that others are stored against, or need"),
            _ => continue,
        };
        let id = id(kind, &digest.to_string());
        let object = objects.entry(id).or_insert_with(|| Planned {
            files: BTreeSet::new(),
            message: message.to_owned(),
            earlier: Vec::new(),
        });
        object.files.insert(path);
    }
}

/// What was forgotten must not get into something that never loses anything.
fn refuse_forgotten(found: &Survey) -> Result<(), ArchiveError> {
    let buried: BTreeSet<String> = buried(found).collect();
    let is_left = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        buried.contains(name.split('.').next().unwrap_or_default())
    };
    let left = found.findings.iter().find(|finding| match finding.code {
        Code::Forgotten => true,
        Code::PictureUnreferenced | Code::PageUnreferenced => is_left(&finding.path),
        _ => false,
    });
    left.map_or(Ok(()), |finding| Err(ArchiveError::NotForgotten { path: PathBuf::from(&finding.path) }))
}

/// The digests of what was forgotten.
pub(super) fn buried(found: &Survey) -> impl Iterator<Item = String> {
    found.tombstones.values().flat_map(|tombstone| &tombstone.digests).map(Digest::to_string)
}

/// The objects that bytes with a digest may have of their own.
pub(super) fn shared_ids(digest: &str) -> [String; 2] {
    [id("picture", digest), id("page", digest)]
}

fn of_article(found: &Survey, dir: &Path, article: &FoundArticle) -> Planned {
    let mut files = BTreeSet::new();
    let (mut earlier, mut message) = (Vec::new(), String::new());
    let mut manifests = article.manifests.iter().peekable();
    while let Some((number, manifest)) = manifests.next() {
        let path = dir.join(layout::manifest(*number));
        let own = [path.clone(), dir.join(layout::version_markdown(*number))];
        let shown = pages(found, &manifest.page).chain(pictures(&manifest.pictures));
        files.extend(own.into_iter().chain(shown).filter(|path| found.files.contains_key(path)));
        message = format!("version {number} of the article: {}", why(manifest));
        // The newest is the object as it is.
        if manifests.peek().is_some() {
            let occasion = Occasion { created: manifest.fetched.at, message: message.clone() };
            earlier.push(Earlier { manifest: path, files: files.clone(), occasion });
        }
    }
    if let Some(state) = &article.state {
        files.extend(pictures(&state.late_pictures).filter(|path| found.files.contains_key(path)));
        let evidence = state.states.iter().filter_map(|dated| dated.evidence.as_ref());
        files.extend(evidence.flat_map(|page| pages(found, page)));
    }
    let is_its = |kind: &Kind| matches!(kind, Kind::Head(of) | Kind::State(of) | Kind::Manifest(of, _) | Kind::Version(of, _) if of == dir);
    files.extend(found.files.iter().filter(|(_, file)| is_its(&file.kind)).map(|(path, _)| path.clone()));
    Planned { files, message, earlier }
}

fn of_issue(found: &Survey, path: &Path, ledger: &Ledger) -> Planned {
    let shown =
        ledger.images.iter().filter_map(|image| image.stored.as_ref()).map(|picture| PathBuf::from(&picture.file));
    let mut files: BTreeSet<PathBuf> = shown.filter(|path| found.files.contains_key(path)).collect();
    files.insert(path.to_owned());
    Planned { files, message: "what an issue links to and what became of it".to_owned(), earlier: Vec::new() }
}

/// The files of a page, in each form it is stored in.
fn pages<'a>(found: &'a Survey, page: &StoredPage) -> impl Iterator<Item = PathBuf> + use<'a> {
    let forms = found.pages.get(&page.sha256).into_iter().flatten();
    forms.map(PageFile::path)
}

fn pictures(pictures: &[StoredPicture]) -> impl Iterator<Item = PathBuf> {
    pictures.iter().map(|picture| PathBuf::from(&picture.file))
}

fn why(manifest: &Manifest) -> &'static str {
    use crate::archive::Why;
    match manifest.why {
        Why::New => "new",
        Why::Edited => "edited",
        Why::Reconverted => "reconverted",
        Why::Corrected => "corrected",
        Why::Imported => "imported",
    }
}

/// The path of an issue, by that of its ledger.
fn name_of_issue(ledger: &Path) -> String {
    let path = layout::slashed(ledger.strip_prefix(layout::ISSUES).unwrap_or(ledger));
    path.strip_suffix(".json").map(str::to_owned).unwrap_or(path)
}

fn id(kind: &str, name: &str) -> String {
    format!("{NAMESPACE}{kind}:{}", utf8_percent_encode(name, KEPT))
}

/// When the object is as it is now.
pub(super) fn occasion(object: &Planned, now: Timestamp) -> Occasion {
    Occasion { created: now, message: object.message.clone() }
}
