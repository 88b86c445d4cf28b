//! What hosts do wrong: each is told apart, tried again where that can help, and never taken for a page.

use std::time::Duration;

use wxarchive::demo::server::{Answer, Reply};
use wxarchive::fetch::{FetchError, HttpOptions, Request, Timeouts};
use wxarchive::image::{self, BadImage};

use super::{ARTICLE, PICTURE, get_from, get_with, options, serve};

fn page() -> Answer {
    Answer::html("<p>文章</p>")
}

fn url() -> String {
    ARTICLE.to_owned()
}

#[tokio::test]
async fn a_reset_is_tried_again() {
    let (answer, asked) = get_from(|_| Answer::Reset, Request::article(ARTICLE)).await;
    assert!(matches!(answer, Err(FetchError::Connection { .. })), "{answer:?}");
    assert_eq!(asked, 3);
}

#[tokio::test]
async fn a_truncated_body_is_no_page() {
    let truncated = || Answer::Truncated(Reply::new("text/html", "<p>half of this</p>"));
    let (answer, asked) = get_from(move |_| truncated(), Request::article(ARTICLE)).await;
    assert!(matches!(answer, Err(FetchError::Truncated { .. })), "{answer:?}");
    assert_eq!(asked, 3);
    let (answer, _) =
        get_from(move |asked| if asked.before == 0 { truncated() } else { page() }, Request::article(ARTICLE)).await;
    assert_eq!(answer.expect("the second answer").bytes, "<p>文章</p>".as_bytes());
}

#[tokio::test]
async fn damaged_compression_is_no_page() {
    let broken =
        || Answer::Whole(Reply::new("text/html", vec![0x1f, 0x8b, 8, 0]).with_header("Content-Encoding", "gzip"));
    let (answer, _) = get_from(move |_| broken(), Request::article(ARTICLE)).await;
    assert!(matches!(answer, Err(FetchError::Truncated { .. })), "{answer:?}");
}

