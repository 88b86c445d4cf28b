//! Why a request got no usable answer.

/// Why a request got no usable answer; each names the address.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The host answered with a status that is no success.
    #[error("asked `{url}`: the host answered with status {status}")]
    Status {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
    },
}
