//! What goes out on the wire, and what must not.

use std::time::Duration;

use wxarchive::demo::server::Answer;
use wxarchive::fetch::{Fetch, Http, HttpOptions, Request};

use super::{ARTICLE, PICTURE, get_with, options, serve};

#[tokio::test]
async fn a_page_says_what_was_asked_and_who_answered() {
    let server = serve(|asked| match asked.path.as_str() {
        "/s/old" => Answer::redirect("/s/new?scene=1#rd"),
        _ => Answer::html("<p>文章</p>"),
    });
    let page = get_with(&options(&server), Request::article("http://mp.weixin.qq.com/s/old#rd")).await;
    let page = page.expect("a page");
    assert_eq!(page.asked, "http://mp.weixin.qq.com/s/old#rd");
    assert_eq!(page.url, "http://mp.weixin.qq.com/s/new?scene=1");
    assert_eq!((page.status, page.content_type.as_deref()), (200, Some("text/html; charset=UTF-8")));
    assert_eq!(page.bytes, "<p>文章</p>".as_bytes());
}

#[tokio::test]
async fn every_request_is_counted() {
    let server = serve(|asked| match (asked.path.as_str(), asked.before) {
        ("/a", 0) => Answer::status(500),
        ("/a", _) => Answer::redirect("/b"),
        _ => Answer::html("b"),
    });
    let http = Http::new(&options(&server)).expect("usable options");
    http.get(&Request::article("https://mp.weixin.qq.com/a")).await.expect("a page");
    assert_eq!((http.requests(), server.asked().len()), (3, 3));
}

#[tokio::test]
async fn pages_of_a_host_come_in_a_pace_apart() {
    let pace = Duration::from_millis(30);
    let server = serve(|asked| match asked.before {
        0 if asked.path == "/s/1" => Answer::Reset,
        0 if asked.path == "/s/2" => Answer::redirect("/s/3"),
        _ => Answer::html("page"),
    });
    let http = Http::new(&HttpOptions { pace, ..options(&server) }).expect("usable options");
    let [one, two, four] = ["1", "2", "4"].map(|code| Request::article(format!("https://mp.weixin.qq.com/s/{code}")));
    let (one, two, four) = tokio::join!(http.get(&one), http.get(&two), http.get(&four));
    one.and(two).and(four).expect("three pages");
    let times: Vec<_> = server.asked().iter().map(|asked| asked.at).collect();
    let gaps: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(gaps.len(), 4);
    assert!(gaps.iter().all(|gap| *gap >= pace), "{gaps:?}");
}

#[tokio::test]
async fn requests_look_like_a_reader_and_carry_no_traces() {
    let server = serve(|asked| match asked.before {
        0 if asked.path == "/mmbiz_png/AbC/0?wx_fmt=png" => Answer::redirect("https://other.example/x.png"),
        _ => Answer::picture("image/png", "bytes"),
    });
    let options = HttpOptions { user_agent: "Reader/1".to_owned(), ..options(&server) };
    get_with(&options, Request::picture(PICTURE)).await.expect("some bytes");
    get_with(&options, Request::article(ARTICLE)).await.expect("some bytes");
    assert_eq!(server.asked().len(), 3);
    for asked in server.asked() {
        assert_eq!(asked.header("user-agent"), Some("Reader/1"), "{}", asked.url());
        assert_eq!(asked.header("accept-language"), Some("zh-CN,zh;q=0.9"));
        assert_eq!((asked.header("referer"), asked.header("cookie")), (None, None));
        let accepts_html = asked.header("accept").is_some_and(|accept| accept.contains("text/html"));
        assert_eq!(accepts_html, asked.url() == ARTICLE);
    }
}

#[tokio::test]
async fn cookies_are_not_kept() {
    let server = serve(|_| {
        let Answer::Whole(reply) = Answer::html("page") else { unreachable!("html is whole") };
        Answer::Whole(reply.with_header("Set-Cookie", "a=b"))
    });
    let http = Http::new(&options(&server)).expect("usable options");
    for _ in 0..2 {
        http.get(&Request::article(ARTICLE)).await.expect("a page");
    }
    assert!(server.asked().iter().all(|asked| asked.header("cookie").is_none()));
}

#[tokio::test]
async fn private_parameters_never_reach_the_wire() {
    let server = serve(|asked| match asked.before {
        0 if !asked.path.contains("again") => Answer::redirect("/s/again?idx=1&pass_ticket=secret&key=secret"),
        _ => Answer::html("page"),
    });
    let written = format!("{ARTICLE}?uin=secret&scene=1");
    let page = get_with(&options(&server), Request::article(written)).await.expect("a page");
    assert_eq!(page.url, "https://mp.weixin.qq.com/s/again?idx=1");
    let paths: Vec<_> = server.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths, ["/s/AbCdEfGhIjKlMnOpQrStUv?scene=1", "/s/again?idx=1"]);
}

#[tokio::test]
async fn to_be_sent_to_the_captcha_is_the_answer() {
    let server = serve(|_| Answer::redirect("/mp/wappoc_appmsgcaptcha?poc_token=secret&target_url=x"));
    let page = get_with(&options(&server), Request::article(ARTICLE)).await.expect("an answer");
    assert_eq!(page.url, "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?target_url=x");
    assert_eq!((page.status, page.bytes.len(), server.asked().len()), (302, 0, 1));
}
