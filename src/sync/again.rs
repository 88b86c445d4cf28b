//! Asks again for the pictures that articles and issues lack, and for no page.

use super::article::Articles;
use super::pictures::Pictures;
use super::{ImageCounts, Run, refresh};
use crate::archive::{ArchiveError, Entry, Ledger, LedgerImage, Writer};
use crate::fetch::Fetch;
use crate::model::ImageUrl;

/// Asks once more for every picture that could not be had, and puts it where it belongs: heads and ledgers name it then.
///
/// # Errors
/// When a record can't be read, or a file not be written.
pub async fn ask_again<F: Fetch>(writer: &mut Writer, run: &Run<'_, F>) -> Result<ImageCounts, ArchiveError> {
    let ledgers = writer.ledgers()?;
    let issues: Vec<&str> = ledgers.iter().map(|ledger| ledger.issue.as_str()).collect();
    let pictures = Pictures::new(run, writer, &issues)?;
    let entries: Vec<Entry> = writer.entries().filter(|entry| !entry.manifest.missing.is_empty()).cloned().collect();
    let mut articles = Articles::new(writer, &pictures, run);
    for entry in &entries {
        refresh::look_after(&mut articles, entry).await?;
    }
    let lacking: Vec<ImageUrl> = ledgers.iter().flat_map(|ledger| &ledger.images).filter_map(lacking).collect();
    pictures.get_urls(lacking.iter()).await?;
    pictures.finish(writer)?;
    for ledger in ledgers {
        fill(ledger, writer, &pictures)?;
    }
    Ok(pictures.counts())
}

/// The address of a picture that is on the web and could not be had.
fn lacking(image: &LedgerImage) -> Option<ImageUrl> {
    image.missing.as_ref().and_then(|_| ImageUrl::parse(&image.url))
}

/// Writes into a ledger what became of the pictures that were asked for.
fn fill<F: Fetch>(mut ledger: Ledger, writer: &Writer, pictures: &Pictures<'_, F>) -> Result<(), ArchiveError> {
    for image in &mut ledger.images {
        match lacking(image).and_then(|url| pictures.outcome(&url)) {
            Some(Ok(stored)) => (image.stored, image.missing) = (Some(stored), None),
            Some(Err(why)) => image.missing = Some(why),
            None => {}
        }
    }
    writer.put_ledger(&ledger).map(drop)
}
