//! Answers from a folder of saved pages instead of the network.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{Fetch, FetchError, Request, Want, address};
use crate::model::{ArticleUrl, Key, Page};

/// Saved pages, found by the article they are.
///
/// Which article a file is stands inside it, so whoever makes this has read the pages.
#[derive(Debug, Default)]
pub struct Replay {
    pages: HashMap<Key, PathBuf>,
}

impl Replay {
    /// Answers with the given files.
    #[must_use]
    pub fn new(pages: HashMap<Key, PathBuf>) -> Self {
        Self { pages }
    }

    fn file(&self, request: &Request) -> Option<&Path> {
        match request.want {
            Want::Article => {
                let url = ArticleUrl::parse(&request.url)?;
                self.pages.get(url.key()).map(PathBuf::as_path)
            }
            // A saved page holds the addresses of its pictures, not the pictures.
            Want::Picture => None,
        }
    }
}

impl Fetch for Replay {
    async fn get(&self, request: &Request) -> Result<Page, FetchError> {
        let url = || address::read(&request.url).map_or_else(|_| request.url.clone(), |url| address::shown(&url));
        let path = self.file(request).ok_or_else(|| FetchError::NotInFolder { url: url() })?;
        let unreadable = |why: String| FetchError::Unreadable { url: url(), path: path.display().to_string(), why };
        let owned = path.to_owned();
        let bytes = tokio::task::spawn_blocking(move || read(&owned))
            .await
            .map_err(|error| unreadable(error.to_string()))?
            .map_err(|error| unreadable(error.to_string()))?;
        Ok(Page {
            asked: request.url.clone(),
            url: url(),
            status: 200,
            content_type: Some("text/html; charset=UTF-8".to_owned()),
            bytes,
        })
    }

    /// None: nothing is sent.
    fn requests(&self) -> u64 {
        0
    }
}

/// Reads a file that is no larger than a page may be.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let limit = Want::Article.limit();
    let mut bytes = Vec::new();
    File::open(path)?.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        return Err(io::Error::other(format!("it has more than {} MiB", limit >> 20)));
    }
    Ok(bytes)
}
