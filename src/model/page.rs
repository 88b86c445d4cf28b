//! What a host answered.

/// The bytes that came back for one address, with what is needed to judge them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The address that was asked for.
    pub asked: String,
    /// The address that answered, after redirects.
    pub url: String,
    /// The HTTP status; 200 for a page read from a folder.
    pub status: u16,
    /// The `Content-Type` header, if there was one.
    pub content_type: Option<String>,
    /// The body, decompressed.
    pub bytes: Vec<u8>,
}
