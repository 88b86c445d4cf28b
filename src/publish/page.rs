//! Makes the files of pages: the archive's Markdown, with addresses and head as the site wants them.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::layout::{Beside, Facts, Layout};
use super::manifest::{Content, NewFile};
use super::shield::shield;
use super::{PublishError, Style, slug};
use crate::archive::{Archive, Digest, Entry};
use crate::issue::relink::{Edit, Mode, Scope, Target, Wording, apply, relink};
use crate::issue::{Context, Issue, Link, local_links, scan};
use crate::model::{ArticleKey, ArticleUrl, Key};

/// Where the archive's Markdown has its pictures.
const PICTURES: &str = "../../../images/";

/// The articles that become pages.
pub(super) struct Pages<'a> {
    pub(super) archive: &'a Archive,
    pub(super) entries: &'a [&'a Entry],
    pub(super) style: &'a Style,
    /// How pictures are addressed that are copied.
    pub(super) beside: Beside,
}

impl Pages<'_> {
    /// Every file of every page; on a forge also a list of them.
    pub(super) fn files(&self) -> Result<Vec<NewFile>, PublishError> {
        let slugs: HashMap<&ArticleKey, String> =
            self.entries.iter().map(|entry| (&entry.manifest.article, slug(entry))).collect();
        let mut files = Vec::new();
        for entry in self.entries {
            self.page(entry, &slugs, &mut files)?;
        }
        if self.style.layout == Layout::Plain {
            files.push(NewFile::text(PathBuf::from("README.md"), self.list()));
        }
        Ok(files)
    }

    fn page(
        &self,
        entry: &Entry,
        slugs: &HashMap<&ArticleKey, String>,
        files: &mut Vec<NewFile>,
    ) -> Result<(), PublishError> {
        let text = self.archive.head(entry)?;
        let issue = scan(&text);
        let slug = slug(entry);
        let folder = PathBuf::from(&slug);
        let mut pictures: BTreeMap<&str, &str> = BTreeMap::new();
        let mut edits = self.links(&text, &issue, slugs);
        let links = local_links(&text, PICTURES);
        let shown = issue.images.iter().map(|image| (&image.url, &image.span));
        // A picture behind an element of the original is a link, not a picture.
        for (url, span) in shown.chain(links.iter().map(|link| (&link.url, &link.span))) {
            let Some(file) = url.strip_prefix(PICTURES) else { continue };
            let name = file.rsplit('/').next().unwrap_or(file);
            pictures.insert(file, name);
            edits.push(Edit { span: span.clone(), text: self.picture(&slug, file, name) });
        }
        if self.style.cdn.is_none() && self.style.layout.copies_only_pictures_shown() {
            let opening = links.iter().filter_map(|link| link.bracket);
            edits.extend(opening.map(|at| Edit { span: at..at, text: "!".to_owned() }));
        }
        let head = issue.front_matter.as_ref().map_or(0, |front| front.span.end);
        edits.retain(|edit| edit.span.start >= head);
        edits.push(Edit { span: 0..head, text: String::new() });
        let body = apply(&text, &edits);
        let body = format!("{}{}", self.opening(entry), body.trim_start());
        let page = format!("{}{}", self.front_matter(entry), shield(&body, self.style.layout));
        files.push(NewFile::text(folder.join(self.style.layout.file_name()), page));
        if self.style.cdn.is_none() {
            let images = self.archive.root().join("images");
            for (file, name) in pictures {
                files.extend(picture_file(&images.join(file), folder.join(name)));
            }
        }
        Ok(())
    }

    fn picture(&self, page: &str, file: &str, name: &str) -> String {
        match &self.style.cdn {
            Some(base) => format!("{}/{file}", base.trim_end_matches('/')),
            None => self.beside.address(page, name),
        }
    }

    /// Links to other articles that have a page lead there.
    fn links(&self, text: &str, issue: &Issue, slugs: &HashMap<&ArticleKey, String>) -> Vec<Edit> {
        let wording = Wording::default();
        let edits = |link: &Link| {
            let is_link = !matches!(link.context, Context::Bare | Context::Autolink) && link.shown_url.is_none();
            let slug = slugs.get(&self.archive.resolve(link.key().filter(|_| is_link)?)?)?;
            let target = Target { url: &format!("../{slug}/"), mode: Mode::Replace, wording: &wording };
            relink(text, link, &target, Scope { also: &[] }).ok()
        };
        issue.links.iter().filter_map(edits).flatten().collect()
    }

    fn front_matter(&self, entry: &Entry) -> String {
        let meta = &entry.manifest.meta;
        let canonical = canonical(entry);
        let facts = Facts {
            title: &meta.title,
            author: meta.author.as_deref().or(Some(&meta.account.name)).filter(|name| !name.is_empty()),
            description: meta.description.as_deref(),
            date: date_time(meta.published.unwrap_or(entry.manifest.fetched.at)),
            canonical: &canonical,
        };
        self.style.layout.front_matter(&facts)
    }

    /// The title, where the theme does not show that of the front matter, and whose article this is.
    fn opening(&self, entry: &Entry) -> String {
        let title = match self.style.layout {
            Layout::Plain | Layout::VuePress | Layout::VitePress => {
                format!("# {}\n\n", escaped(&entry.manifest.meta.title))
            }
            Layout::Hugo | Layout::Hexo | Layout::Jekyll => String::new(),
        };
        format!("{title}> {}\n\n", self.notice(entry, &canonical(entry)))
    }

    fn notice(&self, entry: &Entry, canonical: &str) -> String {
        let manifest = &entry.manifest;
        let published = manifest.meta.published.map_or("—".to_owned(), day);
        let notice = self.style.notice.replace('\n', " ");
        let notice = notice.replace("{published}", &published).replace("{archived}", &day(manifest.fetched.at));
        notice.replace("{account}", &escaped(&manifest.meta.account.name)).replace("{url}", canonical)
    }

    /// The list of all pages, newest first.
    fn list(&self) -> String {
        let mut rows: Vec<(String, String)> = self
            .entries
            .iter()
            .map(|entry| (slug(entry), format!("- [{}]({}/)", escaped(&entry.manifest.meta.title), slug(entry))))
            .collect();
        rows.sort_by(|one, other| other.cmp(one));
        let rows: Vec<String> =
            rows.into_iter().map(|(slug, row)| format!("{row} {}", slug.get(..10).unwrap_or(""))).collect();
        format!("# 存档\n\n{}\n", rows.join("\n"))
    }
}

