//! Takes from another copy of the archive what this one lacks: records first, since they say what else is wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Untaken, Work, rebuilt};
use crate::archive::forget::without;
use crate::archive::kind::{Kind, kind};
use crate::archive::packed::PageFile;
use crate::archive::pages::Pages;
use crate::archive::record::to_bytes;
use crate::archive::seal::with_lf;
use crate::archive::verify::{Code, Finding, FoundArticle, References, Scope, Severity, Survey, survey, verify};
use crate::archive::write::Written;
use crate::archive::{ArchiveError, Digest, Tombstone, layout, regular};
use crate::model::{ArticleKey, Key};

/// The copy, and what is wrong with it.
struct Theirs<'a> {
    root: &'a Path,
    found: Survey,
    findings: Vec<Finding>,
}

impl<'a> Theirs<'a> {
    fn read(root: &'a Path) -> Result<Self, ArchiveError> {
        Ok(Self { root, found: survey(root)?, findings: verify(root, &Scope::default())?.findings })
    }

    /// The bytes of a file that the copy has whole.
    fn whole(&self, path: &Path) -> Option<Vec<u8>> {
        self.found.files.get(path)?;
        let name = layout::slashed(path);
        let told: Vec<Code> =
            self.findings.iter().filter(|finding| finding.path == name).map(|found| found.code).collect();
        if told.iter().any(|code| code.severity() != Severity::Note && *code != Code::LineEnds) {
            return None;
        }
        // What can't be read is as good as not there.
        let bytes = regular::read(&self.root.join(path)).ok()?;
        if told.contains(&Code::LineEnds) { with_lf(&bytes) } else { Some(bytes) }
    }
}

