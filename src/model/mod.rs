//! The plain data that flows through the program; it opens nothing, prints nothing and reads no clock.
//!
//! Every other module takes these types in or gives them out. Raw text becomes one of them once, at the edge
//! ([`ArticleUrl::parse`], [`ImageUrl::parse`]), and stays right from then on.

mod article;
mod block;
mod id;
mod oddity;
mod page;
mod picture;
mod private;
mod state;
mod url;

pub use article::{Account, Article, ArticleKind, Origin, Reprint};
pub use block::{
    Block, Card, CardKind, Cell, Footnote, Heading, Image, Inline, InlineKind, List, ListKind, Style, Table,
};
pub use id::{ArticleKey, Biz, Claim, Key, KeyError, ShortCode};
pub use oddity::{Oddities, Oddity};
pub use page::Page;
pub use picture::{ImageKey, ImageUrl};
pub use private::{PRIVATE_PARAMETERS, private_parameters, redact};
pub use state::State;
pub use url::{ArticleUrl, UrlKind, is_wechat, unescape};
