//! What the server answers, good manners and bad.

use hyper::body::Bytes;

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// All of it.
    Whole(Reply),
    /// Its length, half of it, and the end of the connection.
    Truncated(Reply),
    /// All of it, and then a byte now and again for ever.
    Drip(Reply),
    /// All of it, over and over for ever.
    Endless(Reply),
    /// Nothing, for ever.
    Silent,
    /// The connection is reset.
    Reset,
}

/// A status, headers and a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The bytes as sent, compressed where a header says so.
    pub body: Bytes,
}

impl Answer {
    /// A page.
    #[must_use]
    pub fn html(body: impl Into<Bytes>) -> Self {
        Self::Whole(Reply::new("text/html; charset=UTF-8", body))
    }

    /// A picture of the given media type.
    #[must_use]
    pub fn picture(media_type: &str, body: impl Into<Bytes>) -> Self {
        Self::Whole(Reply::new(media_type, body))
    }

    /// A status and its number as text.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Whole(Reply { status, ..Reply::new("text/plain", status.to_string()) })
    }

    /// A redirect to another address.
    #[must_use]
    pub fn redirect(to: &str) -> Self {
        Self::Whole(Reply { status: 302, ..Reply::new("text/plain", "") }.with_header("Location", to))
    }
}

impl Reply {
    /// A success with a body.
    #[must_use]
    pub fn new(content_type: &str, body: impl Into<Bytes>) -> Self {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        Self { status: 200, headers, body: body.into() }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}
