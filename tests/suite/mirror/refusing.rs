//! Stores that answer otherwise than S3 does: each is told in words, and none is taken for a store that has the files.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::{World, two_pictures};
use wxarchive::mirror::{Bucket, BucketAddress, Credentials, MirrorError, Provider, Report, mirror};

/// A request: its method, path and headers in lower case, and its body.
struct Request {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// What is answered to an upload: status, headers and body.
type Answer = (&'static str, &'static str, &'static str);

/// An empty bucket whose answers to uploads are given; says what it was asked to keep.
struct Store {
    port: u16,
    kept: Arc<Mutex<Vec<String>>>,
}

const LIST: &str =
    "<?xml version=\"1.0\"?><ListBucketResult><Name>weekly</Name><IsTruncated>false</IsTruncated></ListBucketResult>";
const STORED: Answer = ("200 OK", "ETag: \"0123456789abcdef\"\r\n", "");

impl Store {
    fn start(answer: fn(&Request) -> Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let kept = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&kept);
        // It ends with the process of the tests.
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let keep = Arc::clone(&keep);
                std::thread::spawn(move || serve(&connection, answer, &keep));
            }
        });
        Self { port, kept }
    }

    fn run(&self, world: &World) -> Result<Report, MirrorError> {
        let address = BucketAddress {
            provider: Provider::S3,
            bucket: "weekly".to_owned(),
            prefix: "pictures".to_owned(),
            endpoint: Some(format!("http://127.0.0.1:{}", self.port)),
            region: None,
            credentials: Some(Credentials { id: "test".to_owned(), secret: "test".to_owned(), token: None }),
        };
        let bucket = Bucket::open(&address)?;
        mirror(&world.archive(), &bucket, &world.settings, &|_, _| {}).map(|(report, _)| report)
    }

    fn kept(&self) -> Vec<String> {
        let mut kept = self.kept.lock().expect("no panic").clone();
        kept.sort();
        kept
    }
}

fn serve(connection: &TcpStream, answer: fn(&Request) -> Answer, kept: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(connection.try_clone().expect("a connection"));
    let Some(request) = read(&mut reader) else { return };
    let (status, headers, body) = match request.method.as_str() {
        "GET" => ("200 OK", "", LIST),
        "HEAD" => ("404 Not Found", "", ""),
        _ => answer(&request),
    };
    if (status, headers) == (STORED.0, STORED.1) {
        assert!(!request.body.is_empty());
        kept.lock().expect("no panic").push(request.path);
    }
    let length = body.len();
    let answer = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    let mut connection = connection;
    connection.write_all(answer.as_bytes()).expect("an answer");
}

fn read(reader: &mut impl std::io::BufRead) -> Option<Request> {
    let mut lines = reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let first = lines.next()?;
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
        .collect();
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut words = first.split(' ').map(str::to_owned);
    Some(Request { method: words.next()?, path: words.next()?, headers, body })
}

#[test]
fn answer_that_confirms_nothing_is_no_upload() {
    let store = Store::start(|_| ("200 OK", "Content-Type: text/html\r\n", "<html>Please log in</html>"));
    let error = store.run(&two_pictures()).expect_err("nothing was stored").to_string();
    assert!(error.starts_with("could not upload `s3://weekly/pictures/"), "{error}");
    assert!(error.contains("check the endpoint") && !error.contains("log in"), "{error}");
}

#[test]
fn store_that_knows_no_conditions_gets_every_file() {
    for refusal in [
        "<Error><Code>NotImplemented</Code><Message>A header implies functionality that is missing</Message></Error>",
        "",
    ] {
        let store = if refusal.is_empty() {
            Store::start(|request| match request.headers.get("if-none-match") {
                Some(_) => ("501 Not Implemented", "", ""),
                None => STORED,
            })
        } else {
            Store::start(|request| match request.headers.get("if-none-match") {
                Some(_) => {
                    ("501 Not Implemented", "", "<Error><Code>NotImplemented</Code><Message>A header</Message></Error>")
                }
                None => STORED,
            })
        };
        let report = store.run(&two_pictures()).expect("a report");
        assert_eq!((report.pictures, report.added), (2, 2));
        let kept = store.kept();
        assert_eq!(kept.len(), 3, "{kept:?}");
        assert_eq!(kept.iter().filter(|path| path.ends_with("manifest.json")).count(), 1);
    }
}

#[test]
fn refusals_are_told_in_words() {
    let told =
        |answer: fn(&Request) -> Answer| Store::start(answer).run(&two_pictures()).expect_err("a refusal").to_string();
    let expired = told(|_| ("400 Bad Request", "", "<Error><Code>ExpiredToken</Code><Message>m</Message></Error>"));
    assert!(expired.ends_with("get new ones, with their token in AWS_SESSION_TOKEN"), "{expired}");
    let clock = told(|_| ("403 Forbidden", "", "<Error><Code>RequestTimeTooSkewed</Code><Message>m</Message></Error>"));
    assert!(clock.contains("clock is wrong"), "{clock}");
    let moved = told(|_| {
        ("301 Moved", "", "<Error><Code>PermanentRedirect</Code><Message>m</Message><Endpoint>e</Endpoint></Error>")
    });
    assert!(moved.contains("another region"), "{moved}");
    let other =
        told(|_| ("400 Bad Request", "", "<Error><Code>Quota</Code><Message>The disk is full</Message></Error>"));
    assert!(
        other
            .ends_with(": the store says \"Quota: The disk is full\"; what is there stays, run the same command again"),
        "{other}"
    );
}
