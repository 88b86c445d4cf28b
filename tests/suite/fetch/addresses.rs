//! Which addresses are asked, and where the connection goes.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use wxarchive::demo::server::{Answer, Server};
use wxarchive::fetch::{ConnectTo, FetchError, Http, HttpOptions, NameLookup, OptionError, Refusal, Request};

use super::{ARTICLE, PICTURE, get_with, options, serve};

fn page_server() -> Server {
    serve(|_| Answer::html("page"))
}

/// Options with the given mappings instead of the one for every host.
fn mapped(server: &Server, mappings: &[&str]) -> HttpOptions {
    let port = server.address().port().to_string();
    let parse = |mapping: &&str| ConnectTo::parse(&mapping.replace("PORT", &port)).expect("a mapping");
    HttpOptions { connect_to: mappings.iter().map(parse).collect(), ..options(server) }
}

async fn refusal(options: &HttpOptions, url: &str) -> Refusal {
    match get_with(options, Request::picture(url)).await {
        Err(FetchError::Refused { refusal, .. }) => refusal,
        other => panic!("`{url}` was not refused: {other:?}"),
    }
}

#[tokio::test]
async fn addresses_that_are_not_public_are_refused() {
    let server = page_server();
    for url in [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://017700000001/",
        "http://0/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.100.100.200/",
        "http://168.63.129.16/",
        "http://198.18.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://[::]/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:db8::1]/",
        "http://[fd00:ec2::254]/",
        "http://[fe80::1]/",
        "http://[ff02::1]/",
        "http://localhost/",
        "http://LocalHost./",
        "http://a.localhost/",
    ] {
        // Neither without a mapping nor under one for every host.
        for options in [mapped(&server, &[]), options(&server)] {
            let refusal = refusal(&options, url).await;
            assert!(matches!(refusal, Refusal::Address { .. } | Refusal::Local(_)), "{url}: {refusal}");
        }
    }
    assert_eq!(server.asked().len(), 0);
}

#[tokio::test]
async fn other_schemes_ports_and_passwords_are_refused() {
    let options = mapped(&page_server(), &[]);
    assert_eq!(refusal(&options, "file:///etc/passwd").await, Refusal::Scheme("file".to_owned()));
    assert_eq!(refusal(&options, "ftp://example.com/x.png").await, Refusal::Scheme("ftp".to_owned()));
    assert_eq!(refusal(&options, "http://example.com:22/").await, Refusal::Port(22));
    assert_eq!(refusal(&options, "https://example.com:6379/").await, Refusal::Port(6379));
    assert_eq!(refusal(&options, "https://user:secret@example.com/").await, Refusal::Credentials);
}

