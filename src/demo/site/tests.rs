//! What the sample site promises to whoever serves it.

use super::{DELETED, ISSUES, PAGES, PICTURES, SampleFile, answer};
use crate::model::{ArticleKey, ArticleUrl, ShortCode, UrlKind, private_parameters, unescape};

const WECHAT: &str = "mp.weixin.qq.com";
const FOCUS: &[u8] = include_bytes!("pages/focus.html");
const MAGNITUDE: &[u8] = include_bytes!("pages/magnitude.html");

fn bytes(host: &str, path_and_query: &str) -> Option<&'static [u8]> {
    answer(host, path_and_query).map(|file| file.bytes)
}

/// The addresses in a text that begin in one of the given ways, up to a character no address of ours holds.
fn addresses<'a>(text: &'a str, beginnings: &[&str]) -> Vec<&'a str> {
    let from = |beginning: &str| text.match_indices(beginning).map(|(at, _)| &text[at..]).collect::<Vec<_>>();
    let end = |rest: &'a str| {
        let is_end = |char: char| !char.is_ascii_graphic() || "\"'()<>[]\\".contains(char);
        &rest[..rest.find(is_end).unwrap_or(rest.len())]
    };
    beginnings.iter().flat_map(|beginning| from(beginning)).map(end).collect()
}

fn ask(url: &str) -> Option<SampleFile> {
    let (_, rest) = unescape(url).split_once("://").map(|(scheme, rest)| (scheme.to_owned(), rest.to_owned()))?;
    let at = rest.find('/')?;
    answer(&rest[..at], &rest[at..])
}

#[test]
fn long_form_and_short_code_of_one_article_get_one_page() {
    let long = "/s?idx=1&mid=2247483934&__biz=Mzk0NTY3ODEyMA%3D%3D&sn=28c3d8f4b7e312af5e0d6b59a50efd1c&scene=21";
    assert_eq!(bytes(WECHAT, long), Some(MAGNITUDE));
    assert_eq!(bytes(WECHAT, "/s/MagnitudeFromEyeToCcd_"), Some(MAGNITUDE));
}

#[test]
fn check_value_and_tracking_parameters_do_not_matter() {
    assert_eq!(bytes(WECHAT, "/s?__biz=Mzk0NTY3ODEyMA==&mid=2247483921&idx=1"), Some(FOCUS));
}

