//! Asks the site for what an archive has lost: pictures and pages, each once, and takes only what is the very same.

use std::collections::{BTreeMap, BTreeSet};

use super::derive;
use crate::archive::{ArchiveError, Lost, LostVersion, Maintenance, StoredPicture, scrub};
use crate::fetch::{Fetch, Request};
use crate::model::{ImageUrl, Page};
use crate::parse::{Parsed, parse};

/// What became of something that was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// The file, from the folder of the archive.
    pub file: String,
    /// Why it is lost still; `None` where it is back.
    pub why: Option<String>,
}

/// Asks the site for all that is lost, one request after the other: for so many article pages at most, and for none
/// after the first block page.
///
/// A picture comes back if the site sends the same bytes. The Markdown of a version comes back if the page reads as it
/// did then; the raw page of a version only if it is the same but for private values, which is rare on the site and the
/// rule where the page comes from a folder of saved ones.
///
/// # Errors
/// When a file of the archive can't be written; what the site does goes into what is given back.
pub async fn recover<F: Fetch>(
    maintenance: &Maintenance,
    lost: &Lost,
    fetch: &F,
    max: Option<usize>,
) -> Result<Vec<Recovered>, ArchiveError> {
    let mut told = recover_pictures(maintenance, &lost.pictures, fetch).await?;
    let mut articles: BTreeMap<&str, Vec<&LostVersion>> = BTreeMap::new();
    for version in &lost.versions {
        articles.entry(&version.manifest.fetched.url).or_default().push(version);
    }
    let mut blocked = None;
    for (number, (url, versions)) in articles.into_iter().enumerate() {
        let answer = match &blocked {
            Some(why) => Err(format!("not asked for: {why}")),
            None if max.is_some_and(|max| number >= max) => Err("not asked for in this run".to_owned()),
            None => get(fetch, url).await,
        };
        if let Ok((_, Some(why))) = &answer {
            blocked = Some(why.clone());
        }
        for version in versions {
            told.extend(put_back(maintenance, version, &answer)?);
        }
    }
    Ok(told)
}

/// Asks for pictures; one that several records name under several addresses is asked for until it is back.
async fn recover_pictures<F: Fetch>(
    maintenance: &Maintenance,
    pictures: &[StoredPicture],
    fetch: &F,
) -> Result<Vec<Recovered>, ArchiveError> {
    let (mut back, mut failed) = (BTreeSet::new(), BTreeMap::new());
    for picture in pictures {
        if back.contains(&picture.file) {
            continue;
        }
        match recover_picture(maintenance, picture, fetch).await? {
            None => drop(back.insert(picture.file.clone())),
            Some(why) => drop(failed.insert(picture.file.clone(), why)),
        }
    }
    failed.retain(|file, _| !back.contains(file));
    let back = back.into_iter().map(|file| Recovered { file, why: None });
    Ok(back.chain(failed.into_iter().map(|(file, why)| Recovered { file, why: Some(why) })).collect())
}

/// Asks for a picture at each of its addresses; gives why it is lost still.
async fn recover_picture<F: Fetch>(
    maintenance: &Maintenance,
    picture: &StoredPicture,
    fetch: &F,
) -> Result<Option<String>, ArchiveError> {
    let mut why = format!("`{}` is no address that can be asked", picture.url);
    for url in ImageUrl::parse(&picture.url).map(|image| image.candidates()).unwrap_or_default() {
        match fetch.get(&Request::picture(url.clone())).await {
            Err(error) => why = error.to_string(),
            Ok(page) if maintenance.put_picture_back(picture, &page.bytes)? => return Ok(None),
            Ok(_) => why = format!("asked `{url}`: it sends another picture now"),
        }
    }
    Ok(Some(why))
}

/// Asks for a page: its bytes less private values, and what it says where it is a block page.
async fn get<F: Fetch>(fetch: &F, url: &str) -> Result<(Page, Option<String>), String> {
    let mut page = fetch.get(&Request::article(url)).await.map_err(|error| error.to_string())?;
    page.bytes = scrub(&page.bytes);
    let blocked = match parse(&page) {
        Parsed::Blocked(notice) => Some(notice.message.unwrap_or_else(|| "the site blocks us".to_owned())),
        _ => None,
    };
    Ok((page, blocked))
}

/// Puts back what of a version an answer gives.
fn put_back(
    maintenance: &Maintenance,
    version: &LostVersion,
    answer: &Result<(Page, Option<String>), String>,
) -> Result<Vec<Recovered>, ArchiveError> {
    let tell = |why: &dyn Fn(&str) -> Option<String>| {
        version.files.iter().map(|file| Recovered { file: file.clone(), why: why(file) }).collect()
    };
    let page = match answer {
        Err(why) | Ok((_, Some(why))) => return Ok(tell(&|_| Some(why.clone()))),
        Ok((page, None)) => &page.bytes,
    };
    let is_same_page = maintenance.put_page_back(version, page)?;
    let text = derive(&version.manifest, page.clone());
    let is_same_text = text.map_or(Ok(false), |text| maintenance.put_markdown_back(version, &text))?;
    let markdown = version.markdown();
    Ok(tell(&|file| match (is_same_page, is_same_text) {
        (_, true) if file == markdown => None,
        (true, _) if file != markdown => None,
        (true, _) => Some("its page is as it was, which this program reads otherwise".to_owned()),
        (_, true) => Some("what the site sends reads as it did, but is another page than that of then".to_owned()),
        (false, false) => {
            Some(format!("asked `{}`: what it says now is not this version", version.manifest.fetched.url))
        }
    }))
}
