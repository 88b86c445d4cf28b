//! Pages of the site: a page that issues may link stays, and no page has a picture or an address that leads nowhere.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use wxarchive::archive::{Archive, ArchiveError, Digest, Entry, Writer};
use wxarchive::model::State;
use wxarchive::publish::{Layout, NOTICE, Others, Published, Selection, Style, pages, places, publish, remember, slug};
use wxarchive::sync::Policy;

use crate::sample::{Site, archive, folder, rewrite, sync_with, time, tree};

fn style(layout: Layout) -> Style {
    Style { layout, cdn: None, notice: NOTICE.to_owned() }
}

/// Publishes what is gone, as the command does without flags.
fn publish_gone(root: &Path, site: &Path, others: Others) -> Published {
    let archive = Archive::open(root).unwrap();
    let is_gone = |entry: &&Entry| entry.state.current().is_some_and(|dated| dated.state.is_permanent());
    let entries: Vec<&Entry> = archive.entries().filter(is_gone).collect();
    publish(&archive, &Selection { entries: &entries, others }, site, &style(Layout::Hugo)).unwrap()
}

fn publish_all(root: &Path, site: &Path, layout: Layout) -> Published {
    let archive = Archive::open(root).unwrap();
    let entries: Vec<&Entry> = archive.entries().collect();
    publish(&archive, &Selection { entries: &entries, others: Others::Keep }, site, &style(layout)).unwrap()
}

/// Asks again about everything, gone or not, and the site answers for every article with this state.
fn see(root: &Path, site: &Site, at: &str) {
    let again =
        Policy { refresh: Some(jiff::SignedDuration::ZERO), gone: wxarchive::sync::Gone::Retry, ..Policy::default() };
    let mut writer = Writer::open(root, time(at)).unwrap();
    sync_with(&mut writer, site, time(at), &again).unwrap();
}

fn gone(root: &Path) -> Vec<String> {
    let archive = Archive::open(root).unwrap();
    let is_gone = |entry: &&Entry| entry.state.current().is_some_and(|dated| dated.state == State::Deleted);
    archive.entries().filter(is_gone).map(slug).collect()
}

#[test]
fn a_page_stays_when_its_article_comes_back() {
    let (root, site) = (archive(), folder());
    let published = publish_gone(root.path(), site.path(), Others::Keep);
    assert_eq!((published.pages, published.kept), (1, 0));
    let slugs = gone(root.path());
    see(root.path(), &Site::default(), "2026-11-01T00:00:00Z");
    assert_eq!(gone(root.path()), [""; 0], "it can be read again");
    let published = publish_gone(root.path(), site.path(), Others::Keep);
    assert_eq!((published.pages, published.kept, published.removed), (1, 1, 0));
    assert!(pages(site.path()).unwrap().iter().eq(&slugs));
    // Kept up to date, not only left there.
    let page = site.path().join(&slugs[0]).join("index.md");
    let before = fs::read(&page).unwrap();
    fs::remove_file(&page).unwrap();
    assert_eq!(publish_gone(root.path(), site.path(), Others::Keep).written, 1);
    assert_eq!(fs::read(&page).unwrap(), before);
    let published = publish_gone(root.path(), site.path(), Others::Remove);
    assert_eq!((published.pages, tree(site.path()).len()), (0, 1), "only the manifest is left");
}

#[test]
fn a_bad_moment_of_the_site_removes_no_page() {
    let (root, site) = (archive(), folder());
    publish_gone(root.path(), site.path(), Others::Keep);
    let before = tree(site.path());
    let mut bad = Site::default();
    let notice =
        "<html><body><div class=\"weui-msg\"><h2 class=\"weui-msg__title\">该内容暂时无法查看</h2></div></body></html>";
    bad.changes.insert("mp.weixin.qq.com".to_owned(), notice.as_bytes().to_vec());
    see(root.path(), &bad, "2026-11-01T00:00:00Z");
    assert_eq!(gone(root.path()).len(), 1, "deleted is what it is known to be");
    let published = publish_gone(root.path(), site.path(), Others::Remove);
    assert_eq!((published.pages, published.removed), (1, 0));
    assert!(tree(site.path()) == before);
}

