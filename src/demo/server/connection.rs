//! One connection: plain or TLS by its first byte, then HTTP/1.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Instant;

use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, HOST};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::body::Play;
use super::{Answer, Asked, Handler, Log, Reply};

/// The first byte of a TLS connection: a handshake record (RFC 8446 §5.1).
const HANDSHAKE: u8 = 0x16;

/// What every connection needs.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) answer: Arc<Handler>,
    pub(super) log: Arc<Log>,
    pub(super) tls: TlsAcceptor,
}

/// Serves a connection to its end.
pub(super) async fn serve(stream: TcpStream, site: Site) {
    let mut first = [0];
    // A client that leaves, or refuses the certificate, has had its answer: there is nobody left to tell.
    if stream.peek(&mut first).await.is_err() {
        return;
    }
    if first == [HANDSHAKE] {
        let Ok(stream) = site.tls.accept(stream).await else { return };
        talk(stream, "https", &site, |stream| stream.get_ref().0).await;
    } else {
        talk(stream, "http", &site, |stream| stream).await;
    }
}

/// Answers requests until one side has enough. `socket` finds the TCP stream inside the stream.
async fn talk<S>(stream: S, scheme: &'static str, site: &Site, socket: impl Fn(&S) -> &TcpStream)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(|request: Request<Incoming>| answer(request, scheme, site));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let Err(error) = (&mut connection).await else { return };
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    if cause == Some(io::ErrorKind::ConnectionReset) {
        // Without lingering, closing sends a reset. If even that fails the client sees an end without an answer,
        // which it must take for the same.
        socket(connection.into_parts().io.inner()).set_zero_linger().ok();
    }
}

/// Answers one request; an error ends the connection.
async fn answer(request: Request<Incoming>, scheme: &'static str, site: &Site) -> io::Result<Response<Play>> {
    let mut asked = read(request, scheme);
    site.log.add(&mut asked);
    match (site.answer)(&asked) {
        Answer::Whole(reply) => response(&reply, Play::whole(reply.body.clone())),
        Answer::Truncated(reply) => {
            let length = reply.body.len().to_string();
            let reply = reply.with_header(CONTENT_LENGTH.as_str(), &length);
            response(&reply, Play::truncated(&reply.body))
        }
        Answer::Drip(reply) => response(&reply, Play::drip(reply.body.clone())),
        Answer::Endless(reply) => response(&reply, Play::endless(reply.body.clone())),
        Answer::Silent => std::future::pending().await,
        Answer::Reset => Err(io::ErrorKind::ConnectionReset.into()),
    }
}

fn read(request: Request<Incoming>, scheme: &'static str) -> Asked {
    let (parts, _) = request.into_parts();
    let host = parts.headers.get(HOST).map(|host| String::from_utf8_lossy(host.as_bytes()).to_ascii_lowercase());
    let path = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    Asked { scheme, host: host.unwrap_or_default(), path, before: 0, at: Instant::now(), headers: parts.headers }
}

fn response(reply: &Reply, body: Play) -> io::Result<Response<Play>> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    response.body(body).map_err(io::Error::other)
}
