//! The scanner on 339 real files of one newsletter, counted independently before it was written.
//!
//! The files belong to others and are not in this repository; without them the tests say so and pass.

use std::collections::BTreeSet;

use wxarchive::issue::{Context, Issue, scan};
use wxarchive::model::UrlKind;

use crate::corpus::issues;

fn scanned() -> Option<Vec<(String, Issue)>> {
    Some(issues()?.into_iter().map(|(_, text)| (text.clone(), scan(&text))).collect())
}

#[test]
fn every_link_of_the_corpus_is_found_once() {
    let Some(issues) = scanned() else { return };
    assert_eq!(issues.len(), 339);
    assert_eq!(issues.iter().map(|(_, issue)| issue.links.len()).sum::<usize>(), 1011);
    assert_eq!(issues.iter().filter(|(_, issue)| !issue.links.is_empty()).count(), 286);
    let links = || issues.iter().flat_map(|(_, issue)| &issue.links);
    let whole: BTreeSet<_> =
        links().filter(|link| matches!(link.kind, UrlKind::Article(_))).filter_map(|link| link.key()).collect();
    assert_eq!(whole.len(), 335);
    // The one misspelt address, mended, names an article that three other issues link rightly.
    let mended: Vec<_> = links().filter(|link| link.kind.name() == "malformed").filter_map(|link| link.key()).collect();
    assert_eq!(mended.len(), 1);
    assert!(whole.contains(mended[0]));
    assert_eq!(links().filter(|link| link.section.is_some()).count(), 867);
}

#[test]
fn every_picture_of_the_corpus_is_found_once() {
    let Some(issues) = scanned() else { return };
    let images = || issues.iter().flat_map(|(_, issue)| &issue.images);
    assert_eq!(images().count(), 2424);
    let urls: BTreeSet<_> = images().map(|image| image.url.split('#').next().unwrap()).collect();
    // `/cover.jpg` is one address here, though each of the two posts that have it means a file of its own.
    assert_eq!(urls.len(), 1890);
}

#[test]
fn picture_links_of_the_corpus_take_the_title_above() {
    let Some(issues) = scanned() else { return };
    let links = || issues.iter().flat_map(|(_, issue)| &issue.links).filter(|link| link.context == Context::Image);
    assert_eq!((links().count(), links().filter(|link| link.title.is_some()).count()), (72, 67));
}

#[test]
fn spans_of_the_corpus_are_the_addresses_as_written() {
    let Some(issues) = scanned() else { return };
    for (text, issue) in &issues {
        assert!(issue.links.iter().all(|link| text[link.span.clone()] == link.url));
        assert!(issue.images.iter().all(|image| text[image.span.clone()] == image.url));
    }
}

#[test]
fn front_matter_of_the_corpus_is_whole() {
    let Some(issues) = scanned() else { return };
    let heads: Vec<_> = issues.iter().filter_map(|(_, issue)| issue.front_matter.as_ref()).collect();
    assert_eq!(heads.len(), 338);
    assert!(heads.iter().all(|head| head.title.is_some()));
    assert_eq!(heads.iter().filter(|head| head.date.is_some()).count(), 333);
    assert_eq!(heads.iter().filter(|head| head.cover.is_some()).count(), 332);
    assert_eq!(issues.iter().map(|(_, issue)| issue.oddities.len()).sum::<usize>(), 0);
}
