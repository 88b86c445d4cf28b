//! Reads an issue of a newsletter: its links to WeChat, its pictures, its front matter.
//!
//! [`scan`] never fails and changes nothing: whatever it reports carries the bytes it stands in, so that an edit can
//! replace those and no others. Every address of WeChat in the file is reported once; the outermost one wins where
//! addresses nest.

mod address;
mod bare;
mod cover;
mod destination;
mod entries;
mod fence;
mod front_matter;
mod html;
mod images;
mod link;
mod links;
mod local;
mod oddity;
mod outline;
mod position;
mod promised;
pub mod relink;
mod rewrite;
mod scan;
mod section;
mod shortcode;
mod title;
mod value;
mod walk;

pub use front_matter::{FrontMatter, FrontMatterFormat};
pub use link::{Context, ImageReference, Link, Place, Places};
pub use local::{LocalLink, local_links};
pub use oddity::IssueOddity;
pub use promised::{PictureLink, picture_links};
pub use rewrite::{NewAddress, RewriteError, new_addresses, rewrite};
pub use scan::scan;

/// What an issue holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Issue {
    /// The front matter, where there is one.
    pub front_matter: Option<FrontMatter>,
    /// The links to WeChat, in the order of the file; their spans never overlap.
    pub links: Vec<Link>,
    /// The references to pictures, in the order of the file; their spans never overlap.
    pub images: Vec<ImageReference>,
    /// What its author should look at.
    pub oddities: Vec<IssueOddity>,
}