#[test]
fn a_forgotten_article_loses_its_page_and_an_unknown_one_does_not() {
    let (root, site) = (archive(), folder());
    publish_all(root.path(), site.path(), Layout::Hugo);
    let before = tree(site.path());
    let empty = folder();
    drop(Writer::open(empty.path(), time("2026-11-01T00:00:00Z")).unwrap());
    let published = publish_gone(empty.path(), site.path(), Others::Keep);
    assert_eq!((published.pages, published.orphans, published.removed), (0, 6, 0));
    assert!(tree(site.path()) == before);
    let mut writer = Writer::open(root.path(), time("2026-11-01T00:00:00Z")).unwrap();
    let (key, page) = writer.entries().map(|entry| (entry.manifest.article.clone(), slug(entry))).next().unwrap();
    writer.forget(&key, "asked to", time("2026-11-01T00:00:00Z")).unwrap();
    drop(writer);
    let published = publish_all(root.path(), site.path(), Layout::Hugo);
    assert_eq!((published.pages, published.orphans), (5, 0));
    assert!(published.removed > 0 && !site.path().join(page).exists());
}

#[test]
fn pages_whose_manifest_was_lost_are_taken_on_again() {
    let (root, site) = (archive(), folder());
    publish_all(root.path(), site.path(), Layout::Hugo);
    let before = tree(site.path());
    fs::remove_file(site.path().join(".wxarchive.json")).unwrap();
    publish_all(root.path(), site.path(), Layout::Hugo);
    assert!(tree(site.path()) == before, "the manifest is the same again");
    assert!(publish_all(root.path(), site.path(), Layout::VitePress).foreign.is_empty(), "and pages can change");
}

/// The head of an article, and a picture of the archive.
fn head_and_picture(root: &Path) -> (PathBuf, String) {
    let files = tree(root);
    let head = files.keys().find(|path| path.ends_with("index.md")).unwrap();
    let picture = files.keys().find(|path| path.starts_with("images")).unwrap();
    (root.join(head), picture.to_str().unwrap().to_owned())
}

#[test]
fn a_picture_behind_a_link_is_beside_the_page_too() {
    let (root, site) = (archive(), folder());
    let (head, picture) = head_and_picture(root.path());
    let text = fs::read_to_string(&head).unwrap() + &format!("\n[图](../../../{picture})\n");
    fs::write(&head, &text).unwrap();
    let digest = Digest::of(text.as_bytes()).to_string();
    rewrite(&head.with_file_name("state.json"), |state| state["head"]["markdown"] = digest.into());
    publish_all(root.path(), site.path(), Layout::Hugo);
    let name = Path::new(&picture).file_name().unwrap().to_str().unwrap();
    let linked = tree(site.path()).into_iter().find(|(_, bytes)| String::from_utf8_lossy(bytes).contains("[图]("));
    let (page, text) = linked.unwrap();
    assert!(String::from_utf8(text).unwrap().contains(&format!("\n[图]({name})\n")));
    assert!(site.path().join(page).with_file_name(name).is_file());
    // Its generators copy pictures that are shown, and no others.
    let vite = folder();
    publish_all(root.path(), vite.path(), Layout::VitePress);
    let shown = format!("\n![图](./{name})\n");
    assert!(tree(vite.path()).values().any(|bytes| String::from_utf8_lossy(bytes).contains(&shown)));
    let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains("../images/");
    assert!(!tree(site.path()).iter().any(|(path, bytes)| path.ends_with("index.md") && text(bytes)));
}

#[test]
fn a_damaged_or_missing_picture_is_told_and_never_served() {
    let (root, site) = (archive(), folder());
    let whole = publish_all(root.path(), site.path(), Layout::Plain);
    assert!(whole.damaged.is_empty(), "{whole:?}");
    let before = tree(site.path());
    let picture = before.keys().find(|path| path.extension().is_some_and(|extension| extension == "png")).unwrap();
    let name = picture.file_name().unwrap().to_str().unwrap();
    let source = root.path().join("images").join(&name[..2]).join(name);
    for damage in [Some("other bytes"), None] {
        match damage {
            Some(bytes) => fs::write(&source, bytes).unwrap(),
            None => fs::remove_file(&source).unwrap(),
        }
        let other = folder();
        let published = publish_all(root.path(), other.path(), Layout::Plain);
        assert!(published.damaged.contains_key(&source), "{published:?}");
        assert!(!other.path().join(picture).exists());
        // What was published whole stays.
        assert_eq!(publish_all(root.path(), site.path(), Layout::Plain).written, 0);
        assert!(tree(site.path()) == before);
    }
}

