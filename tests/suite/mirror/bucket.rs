//! Mirroring into a bucket of a real server: `moto_server`, started here; where it is not installed there is nothing to test.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{JPEG, PNG, World, two_pictures};
use wxarchive::image::Shape;
use wxarchive::mirror::{
    Bucket, BucketAddress, Credentials, Manifest, MirrorError, Provider, Report, Store, mirror, read_manifest,
};

/// A server of S3 that ends with the test.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been ended by the test already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Server {
    /// Starts the server that `MOTO_SERVER` names, or the one of the path; `None` where nobody has installed one.
    /// After `open_calls` calls it asks for valid keys.
    fn start(open_calls: Option<u32>) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
        let named = std::env::var("MOTO_SERVER").ok();
        let program = named.as_deref().unwrap_or("moto_server");
        let mut command = Command::new(program);
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(calls) = open_calls {
            command.env("INITIAL_NO_AUTH_ACTION_COUNT", calls.to_string());
        }
        let child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                assert!(named.is_none(), "`{program}` does not start: {error}");
                return None;
            }
        };
        let server = Self { child, port };
        let begin = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begin.elapsed() < Duration::from_mins(1), "the server does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(server)
    }

    /// Asks with a signature that this server does not check.
    fn ask(&self, method: &str, path: &str) -> String {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        let host = format!("Host: 127.0.0.1:{}\r\nContent-Length: 0\r\nConnection: close", self.port);
        let key = "Credential=test/20261001/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
        let head = format!("{method} {path} HTTP/1.1\r\n{host}\r\nAuthorization: AWS4-HMAC-SHA256 {key}\r\n\r\n");
        connection.write_all(head.as_bytes()).expect("a request");
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn address(&self) -> BucketAddress {
        BucketAddress {
            provider: Provider::S3,
            bucket: "weekly".to_owned(),
            prefix: "pictures/".to_owned(),
            endpoint: Some(format!("http://127.0.0.1:{}", self.port)),
            region: Some("us-east-1".to_owned()),
            credentials: Some(Credentials { id: "test".to_owned(), secret: "test".to_owned(), token: None }),
        }
    }
}

fn run(world: &World, bucket: &Bucket) -> Result<(Report, Manifest), MirrorError> {
    mirror(&world.archive(), bucket, &world.settings, &|_, _| {})
}

#[test]
fn pictures_are_uploaded_once_with_type_and_cache_headers() {
    let Some(server) = Server::start(None) else { return };
    server.ask("PUT", "/weekly");
    let mut world = two_pictures();
    world.settings.base_url = Some("https://cdn.example.org/pictures".to_owned());
    let (report, manifest) = run(&world, &Bucket::open(&server.address()).expect("a bucket")).expect("a report");
    assert_eq!((report.pictures, report.added), (2, 2));
    for (url, media_type) in [(PNG, "image/png"), (JPEG, "image/jpeg")] {
        let mirrored = &manifest.pictures[url];
        let answer = server.ask("GET", &format!("/weekly/pictures/{}", mirrored.file)).to_lowercase();
        assert!(answer.contains(&format!("content-type: {media_type}")), "{answer}");
        assert!(answer.contains("cache-control: public, max-age=31536000, immutable"), "{answer}");
        assert!(answer.contains(&format!("content-length: {}", mirrored.bytes)), "{answer}");
    }
    assert!(server.ask("GET", "/weekly/pictures/manifest.json").contains("no-cache"));
    let (report, _) = run(&world, &Bucket::open(&server.address()).expect("a bucket")).expect("a report");
    assert_eq!((report.pictures, report.added), (2, 0));
    let bucket = Bucket::open(&server.address()).expect("a bucket");
    for mirrored in manifest.pictures.values() {
        assert!(bucket.mark(&mirrored.file).is_some());
        assert_eq!(bucket.mark(&mirrored.file).as_ref(), manifest.marks.get(&mirrored.file), "as it was uploaded");
    }
}

#[test]
fn file_that_came_in_the_meantime_is_no_error() {
    let Some(server) = Server::start(None) else { return };
    server.ask("PUT", "/weekly");
    let world = two_pictures();
    let [one, other] = [(); 2].map(|()| Bucket::open(&server.address()).expect("a bucket"));
    run(&world, &one).expect("a report");
    let error = run(&world, &other).expect_err("the manifest came as well");
    assert!(matches!(error, MirrorError::Overtaken { .. }), "but no picture stopped it: {error}");
}

#[test]
fn manifest_that_another_run_wrote_meanwhile_is_not_replaced() {
    let Some(server) = Server::start(None) else { return };
    server.ask("PUT", "/weekly");
    let mut world = two_pictures();
    for _ in 0..2 {
        let [one, other] = [(); 2].map(|()| Bucket::open(&server.address()).expect("a bucket"));
        world.settings.base_url = Some("https://cdn.example.org/pictures".to_owned());
        let (_, manifest) = run(&world, &one).expect("a report");
        world.settings.base_url = None;
        let error = run(&world, &other).expect_err("it would forget the address").to_string();
        assert!(error.contains("`s3://weekly/pictures/manifest.json` meanwhile"), "{error}");
        assert!(error.ends_with("run the same command again"), "{error}");
        let later = Bucket::open(&server.address()).expect("a bucket");
        assert_eq!(read_manifest(&later).expect("readable"), Some(manifest));
        // As if the run before had been made with other settings.
        world.settings.shapes = vec![Shape::Width(320)];
    }
}

#[test]
fn bucket_that_is_not_there_is_told() {
    let Some(server) = Server::start(None) else { return };
    let error = Bucket::open(&server.address()).err().expect("no bucket").to_string();
    assert_eq!(error, "could not open `s3://weekly/pictures`: there is no such bucket; make it first");
}

#[test]
fn wrong_keys_are_told() {
    let Some(server) = Server::start(Some(1)) else { return };
    server.ask("PUT", "/weekly");
    let error = Bucket::open(&server.address()).err().expect("no access").to_string();
    assert!(error.contains("the store refuses"), "{error}");
    assert!(error.contains("AWS_ACCESS_KEY_ID"), "{error}");
}

#[test]
fn server_that_goes_away_ends_the_run_with_the_file_it_was_at() {
    let Some(mut server) = Server::start(None) else { return };
    server.ask("PUT", "/weekly");
    let bucket = Bucket::open(&server.address()).expect("a bucket");
    server.child.kill().expect("the server ends");
    server.child.wait().expect("the server has ended");
    let error = run(&two_pictures(), &bucket).expect_err("nobody is there").to_string();
    assert!(error.starts_with("could not upload `s3://weekly/pictures/"), "{error}");
    assert!(error.ends_with("run the same command again"), "{error}");
}
