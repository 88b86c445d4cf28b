//! The loopback server itself, where other tests would not notice.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::io::{Read, Write};
use std::net::TcpStream;

use wxarchive::demo::server::{Answer, Server};

/// Asks in plain HTTP and gives everything that comes back.
fn ask(server: &Server, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).expect("a connection");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    // A reset ends the answer as well.
    stream.read_to_string(&mut answer).ok();
    answer
}

#[test]
fn a_server_needs_no_runtime_and_is_gone_when_dropped() {
    let server = Server::start(|asked| Answer::html(format!("{} {}", asked.url(), asked.before))).expect("a server");
    let request = "GET /a?b=c HTTP/1.1\r\nHost: Some.Example\r\nConnection: close\r\n\r\n";
    assert!(ask(&server, request).ends_with("http://some.example/a?b=c 0"));
    assert!(ask(&server, request).ends_with("http://some.example/a?b=c 1"));
    let address = server.address();
    drop(server);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_silent_answer_does_not_keep_the_server() {
    let server = Server::start(|_| Answer::Silent).expect("a server");
    let mut stream = TcpStream::connect(server.address()).expect("a connection");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect("a request");
    drop(server);
    assert_eq!(stream.read(&mut [0]).unwrap_or_default(), 0);
}

#[test]
fn a_handler_that_panics_spoils_one_answer_only() {
    let server = Server::start(|asked| {
        assert_ne!(asked.path, "/panic", "as the test wants it");
        Answer::html("fine")
    })
    .expect("a server");
    assert_eq!(ask(&server, "GET /panic HTTP/1.1\r\nHost: a\r\n\r\n"), "");
    assert!(ask(&server, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").ends_with("fine"));
    assert_eq!(server.asked().len(), 2);
}
