//! How the network is asked: the options behind the fetch flags of the command line.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use super::{ConnectTo, Jitter, RetryPolicy};

/// A desktop browser, which gets the page that readers get (anatomy §5.1).
const USER_AGENT: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// How the network is asked.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// The least time between two article pages of one host, from start to start.
    pub pace: Duration,
    /// How many pictures are fetched at once.
    pub image_concurrency: usize,
    /// An HTTP proxy, `http://host:port`; the environment's are never used.
    ///
    /// It finds the hosts, so that what a name is at can't be checked here; private addresses are refused all the same
    /// where they are written as such. What [`connect_to`](Self::connect_to) maps does not go through it.
    pub proxy: Option<String>,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// Other places to connect to; the first that covers an address counts.
    pub connect_to: Vec<ConnectTo>,
    /// Certificates in PEM form to trust instead of the system's.
    pub ca_pem: Option<Vec<u8>>,
    /// How long to wait for a host.
    pub timeouts: Timeouts,
    /// How often to try again.
    pub retry: RetryPolicy,
    /// What makes waiting times uneven.
    pub jitter: Jitter,
    /// Who knows the addresses of names.
    pub names: NameLookup,
}

/// How long to wait for a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the next piece of an answer.
    pub read: Duration,
    /// For one request from its sending to the last byte of its answer.
    pub whole: Duration,
}

/// Who knows the addresses of names.
#[derive(Debug, Clone, Default)]
pub enum NameLookup {
    /// The system.
    #[default]
    System,
    /// A table; names outside it have no address.
    Table(HashMap<String, Vec<IpAddr>>),
}

/// An option that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// `--connect-to` has another form.
    #[error(
        "`{0}` is no mapping: expected HOST:PORT:ADDR:PORT, as in `::127.0.0.1:8443` or `example.com:443:[::1]:8443`"
    )]
    ConnectTo(String),
    /// `--proxy` is no address of an HTTP proxy.
    #[error("`{proxy}` is no proxy: {why}; expected http://host:port")]
    Proxy {
        /// The text, without its password.
        proxy: String,
        /// What is wrong.
        why: String,
    },
    /// `--cacert` holds no certificates.
    #[error("the certificates to trust cannot be read: {0}; expected a PEM file with BEGIN CERTIFICATE lines")]
    Certificates(String),
    /// `--user-agent` cannot stand in a header.
    #[error("`{0}` is no user agent: it has characters that no header may have")]
    UserAgent(String),
    /// The system offers no way to check certificates.
    #[error("no safe connections can be made: {0}; install the package ca-certificates, or give --cacert")]
    Tls(String),
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            pace: Duration::from_secs(5),
            image_concurrency: 8,
            proxy: None,
            user_agent: USER_AGENT.to_owned(),
            connect_to: Vec::new(),
            ca_pem: None,
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            jitter: Jitter::random(),
            names: NameLookup::System,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), read: Duration::from_secs(30), whole: Duration::from_mins(2) }
    }
}