#[tokio::test]
async fn what_is_no_address_is_an_error() {
    let error = get_with(&mapped(&page_server(), &[]), Request::picture("images/a.png")).await;
    assert!(matches!(error, Err(FetchError::BadUrl { .. })), "{error:?}");
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused() {
    for to in
        ["http://169.254.169.254/latest/meta-data/", "//127.0.0.1/", "http://localhost:8080/", "file:///etc/passwd"]
    {
        let server = serve(move |_| Answer::redirect(to));
        let error = get_with(&options(&server), Request::article(ARTICLE)).await;
        assert!(matches!(error, Err(FetchError::Refused { .. })), "{to}: {error:?}");
        assert_eq!(server.asked().len(), 1, "{to}");
    }
}

#[tokio::test]
async fn a_name_that_is_at_a_private_address_is_refused() {
    let server = page_server();
    let loopback = IpAddr::from(Ipv4Addr::LOCALHOST);
    let table = HashMap::from([("inside.example".to_owned(), vec![loopback])]);
    let options = HttpOptions { names: NameLookup::Table(table), ..mapped(&server, &[]) };
    let port = server.address().port();
    assert_eq!(refusal(&options, &format!("http://inside.example:{port}/")).await, Refusal::Port(port));
    let expected = Refusal::Address { host: "inside.example".to_owned(), address: loopback };
    for url in ["http://inside.example/", "https://inside.example/", "https://inside.example:8443/"] {
        assert_eq!(refusal(&options, url).await, expected, "{url}");
    }
    assert_eq!(server.asked().len(), 0);
}

#[tokio::test]
async fn a_name_without_an_address_is_a_connection_error() {
    let options = HttpOptions { names: NameLookup::Table(HashMap::new()), ..mapped(&page_server(), &[]) };
    let error = get_with(&options, Request::picture(PICTURE)).await.expect_err("no address");
    assert!(matches!(&error, FetchError::Connection { why, .. } if why == "the name is unknown"), "{error:?}");
}

#[tokio::test]
async fn a_mapping_counts_for_its_host_and_port() {
    let server = page_server();
    let options = mapped(
        &server,
        &["a.example:443:127.0.0.1:PORT", "b.example:8443:127.0.0.1:PORT", "c.example:9999:127.0.0.1:PORT"],
    );
    let options = HttpOptions { names: NameLookup::Table(HashMap::new()), ..options };
    for url in ["https://a.example/", "https://b.example:8443/", "http://c.example:9999/"] {
        get_with(&options, Request::article(url)).await.expect(url);
    }
    for url in ["http://a.example/", "https://b.example/", "https://c.example/"] {
        let error = get_with(&options, Request::article(url)).await;
        assert!(matches!(error, Err(FetchError::Connection { .. })), "{url}: {error:?}");
    }
    let urls: Vec<_> = server.asked().iter().map(wxarchive::demo::server::Asked::url).collect();
    assert_eq!(urls, ["https://a.example/", "https://b.example:8443/", "http://c.example:9999/"]);
}

#[tokio::test]
async fn a_mapping_may_open_a_private_host_by_naming_it() {
    let server = page_server();
    let options =
        mapped(&server, &["127.0.0.1::127.0.0.1:PORT", "localhost:80:localhost:PORT", "10.0.0.1:443:127.0.0.1:PORT"]);
    for url in ["http://127.0.0.1:8000/", "http://localhost/", "https://10.0.0.1/"] {
        get_with(&options, Request::article(url)).await.expect(url);
    }
    let hosts: Vec<_> = server.asked().into_iter().map(|asked| asked.host).collect();
    assert_eq!(hosts, ["127.0.0.1:8000", "localhost", "10.0.0.1"]);
}

#[tokio::test]
async fn an_unknown_authority_is_no_safe_connection() {
    let (server, other) = (page_server(), page_server());
    let options = HttpOptions { ca_pem: Some(other.ca_pem().as_bytes().to_vec()), ..options(&server) };
    let error = get_with(&options, Request::article(ARTICLE)).await;
    assert!(matches!(error, Err(FetchError::Tls { .. })), "{error:?}");
    assert_eq!(server.asked().len(), 0);
}

#[tokio::test]
async fn a_proxy_is_asked_where_one_is_given() {
    let server = page_server();
    let options = HttpOptions { proxy: Some(format!("http://{}", server.address())), ..mapped(&server, &[]) };
    get_with(&options, Request::picture("http://pictures.example/a.png")).await.expect("an answer of the proxy");
    assert_eq!(server.asked()[0].url(), "http://pictures.example/a.png");
    let refused = refusal(&options, "http://169.254.169.254/").await;
    assert!(matches!(refused, Refusal::Address { .. }), "{refused}");
}

#[test]
fn options_that_cannot_be_used_are_named() {
    let error = |options: HttpOptions| Http::new(&options).expect_err("unusable").to_string();
    let proxy = |proxy: &str| error(HttpOptions { proxy: Some(proxy.to_owned()), ..HttpOptions::default() });
    for wrong in ["socks5://127.0.0.1:1080", "nonsense", "http://"] {
        assert!(proxy(wrong).contains("expected http://host:port"), "{}", proxy(wrong));
    }
    assert!(!proxy("socks5://user:secret@127.0.0.1:1080").contains("secret"));
    let no_pem = error(HttpOptions { ca_pem: Some(b"no certificate".to_vec()), ..HttpOptions::default() });
    assert!(no_pem.contains("BEGIN CERTIFICATE"), "{no_pem}");
    let agent = HttpOptions { user_agent: "a\nb".to_owned(), ..HttpOptions::default() };
    assert_eq!(Http::new(&agent).err(), Some(OptionError::UserAgent("a\nb".to_owned())));
}
