//! The archive: plain files that say what they are, each whole or absent, each version committed by one file.
//!
//! [`Archive`] reads; [`Writer`] holds the lock and writes. All paths are in `layout`, all JSON shapes in `record`
//! and `ledger`, every write goes through `write`. The order of writes is pictures, page, the version's Markdown,
//! its manifest (the commit), head, state; a reader goes the other way and so never meets a half of anything.
//!
//! A big archive is opened without reading all of it: `reach` finds single articles by their folders' names, `summary`
//! sums all of them up with the index, which is derived and believed only where the files are those it was made of.
//!
//! [`verify`] finds what is wrong with an archive, [`Maintenance`] mends it and removes what nothing refers to; neither
//! needs the records to be readable. [`Faults`] lets tests end the program at any file operation.

mod aside;
mod bagit;
mod catalogue;
mod digest;
mod error;
mod faults;
mod forget;
mod format;
mod history;
mod index;
mod inside;
mod journal;
mod kind;
mod layout;
mod ledger;
mod ledgers;
mod lock;
mod loss;
mod lost;
mod maintenance;
mod ocfl;
mod packed;
mod pages;
mod pictures;
mod reach;
mod record;
mod regular;
mod repair;
mod scrub;
mod seal;
mod site;
mod sound;
mod stamp;
mod state;
mod stateless;
mod summary;
pub mod verify;
mod within;
pub(crate) mod write;
mod writer;

pub use bagit::{Bag, export_bag};
pub use catalogue::{Archive, Entry, Lookup};
pub use digest::Digest;
pub use error::ArchiveError;
pub use faults::{Fault, Faults};
pub use history::Moment;
pub use ledger::{Ledger, LedgerImage, LedgerLink, LinkOutcome};
pub use lost::{Lost, LostVersion};
pub use maintenance::{Kept, Maintenance, Removed};
pub use ocfl::{Exported, Imported, export_ocfl, import_ocfl};
pub use pages::PageStore;
pub use pictures::{NewPicture, PictureStore};
pub use record::{
    Alias, DatedState, Evidence, FORMAT_NUMBER, Fetched, Head, Manifest, Meta, MissingPicture, Source, StateFile,
    StoredPage, StoredPicture, Tombstone, Why,
};
pub use repair::{Derive, Repaired, Untaken};
pub use scrub::scrub;
pub use site::{SITE_MANIFEST, published_files};
pub use state::Observation;
pub use summary::Summary;
pub use within::refuse_inside;
pub use writer::{Committed, Draft, Writer};
