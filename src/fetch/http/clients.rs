//! Makes the HTTP clients: one for public addresses, and one for each `--connect-to`.
//!
//! One each, because the library asks a resolver for a name and says neither port nor scheme, and never asks it for an
//! address: which mapping counts must be known before.

use std::sync::Arc;

use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, HOST, HeaderMap, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, Proxy, RequestBuilder, redirect};
use rustls::crypto::{CryptoProvider, ring};
use url::Url;

use super::resolve::{OnePlace, PublicNames};
use crate::fetch::{ConnectTo, HttpOptions, OptionError, Refusal, Want, guard};

const ACCEPT_PAGE: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// Names no newer format: a host that sees `image/webp` here may send a copy of worse quality instead of the original.
const ACCEPT_PICTURE: &str = "image/*,*/*;q=0.8";

/// The clients, one for each way to connect.
#[derive(Debug)]
pub(super) struct Clients {
    public: Client,
    mapped: Vec<(ConnectTo, Client)>,
}

impl Clients {
    /// Makes every client that the options can need.
    pub(super) fn new(options: &HttpOptions) -> Result<Self, OptionError> {
        let mapped = options.connect_to.iter().map(|mapping| Ok((mapping.clone(), mapped_client(options, mapping)?)));
        Ok(Self { public: public_client(options)?, mapped: mapped.collect::<Result<_, _>>()? })
    }

    /// A request that is ready to send, where the address may be asked.
    pub(super) fn request(&self, url: &Url, want: Want) -> Result<RequestBuilder, Refusal> {
        guard::check_form(url)?;
        let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
        let accept = match want {
            Want::Article => ACCEPT_PAGE,
            Want::Picture => ACCEPT_PICTURE,
        };
        let mapping = self.mapped.iter().find(|(mapping, _)| mapping.covers(host, port));
        let request = if let Some((mapping, client)) = mapping {
            mapped_request(client, mapping, url)?
        } else {
            guard::check(url)?;
            self.public.get(url.clone())
        };
        Ok(request.header(ACCEPT, accept))
    }
}

/// A request that connects elsewhere and still names the host and port of its address.
fn mapped_request(client: &Client, mapping: &ConnectTo, url: &Url) -> Result<RequestBuilder, Refusal> {
    if !mapping.names_a_host() {
        // A mapping for any host makes no private address public.
        guard::check_host(url)?;
    }
    let asked = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let refused = || Refusal::Local(asked.to_owned());
    let mut place = url.clone();
    if url.domain().is_some() {
        // The library keeps the resolver's port only where the address names none.
        place.set_port(None).map_err(|()| refused())?;
    } else {
        // It never resolves a literal address, so the place itself must stand there (and in the certificate).
        let (host, port) = mapping.target();
        place.set_host(Some(&bracketed(host))).map_err(|_| refused())?;
        place.set_port(Some(port)).map_err(|()| refused())?;
    }
    Ok(client.get(place).header(HOST, asked))
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

fn public_client(options: &HttpOptions) -> Result<Client, OptionError> {
    let builder = match &options.proxy {
        // The proxy finds the hosts; the only name to resolve here is its own.
        Some(proxy) => builder(options)?.proxy(read_proxy(proxy)?),
        None => builder(options)?.dns_resolver(PublicNames(Arc::new(options.names.clone()))),
    };
    build(builder)
}

fn mapped_client(options: &HttpOptions, mapping: &ConnectTo) -> Result<Client, OptionError> {
    let (host, port) = mapping.target();
    build(builder(options)?.dns_resolver(OnePlace { host: host.to_owned(), port }))
}

/// What all clients have in common: nothing is kept, followed, retried or taken from the environment.
fn builder(options: &HttpOptions) -> Result<ClientBuilder, OptionError> {
    use_ring();
    let user_agent =
        HeaderValue::from_str(&options.user_agent).map_err(|_| OptionError::UserAgent(options.user_agent.clone()))?;
    let language = HeaderValue::from_static("zh-CN,zh;q=0.9");
    let builder = Client::builder()
        .user_agent(user_agent)
        .default_headers(HeaderMap::from_iter([(ACCEPT_LANGUAGE, language)]))
        .redirect(redirect::Policy::none())
        // The picture CDN answers a foreign Referer with a "not to be quoted" picture and status 200 (anatomy §3.4).
        .referer(false)
        .retry(reqwest::retry::never())
        // One page at a time gains nothing from HTTP/2, which would name the place of a mapping as the host.
        .http1_only()
        .no_proxy()
        .connect_timeout(options.timeouts.connect)
        .read_timeout(options.timeouts.read)
        .timeout(options.timeouts.whole);
    match &options.ca_pem {
        Some(pem) => Ok(builder.tls_certs_only(read_certificates(pem)?)),
        None => Ok(builder),
    }
}

fn build(builder: ClientBuilder) -> Result<Client, OptionError> {
    builder.build().map_err(|error| {
        let cause = std::error::Error::source(&error);
        OptionError::Tls(cause.map_or_else(|| error.to_string(), ToString::to_string))
    })
}

/// The library panics where no provider is installed for the process.
fn use_ring() {
    if CryptoProvider::get_default().is_none() {
        // An error means that another thread was faster, which is as good.
        ring::default_provider().install_default().ok();
    }
}

fn read_certificates(pem: &[u8]) -> Result<Vec<Certificate>, OptionError> {
    let certificates =
        Certificate::from_pem_bundle(pem).map_err(|error| OptionError::Certificates(error.to_string()))?;
    if certificates.is_empty() {
        return Err(OptionError::Certificates("no certificate in it".to_owned()));
    }
    Ok(certificates)
}

/// Reads the address of a proxy; its password is for the proxy only and stands in no message.
fn read_proxy(text: &str) -> Result<Proxy, OptionError> {
    let error = |why: String| {
        let shown = text.rsplit_once('@').map_or(text, |(_, host)| host);
        OptionError::Proxy { proxy: shown.to_owned(), why }
    };
    let url = Url::parse(text).map_err(|parse_error| error(parse_error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(error("only HTTP proxies are supported".to_owned()));
    }
    Proxy::all(url).map_err(|proxy_error| error(proxy_error.without_url().to_string()))
}
