//! The network edge against a server of our own, over real HTTPS on loopback.

#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

mod addresses;
mod bad_answers;
mod manners;
mod replay;

use std::time::Duration;

use wxarchive::demo::server::{Answer, Asked, Server};
use wxarchive::fetch::{ConnectTo, Fetch, FetchError, Http, HttpOptions, Jitter, Request, RetryPolicy};
use wxarchive::model::Page;

const ARTICLE: &str = "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv";
const PICTURE: &str = "https://mmbiz.qpic.cn/mmbiz_png/AbC/0?wx_fmt=png";

fn serve(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Server {
    Server::start(answer).expect("a server on loopback")
}

/// Options that lead every host to the server, wait for nothing and try three times.
fn options(server: &Server) -> HttpOptions {
    HttpOptions {
        pace: Duration::ZERO,
        connect_to: vec![ConnectTo::parse(&server.connect_to()).expect("a mapping")],
        ca_pem: Some(server.ca_pem().as_bytes().to_vec()),
        retry: RetryPolicy {
            tries: 3,
            slow_tries: 2,
            first_wait: Duration::ZERO,
            longest_wait: Duration::from_mins(1),
        },
        jitter: Jitter::None,
        ..HttpOptions::default()
    }
}

/// Asks with the given options.
async fn get_with(options: &HttpOptions, request: Request) -> Result<Page, FetchError> {
    Http::new(options).expect("usable options").get(&request).await
}

/// Asks a server that answers everything in one way; gives also how often it was asked.
async fn get_from(
    answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
    request: Request,
) -> (Result<Page, FetchError>, usize) {
    let server = serve(answer);
    let answer = get_with(&options(&server), request).await;
    (answer, server.asked().len())
}