#[tokio::test]
async fn an_endless_slow_body_ends_with_the_time_for_the_whole() {
    let server = serve(|_| Answer::Drip(Reply::new("text/html", "<p>")));
    let whole = Duration::from_millis(100);
    let options = HttpOptions { timeouts: Timeouts { whole, ..Timeouts::default() }, ..options(&server) };
    let answer = get_with(&options, Request::article(ARTICLE)).await;
    assert_eq!(answer, Err(FetchError::Timeout { url: url() }));
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_silent_host_ends_with_the_time_for_reading() {
    let server = serve(|_| Answer::Silent);
    let read = Duration::from_millis(100);
    let options = HttpOptions { timeouts: Timeouts { read, ..Timeouts::default() }, ..options(&server) };
    let answer = get_with(&options, Request::picture(PICTURE)).await;
    assert_eq!(answer, Err(FetchError::Timeout { url: PICTURE.to_owned() }));
}

#[tokio::test]
async fn a_client_error_is_final() {
    for status in [400, 403, 404, 410, 501] {
        let (answer, asked) = get_from(move |_| Answer::status(status), Request::article(ARTICLE)).await;
        assert_eq!(answer, Err(FetchError::Status { url: url(), status }));
        assert_eq!(asked, 1, "status {status}");
    }
}

#[tokio::test]
async fn a_success_without_a_whole_page_is_no_page() {
    for status in [202, 204, 206, 304] {
        let (answer, asked) = get_from(move |_| Answer::status(status), Request::article(ARTICLE)).await;
        assert_eq!(answer, Err(FetchError::Status { url: url(), status }));
        assert_eq!(asked, 1, "status {status}");
    }
}

#[tokio::test]
async fn a_server_error_is_tried_again_until_it_is_fine() {
    for status in [429, 500, 503] {
        let answer = move |before| if before < 2 { Answer::status(status) } else { page() };
        let (answer, asked) = get_from(move |asked| answer(asked.before), Request::article(ARTICLE)).await;
        assert_eq!(answer.expect("the third answer").status, 200);
        assert_eq!(asked, 3);
    }
}

#[tokio::test]
async fn a_host_that_asks_for_a_long_rest_gets_it() {
    let busy = Reply { status: 429, ..Reply::new("text/plain", "later").with_header("Retry-After", "3600") };
    let (answer, asked) = get_from(move |_| Answer::Whole(busy.clone()), Request::article(ARTICLE)).await;
    assert_eq!(answer, Err(FetchError::Busy { url: url(), status: 429, wait: Duration::from_hours(1) }));
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn a_host_that_asks_for_a_short_rest_is_asked_again() {
    let busy = Reply { status: 429, ..Reply::new("text/plain", "later").with_header("Retry-After", "0") };
    let answer = move |before| if before == 0 { Answer::Whole(busy.clone()) } else { page() };
    let (answer, asked) = get_from(move |asked| answer(asked.before), Request::picture(PICTURE)).await;
    assert_eq!((answer.expect("the second answer").status, asked), (200, 2));
}

#[tokio::test]
async fn a_redirect_in_a_circle_ends() {
    let (answer, asked) = get_from(|asked| Answer::redirect(&asked.url()), Request::article(ARTICLE)).await;
    assert_eq!(answer, Err(FetchError::RedirectLoop { url: url() }));
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn five_redirects_are_followed_and_no_more() {
    let step = |last: usize| {
        move |path: &str| match path.trim_start_matches("/step/").parse::<usize>().unwrap_or(0) {
            step if step < last => Answer::redirect(&format!("/step/{}", step + 1)),
            _ => page(),
        }
    };
    let (five, six) = (step(5), step(6));
    let (answer, _) = get_from(move |asked| five(&asked.path), Request::article(ARTICLE)).await;
    assert_eq!(answer.expect("the page after five").url, "https://mp.weixin.qq.com/step/5");
    let (answer, asked) = get_from(move |asked| six(&asked.path), Request::article(ARTICLE)).await;
    assert_eq!(answer, Err(FetchError::TooManyRedirects { url: url(), limit: 5 }));
    assert_eq!(asked, 6);
}

#[tokio::test]
async fn a_page_of_20_mib_is_refused() {
    let large = vec![b' '; 20 << 20];
    let (answer, asked) = get_from(move |_| Answer::html(large.clone()), Request::article(ARTICLE)).await;
    assert_eq!(answer, Err(FetchError::TooLarge { url: url(), limit: 16 << 20 }));
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn a_body_without_a_stated_length_is_counted() {
    let endless = Reply::new("text/html", vec![b' '; 1 << 20]);
    let (answer, _) = get_from(move |_| Answer::Endless(endless.clone()), Request::article(ARTICLE)).await;
    assert_eq!(answer, Err(FetchError::TooLarge { url: url(), limit: 16 << 20 }));
}

#[tokio::test]
async fn a_compressed_body_is_counted_as_it_unpacks() {
    let bomb = gzip_of_zeros(20 << 20);
    assert!(bomb.len() < 200_000, "{} bytes", bomb.len());
    let reply = Reply::new("text/html", bomb).with_header("Content-Encoding", "gzip");
    let (answer, _) = get_from(move |_| Answer::Whole(reply.clone()), Request::article(ARTICLE)).await;
    assert_eq!(answer, Err(FetchError::TooLarge { url: url(), limit: 16 << 20 }));
}

#[tokio::test]
async fn a_picture_may_be_larger_than_a_page() {
    let large = vec![1; 17 << 20];
    let (answer, _) = get_from(move |_| Answer::picture("image/png", large.clone()), Request::picture(PICTURE)).await;
    assert_eq!(answer.expect("a large picture").bytes.len(), 17 << 20);
}

#[tokio::test]
async fn an_empty_body_is_tried_again_and_no_answer() {
    let (answer, asked) = get_from(|_| Answer::html(""), Request::article(ARTICLE)).await;
    assert_eq!(answer, Err(FetchError::Empty { url: url() }));
    assert_eq!(asked, 3);
}

#[tokio::test]
async fn html_where_a_picture_was_asked_is_no_picture() {
    let html = |_: &_| Answer::picture("image/png", "<html><body>not here</body></html>");
    let (answer, _) = get_from(html, Request::picture(PICTURE)).await;
    let page = answer.expect("some bytes");
    assert_eq!(page.content_type.as_deref(), Some("image/png"));
    assert_eq!(image::check(&page.bytes), Err(BadImage::Html));
}

/// Zeros as one deflate block with fixed codes (RFC 1951 §3.2.6): a zero, then "258 bytes from one back" repeated.
fn gzip_of_zeros(length: usize) -> Vec<u8> {
    let mut bits = Vec::new();
    let mut put = |code: &str| bits.extend(code.bytes().map(|bit| bit == b'1'));
    put("1");
    put("10");
    put("00110000");
    (0..length / 258).for_each(|_| put("1100010100000"));
    put("0000000");
    let deflated = bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit)));
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    // The checksum and length at the end are wrong, and never reached.
    header.into_iter().chain(deflated).chain([0; 8]).collect()
}