#[test]
fn relink_can_learn_where_pages_are() {
    let root = archive();
    let site = root.path().join("../site-of-this-test");
    fs::create_dir_all(&site).unwrap();
    let archive = Archive::open(root.path()).unwrap();
    assert_eq!(places(&archive).unwrap(), [""; 0].map(PathBuf::from));
    remember(&archive, &site, time("2026-11-01T00:00:00Z")).unwrap();
    remember(&archive, &site, time("2026-11-02T00:00:00Z")).unwrap();
    let known = places(&archive).unwrap();
    fs::remove_dir(&site).unwrap();
    assert_eq!(known.len(), 1);
    assert!(known[0].ends_with("../site-of-this-test"));
    assert_eq!(places(&archive).unwrap().len(), 0, "a folder that is gone has no pages");
}

#[test]
fn folders_that_are_remembered_at_once_are_all_remembered() {
    let (root, site) = (archive(), folder());
    let archive = Archive::open(root.path()).unwrap();
    let folders: Vec<PathBuf> = (0..24).map(|number| site.path().join(number.to_string())).collect();
    for folder in &folders {
        fs::create_dir(folder).unwrap();
    }
    std::thread::scope(|scope| {
        for folder in &folders {
            let archive = &archive;
            scope.spawn(move || {
                while let Err(error) = remember(archive, folder, time("2026-11-01T00:00:00Z")) {
                    assert!(matches!(error, ArchiveError::Locked { .. }), "{error}");
                    std::thread::yield_now();
                }
            });
        }
    });
    assert_eq!(places(&archive).unwrap().len(), folders.len());
}

#[test]
fn folder_is_remembered_though_a_record_of_an_article_is_damaged() {
    let (root, site) = (archive(), folder());
    let archive = Archive::open(root.path()).unwrap();
    let manifest = tree(root.path()).into_keys().find(|path| path.ends_with("versions/1.json")).unwrap();
    fs::write(root.path().join(manifest), "{").unwrap();
    remember(&archive, site.path(), time("2026-11-01T00:00:00Z")).unwrap();
    assert_eq!(places(&archive).unwrap().len(), 1);
}

/// The pages that are written for a site generator, by their paths.
fn pages_for(layout: Layout) -> Vec<(PathBuf, String)> {
    let (root, site) = (archive(), folder());
    publish_all(root.path(), site.path(), layout);
    let files = tree(site.path()).into_iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "md"));
    files.map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect()
}

fn split(page: &str) -> (serde_json::Value, &str) {
    let (head, body) = page.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap();
    (serde_saphyr::from_str(head).unwrap(), body)
}

#[test]
fn hugo_0_55_reads_the_bundles() {
    // Leaf bundles (0.32), plain values and RFC 3339 dates; what is newer is a key that it passes over.
    const READ: [&str; 5] = ["title", "date", "author", "description", "sitemap"];
    const PASSED_OVER: [&str; 5] = ["canonical", "canonicalURL", "robots", "noindex", "build"];
    for (path, page) in pages_for(Layout::Hugo) {
        assert!(path.ends_with("index.md") && path.components().count() == 2, "{}", path.display());
        let (head, body) = split(&page);
        let keys = head.as_object().unwrap().keys();
        assert!(keys.clone().all(|key| READ.iter().chain(&PASSED_OVER).any(|known| key == known)), "{keys:?}");
        head["date"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        for open in ["{{<", "{{%"] {
            assert!(body.match_indices(open).all(|(at, _)| body[at + 3..].starts_with("/*")), "a shortcode is called");
        }
    }
}

#[test]
fn jekyll_sees_no_liquid_but_ours() {
    for (path, page) in pages_for(Layout::Jekyll) {
        assert!(!path.to_str().unwrap().starts_with('_'), "such folders are not built");
        let (head, body) = split(&page);
        assert!(head["title"].is_string() && head["sitemap"] == false);
        let is_shielded = body.trim().starts_with("{% raw %}") && body.trim().ends_with("{% endraw %}");
        assert!(is_shielded || !(body.contains("{{") || body.contains("{%")), "{}", path.display());
    }
}

#[test]
fn a_title_is_shown_where_the_theme_shows_none() {
    for (layout, is_heading) in [(Layout::VitePress, true), (Layout::VuePress, true), (Layout::Hugo, false)] {
        let pages = pages_for(layout);
        let has_heading = |page: &str| split(page).1.contains("\n# 给老望远镜装上电动调焦\n");
        assert_eq!(pages.iter().any(|(_, page)| has_heading(page)), is_heading, "{layout:?}");
    }
}
