//! Why a request got no usable answer.

use std::time::Duration;

use super::Refusal;

/// Why a request got no usable answer; each names the address, without private parameters.
///
/// Reasons are texts and not errors of the HTTP library: those carry the whole address with them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The text is no address.
    #[error("`{url}` is no web address: {why}")]
    BadUrl {
        /// The text, or the address that redirected to it.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// The address, or one it leads to, is none that may be asked.
    #[error("did not ask `{url}`: {refusal}")]
    Refused {
        /// The address.
        url: String,
        /// Why not.
        refusal: Refusal,
    },
    /// The host answered with a status that is no success.
    #[error("asked `{url}`: the host answered with status {status}")]
    Status {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The host wants to be left alone for longer than a run should wait.
    #[error("asked `{url}`: the host answered with status {status} and asks to wait {} s; run again after that", wait.as_secs())]
    Busy {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
        /// How long it asks to wait.
        wait: Duration,
    },
    /// The answer, or the next piece of it, did not come in time.
    #[error("asked `{url}`: no whole answer in time; run again later")]
    Timeout {
        /// The address.
        url: String,
    },
    /// No connection, or it broke before the answer began.
    #[error("asked `{url}`: {why}; check the network and run again")]
    Connection {
        /// The address.
        url: String,
        /// What happened.
        why: String,
    },
    /// The certificate is not trusted, or TLS was not agreed upon.
    #[error("asked `{url}`: no safe connection: {why}; a test server or proxy may need --cacert")]
    Tls {
        /// The address.
        url: String,
        /// What happened.
        why: String,
    },
    /// The body ended early or could not be decompressed.
    #[error("asked `{url}`: the answer broke off or is damaged: {why}; run again later")]
    Truncated {
        /// The address.
        url: String,
        /// What happened.
        why: String,
    },
    /// The host answered with success and not one byte.
    #[error("asked `{url}`: the answer is empty; run again later")]
    Empty {
        /// The address.
        url: String,
    },
    /// The body is larger than any real answer.
    #[error("asked `{url}`: the answer has more than {} MiB, which is more than is read", limit >> 20)]
    TooLarge {
        /// The address.
        url: String,
        /// The most bytes that are read.
        limit: usize,
    },
    /// One redirect after another.
    #[error("asked `{url}`: more than {limit} redirects")]
    TooManyRedirects {
        /// The address asked first.
        url: String,
        /// How many are followed.
        limit: usize,
    },
    /// A redirect to an address that has redirected already.
    #[error("asked `{url}`: it redirects in a circle")]
    RedirectLoop {
        /// The address asked first.
        url: String,
    },
    /// The folder of saved pages has no answer.
    #[error("`{url}` is not among the saved pages; save it into the folder, or leave out --from")]
    NotInFolder {
        /// The address.
        url: String,
    },
    /// A saved page could not be read.
    #[error("could not read the saved page `{path}` for `{url}`: {why}")]
    Unreadable {
        /// The address.
        url: String,
        /// The file.
        path: String,
        /// What happened.
        why: String,
    },
}

impl FetchError {
    /// Whether nobody answered at all, as when there is no network.
    #[must_use]
    pub fn is_silence(&self) -> bool {
        matches!(self, Self::Timeout { .. } | Self::Connection { .. })
    }

    /// Whether the same request may succeed later, so that trying again is no nuisance to the host.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500 | 502..=504 | 506..=599),
            Self::Busy { .. }
            | Self::Timeout { .. }
            | Self::Connection { .. }
            | Self::Truncated { .. }
            | Self::Empty { .. } => true,
            Self::BadUrl { .. }
            | Self::Refused { .. }
            | Self::Tls { .. }
            | Self::TooLarge { .. }
            | Self::TooManyRedirects { .. }
            | Self::RedirectLoop { .. }
            | Self::NotInFolder { .. }
            | Self::Unreadable { .. } => false,
        }
    }
}