impl Work<'_> {
    /// Takes what is missing or damaged here and whole in a copy.
    pub(super) fn take_from(&mut self, copy: &Path, findings: &[Finding]) -> Result<(), ArchiveError> {
        let theirs = Theirs::read(copy)?;
        self.take_records(&theirs)?;
        self.take_files(&theirs, findings, Kind::is_record);
        // What the records that came refer to is missed only now.
        let missed = survey(&self.archive.root)?.findings;
        let is_derived = |kind: &Kind| {
            matches!(kind, Kind::Unknown | Kind::Foreign | Kind::Head(_) | Kind::Format | Kind::Page(_) | Kind::Aliases)
        };
        self.take_files(&theirs, findings.iter().chain(&missed), |kind| !is_derived(kind));
        self.take_heads(&theirs)?;
        self.take_pages(&theirs)
    }

    /// Takes files of some kinds that errors are found in.
    fn take_files<'f>(
        &mut self,
        theirs: &Theirs<'_>,
        findings: impl IntoIterator<Item = &'f Finding>,
        is_wanted: impl Fn(&Kind) -> bool,
    ) {
        let errors = findings.into_iter().filter(|finding| finding.code.severity() == Severity::Error);
        let is_of_file = |finding: &&Finding| !is_of_what_it_names(finding.code);
        let paths: BTreeSet<&Path> = errors.filter(is_of_file).map(|finding| Path::new(&finding.path)).collect();
        for path in paths.into_iter().filter(|path| is_wanted(&kind(path))) {
            self.take(theirs, path);
        }
    }

    fn take(&mut self, theirs: &Theirs<'_>, path: &Path) {
        if let Some(bytes) = theirs.whole(path) {
            self.take_bytes(path, &bytes);
        }
    }

    fn take_bytes(&mut self, path: &Path, bytes: &[u8]) {
        if self.put(path, bytes) == Some(Written::Changed) {
            self.taken.push(layout::slashed(path));
        }
    }

    /// Takes the records that are not here, unless what they are about was taken out here or there.
    fn take_records(&mut self, theirs: &Theirs<'_>) -> Result<(), ArchiveError> {
        let ours = survey(&self.archive.root)?;
        let mut buried: Buried<'_> = ours.tombstones.iter().collect();
        for (key, tombstone) in theirs.found.tombstones.iter().filter(|(key, _)| !ours.tombstones.contains_key(*key)) {
            if self.take_tombstone(theirs, key, &ours) {
                buried.insert(key, tombstone);
            }
        }
        let places: BTreeMap<&ArticleKey, &PathBuf> = places(&ours).collect();
        for (dir, article) in &theirs.found.articles {
            let is_elsewhere = |key: &ArticleKey| places.get(key).is_some_and(|place| *place != dir);
            let is_wanted = |key: &ArticleKey| !buried.contains_key(key) && !is_elsewhere(key);
            if article.newest().is_some_and(|newest| is_wanted(&newest.article)) {
                self.take_article(theirs, dir, article, ours.articles.get(dir));
            }
        }
        self.take_aliases(theirs, &ours, &buried)?;
        self.take_ledgers(theirs, &ours, &buried)?;
        self.take_unarchived(theirs, &ours, &buried)
    }

    /// Takes the record that the copy has forgotten an article, unless the article is here; says whether it is not.
    fn take_tombstone(&mut self, theirs: &Theirs<'_>, key: &ArticleKey, ours: &Survey) -> bool {
        let end = format!("-{}", layout::folder_hash(key));
        let is_its = |dir: &Path| dir.to_string_lossy().ends_with(&end);
        let path = layout::tombstone(key);
        // Mending takes nothing out: whoever wants that says so here, too.
        let is_here = ours.articles.iter().any(|(dir, article)| article.is_committed() && is_its(dir));
        if is_here {
            let why = "the copy has forgotten the article, and it is here; `wxarchive forget` takes it out here, too";
            self.untaken.push(Untaken { file: layout::slashed(&path), why });
        } else {
            self.take(theirs, &path);
        }
        !is_here
    }

    /// Takes the versions and the states of an article that are not here.
    fn take_article(&mut self, theirs: &Theirs<'_>, dir: &Path, article: &FoundArticle, ours: Option<&FoundArticle>) {
        let has = |number: &u32| ours.is_some_and(|ours| ours.has_record(*number));
        // Two histories of one article are not mixed.
        let is_same = |ours: &FoundArticle| {
            ours.manifests
                .iter()
                .all(|(number, manifest)| article.manifests.get(number).is_none_or(|of| of == manifest))
        };
        if ours.is_none_or(is_same) {
            for (number, manifest) in article.manifests.iter().filter(|(number, _)| !has(number)) {
                let (text, record) = (dir.join(layout::version_markdown(*number)), dir.join(layout::manifest(*number)));
                // A manifest without its text would be no worse here than there, but one that is broken is not taken.
                if theirs.whole(&record).is_some() {
                    if !self.archive.has(&text, manifest.markdown) {
                        self.take(theirs, &text);
                    }
                    self.take(theirs, &record);
                }
            }
        }
        let is_lacking = |ours: &FoundArticle| ours.state.is_none() && !ours.has_damaged_state;
        let is_poorer = |ours: &FoundArticle| is_lacking(ours) || (is_derived(ours) && states(ours) < states(article));
        if article.state.is_some() && ours.is_none_or(is_poorer) {
            self.take(theirs, &dir.join(layout::STATE));
        }
    }

    /// Takes heads that are the very texts which the states here name: made anew, one may come out otherwise.
    fn take_heads(&mut self, theirs: &Theirs<'_>) -> Result<(), ArchiveError> {
        for (dir, article) in &survey(&self.archive.root)?.articles {
            let path = dir.join(layout::HEAD);
            let named = article.state.as_ref().and_then(|state| state.head).map(|head| head.markdown);
            let Some(digest) = named.filter(|digest| !self.archive.has(&path, *digest)) else { continue };
            if let Some(bytes) = theirs.whole(&path).filter(|bytes| Digest::of(bytes) == digest) {
                self.take_bytes(&path, &bytes);
            }
        }
        Ok(())
    }

    /// Takes the table of short codes where there is none here that can be read.
    fn take_aliases(&mut self, theirs: &Theirs<'_>, ours: &Survey, buried: &Buried<'_>) -> Result<(), ArchiveError> {
        let path = Path::new(layout::ALIASES);
        let (None, Some(mut table)) = (&ours.aliases, theirs.found.aliases.clone()) else { return Ok(()) };
        if theirs.whole(path).is_some() {
            table.retain(|_, alias| !buried.contains_key(&alias.article));
            self.take_bytes(path, &to_bytes(&table, path)?);
        }
        Ok(())
    }

    /// Takes ledgers, without what was taken out.
    fn take_ledgers(&mut self, theirs: &Theirs<'_>, ours: &Survey, buried: &Buried<'_>) -> Result<(), ArchiveError> {
        for (path, ledger) in theirs.found.ledgers.iter().filter(|(path, _)| !ours.files.contains_key(*path)) {
            let Some(mut bytes) = theirs.whole(path) else { continue };
            let mut ledger = ledger.clone();
            for tombstone in buried.values() {
                if let Some(left) = without(&ledger, tombstone) {
                    bytes = to_bytes(&left, path)?;
                    ledger = left;
                }
            }
            self.take_bytes(path, &bytes);
        }
        Ok(())
    }

    /// Takes the states of articles that were never had, neither there nor here.
    fn take_unarchived(&mut self, theirs: &Theirs<'_>, ours: &Survey, buried: &Buried<'_>) -> Result<(), ArchiveError> {
        let now = survey(&self.archive.root)?;
        let had: BTreeSet<Key> = keys(&now).collect();
        for (path, state) in theirs.found.unarchived.iter().filter(|(path, _)| !ours.files.contains_key(*path)) {
            let is_out = |key: &Key| had.contains(key) || buried.values().any(|tombstone| tombstone.names(key));
            if state.article.parse().is_ok_and(|key: Key| !is_out(&key)) {
                self.take(theirs, path);
            }
        }
        Ok(())
    }
}

