//! A web server on loopback that stands for every host: certificates for any name, answers from a closure.
//!
//! It answers https and http on one port, can break off, stall and reset as real hosts do, and remembers what it was
//! asked. It runs on a thread of its own, so that code with and without an async runtime can use it.

mod answer;
mod body;
mod certificates;
mod connection;

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;
use std::{io, thread};

use hyper::HeaderMap;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

pub use answer::{Answer, Reply};
pub use certificates::CertificateError;

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// No port, thread or runtime to be had.
    #[error("could not start a server on 127.0.0.1: {0}")]
    Start(#[from] io::Error),
    /// No certificates.
    #[error("could not make certificates for a server on 127.0.0.1: {0}")]
    Certificate(#[from] CertificateError),
}

/// One request as it came in.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The `Host` header in lower case, with its port where it has one.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// How often the same address was asked before.
    pub before: usize,
    /// When it came in.
    pub at: Instant,
    headers: HeaderMap,
}

/// A running server; it stops when this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    ca_pem: String,
    log: Arc<Log>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Every request so far.
#[derive(Debug, Default)]
pub(super) struct Log {
    asked: Mutex<Vec<Asked>>,
    counts: Mutex<HashMap<String, usize>>,
}

/// What decides the answers.
pub(super) type Handler = dyn Fn(&Asked) -> Answer + Send + Sync;

impl Server {
    /// Starts a server on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When there is no port, thread or certificate to be had.
    pub fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Result<Self, ServerError> {
        let (ca_pem, tls) = certificates::authority()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = listen(&runtime)?;
        let address = listener.local_addr()?;
        let log = Arc::new(Log::default());
        let site = connection::Site { answer: Arc::new(answer), log: Arc::clone(&log), tls: TlsAcceptor::from(tls) };
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("demo-server".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, site) => {}
                    // An error means that the sender is gone, which is the same wish.
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { address, ca_pem, log, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate to trust, in PEM form, as `--cacert` takes it.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The mapping of every host to this server, as `--connect-to` takes it.
    #[must_use]
    pub fn connect_to(&self) -> String {
        format!("::{}", self.address)
    }

    /// What was asked so far, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.log.asked).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // An error is a panic of the handler's thread, which has printed itself; a drop must not add another.
            thread.join().ok();
        }
    }
}

impl Asked {
    /// The whole address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}{}", self.scheme, self.host, self.path)
    }

    /// A header, by its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Log {
    /// Adds a request, and fills in how often it came before.
    pub(super) fn add(&self, asked: &mut Asked) {
        let mut counts = lock(&self.counts);
        let count = counts.entry(asked.url()).or_default();
        asked.before = *count;
        *count += 1;
        lock(&self.asked).push(asked.clone());
    }
}

/// Opens a port; without blocking on the runtime, since the caller may be inside another.
fn listen(runtime: &Runtime) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let _inside = runtime.enter();
    TcpListener::from_std(listener)
}

/// Takes connections until it is dropped, and drops them with it.
async fn accept(listener: TcpListener, site: connection::Site) {
    let mut connections = JoinSet::new();
    loop {
        // A connection that is gone before it is taken is no matter of the server.
        let Ok((stream, _)) = listener.accept().await else { continue };
        connections.spawn(connection::serve(stream, site.clone()));
        while connections.try_join_next().is_some() {}
    }
}

/// Locks; the lists stay whole even if a handler panics between two requests.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