/// A picture beside its page.
fn picture_file(source: &Path, path: PathBuf) -> Option<NewFile> {
    let name = source.file_stem()?.to_str()?;
    let digest = Digest::try_from(name.to_owned()).ok()?;
    Some(NewFile { path, digest, content: Content::Copy(source.to_owned()) })
}

/// The address of the original.
fn canonical(entry: &Entry) -> String {
    let manifest = &entry.manifest;
    ArticleUrl::new(Key::Article(manifest.article.clone()), manifest.meta.sn.clone()).canonical()
}

/// The day in China, where the newsletter's readers are.
fn day(time: Timestamp) -> String {
    TimeZone::fixed(Offset::constant(8)).to_datetime(time).date().to_string()
}

fn date_time(time: Timestamp) -> String {
    let local = TimeZone::fixed(Offset::constant(8)).to_datetime(time);
    format!("{}+08:00", local.strftime("%Y-%m-%dT%H:%M:%S"))
}

/// Words that mean nothing but themselves in Markdown and to template languages.
fn escaped(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for char in words.chars() {
        match char {
            '{' => escaped.push_str("&#123;"),
            '<' => escaped.push_str("&lt;"),
            '\n' | '\r' => escaped.push(' '),
            char if char.is_ascii_punctuation() && !"-.,:;!?()/%'\"+=".contains(char) => escaped.extend(['\\', char]),
            char => escaped.push(char),
        }
    }
    escaped
}
