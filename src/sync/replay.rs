//! Finds out which article each page of a folder is, so that saved pages can stand in for the site.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::ReadError;
use crate::model::{Key, Page};
use crate::parse::{Parsed, parse};

/// The articles among the `.html` files of a folder, by every key their pages name; of two the first by name wins.
#[must_use]
pub fn saved_pages(folder: &Path) -> (HashMap<Key, PathBuf>, Vec<ReadError>) {
    let (mut pages, mut errors) = (HashMap::new(), Vec::new());
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| ReadError::Io { path, source }
    };
    let mut files: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect(),
        Err(source) => return (pages, vec![unreadable(folder)(source)]),
    };
    files.retain(|file| file.extension().is_some_and(|name| name.eq_ignore_ascii_case("html") || name == "htm"));
    files.sort();
    for file in files {
        match fs::read(&file) {
            Err(source) => errors.push(unreadable(&file)(source)),
            Ok(bytes) => {
                for key in keys(bytes) {
                    pages.entry(key).or_insert_with(|| file.clone());
                }
            }
        }
    }
    (pages, errors)
}

fn keys(bytes: Vec<u8>) -> Vec<Key> {
    let page = Page { asked: String::new(), url: String::new(), status: 200, content_type: None, bytes };
    match parse(&page) {
        Parsed::Article(article) => {
            let long = article.key.map(Key::Article);
            long.into_iter().chain(article.short_code.map(Key::Short)).collect()
        }
        _ => Vec::new(),
    }
}