impl Work<'_> {
    /// Takes raw pages that can't be read here.
    fn take_pages(&mut self, theirs: &Theirs<'_>) -> Result<(), ArchiveError> {
        let found = survey(&self.archive.root)?;
        let ours = Pages::new(self.archive.disk.clone());
        let held = found.pages.values().flatten().filter_map(|stored| stored.reference);
        let wanted: BTreeSet<Digest> = References::of(&found).pages.into_keys().chain(held).collect();
        for sha256 in wanted {
            let stored: Vec<PageFile> = found.pages.get(&sha256).into_iter().flatten().copied().collect();
            let first = stored.first().copied().unwrap_or(PageFile::alone(sha256));
            if ours.get(&first).is_err() && self.take_page(theirs, &ours, sha256) {
                for broken in stored.iter().filter(|stored| ours.get_form(stored).is_err()) {
                    self.attempt(self.archive.disk.remove(&broken.path()));
                }
            }
        }
        Ok(())
    }

    /// Takes a page in the form the copy has it in, which may need another page; says whether it can be read then.
    fn take_page(&mut self, theirs: &Theirs<'_>, ours: &Pages, sha256: Digest) -> bool {
        for form in theirs.found.pages.get(&sha256).into_iter().flatten() {
            for needed in form.reference.map(PageFile::alone).iter().chain([form]) {
                if ours.get_form(needed).is_err() {
                    self.take(theirs, &needed.path());
                }
            }
            if ours.get_form(form).is_ok() {
                return true;
            }
        }
        false
    }
}

/// The records of articles that were taken out, here or there.
type Buried<'a> = BTreeMap<&'a ArticleKey, &'a Tombstone>;

/// Whether a finding at a record is not about the record but about what it names.
fn is_of_what_it_names(code: Code) -> bool {
    matches!(
        code,
        Code::PageMissing
            | Code::EvidenceMissing
            | Code::PictureLength
            | Code::LedgerArticle
            | Code::AliasArticle
            | Code::UnarchivedMissing
            | Code::TombstoneMissing
    )
}

/// Every article and its folder.
fn places(found: &Survey) -> impl Iterator<Item = (&ArticleKey, &PathBuf)> {
    found.articles.iter().filter_map(|(dir, article)| Some((&article.newest()?.article, dir)))
}

/// How many dated states an article has.
fn states(article: &FoundArticle) -> usize {
    article.state.as_ref().map_or(0, |state| state.states.len())
}

/// Whether the states tell no more than the versions do, as those that were made up for lost ones.
fn is_derived(article: &FoundArticle) -> bool {
    let (Some(state), Some(newest)) = (&article.state, article.newest()) else { return false };
    state.restored.is_none() && state.late_pictures.is_empty() && state.states == rebuilt(article, newest).states
}

/// Every key that an article of the archive is known under.
fn keys(found: &Survey) -> impl Iterator<Item = Key> {
    let articles: BTreeSet<ArticleKey> = places(found).map(|(key, _)| key.clone()).collect();
    let aliases = found.aliases.iter().flatten().filter(|(_, alias)| articles.contains(&alias.article));
    let aliases: Vec<Key> = aliases.map(|(key, _)| key.clone()).collect();
    articles.into_iter().map(Key::Article).chain(aliases)
}