#[test]
fn unknown_article_gets_the_deleted_notice() {
    let unknown = ["/s?__biz=Mzk0NTY3ODEyMA==&mid=2247483921&idx=2", "/s/0123456789abcdefghijkl"];
    for path in unknown {
        assert_eq!(answer(WECHAT, path), Some(DELETED), "{path}");
    }
    let notice = str::from_utf8(DELETED.bytes).expect("UTF-8");
    assert!(notice.contains(r#"<div class="weui-msg__title warn">该内容已被发布者删除</div>"#));
    assert!(!notice.contains("js_article") && !notice.contains("cgiDataNew"));
}

#[test]
fn albums_strangers_and_unknown_pictures_get_nothing() {
    assert_eq!(answer(WECHAT, "/mp/appmsgalbum?__biz=Mzk0NTY3ODEyMA==&album_id=3120457788901122334"), None);
    assert_eq!(answer("beijiao.example.org", "/"), None);
    assert_eq!(answer("mmbiz.qpic.cn", "/mmbiz_png/Unknown/0?wx_fmt=png"), None);
    assert_eq!(answer("pictures.example.org", "/beijiao/unknown.png"), None);
}

#[test]
fn wechat_picture_is_found_whatever_size_host_and_query() {
    let key = "/sz_mmbiz_jpg/BeiJiaoAugustMoon1gXs6TwentySixDaysOld";
    let moon = answer("mmbiz.qpic.cn", &format!("{key}/0?wx_fmt=jpeg")).expect("the moon");
    assert_eq!(moon.media_type, "image/jpeg");
    for rest in ["/640?wx_fmt=jpeg&from=appmsg", "/300", ""] {
        assert_eq!(answer("mmecoa.qpic.cn", &format!("{key}{rest}")), Some(moon), "{rest}");
    }
}

#[test]
fn every_page_names_the_article_it_stands_for() {
    for page in PAGES {
        let key: ArticleKey = page.key.parse().expect("a key");
        let text = str::from_utf8(page.file.bytes).expect("UTF-8");
        for part in [key.biz.as_str(), &key.mid.to_string(), r#"id="js_article""#] {
            assert!(text.contains(part), "{} lacks {part}", page.key);
        }
        assert!(page.code.is_none_or(|code| ShortCode::parse(code).is_ok()), "{}", page.key);
    }
}

#[test]
fn every_picture_of_pages_and_issues_is_served() {
    let hosts = ["https://mmbiz.qpic.cn/", "http://mmbiz.qpic.cn/", "https://mmbiz.qlogo.cn/", "https://pictures."];
    let pages = PAGES.iter().map(|page| str::from_utf8(page.file.bytes).expect("UTF-8"));
    let mut count = 0;
    for text in pages.chain(ISSUES.iter().map(|(_, text)| *text)) {
        // Watermarked copies stand in the list of pictures, but are no content.
        for url in addresses(text, &hosts).into_iter().filter(|url| !url.contains("WithWatermark")) {
            assert!(ask(url).is_some(), "{url}");
            count += 1;
        }
    }
    assert!(count > 50, "found only {count} addresses");
}

#[test]
fn pictures_are_what_their_media_type_says() {
    for (key, file) in PICTURES {
        let beginning: &[u8] = match file.media_type {
            "image/png" => b"\x89PNG\r\n",
            "image/jpeg" => b"\xff\xd8\xff",
            "image/gif" => b"GIF89a",
            "image/svg+xml" => b"<svg ",
            other => panic!("{key}: {other}"),
        };
        assert!(file.bytes.starts_with(beginning), "{key}");
        assert!(file.bytes.len() < 16 * 1024, "{key}");
    }
}

#[test]
fn the_issues_link_six_articles_and_one_that_is_gone() {
    let links = ISSUES.iter().flat_map(|(_, text)| addresses(text, &["http://mp.", "https://mp."]));
    let articles: Vec<_> = links.filter_map(ArticleUrl::parse).collect();
    let file = |url: &ArticleUrl| answer(WECHAT, &url.canonical()["https://mp.weixin.qq.com".len()..]);
    let served = |page: &SampleFile| articles.iter().any(|url| file(url) == Some(*page));
    assert!(PAGES.iter().all(|page| served(&page.file)));
    assert_eq!(articles.iter().filter(|url| file(url) == Some(DELETED)).count(), 1);
    assert_eq!(articles.len(), 14);
}

#[test]
fn the_issues_hold_an_album_and_a_leaked_token() {
    let links: Vec<_> = ISSUES.iter().flat_map(|(_, text)| addresses(text, &["http://mp.", "https://mp."])).collect();
    assert_eq!(links.iter().filter(|url| UrlKind::of(url) == UrlKind::Album).count(), 1);
    let leaked: Vec<_> = links.iter().flat_map(|url| private_parameters(url)).collect();
    assert_eq!(leaked, ["token"]);
}

#[test]
fn pages_carry_no_session_of_a_visitor() {
    for page in PAGES {
        let text = str::from_utf8(page.file.bytes).expect("UTF-8");
        for name in ["uin", "key", "pass_ticket", "appmsg_token", "sessionid", "req_id", "open_id", "tempkey"] {
            let variable = format!("var {name} = ");
            let mut values = text.split(&variable).skip(1);
            assert!(values.all(|value| value.starts_with("\"\"") || value.starts_with("''")), "{name}: {}", page.key);
        }
    }
}
