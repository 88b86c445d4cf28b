//! Identity: what an address is, what it names, and that nothing but the name survives.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use wxarchive::model::{
    ArticleKey, ArticleUrl, Biz, Key, ShortCode, UrlKind, is_wechat, private_parameters, redact, unescape,
};

#[test]
fn every_form_of_address_is_read() {
    let cases = include_str!("../fixtures/urls.txt");
    let (mut count, mut wrong) = (0, Vec::new());
    for case in cases.lines().filter(|line| line.contains('\t')) {
        let [written, kind, key, canonical] = case.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let read = UrlKind::of(written);
        let url = read.article();
        let found = (
            read.name(),
            url.map_or("-".to_owned(), |url| url.key().to_string()),
            url.map_or("-".to_owned(), ArticleUrl::canonical),
        );
        if found != (kind, key.to_owned(), canonical.to_owned()) {
            wrong.push(format!("{case}\n  is {found:?}"));
        }
        let is_elsewhere = kind == "other" && !written.starts_with("https://mp.weixin.qq.com");
        assert!(
            is_wechat(written) || is_elsewhere || written.contains("qq.com.") || written.contains('%'),
            "{written}"
        );
        count += 1;
    }
    assert!(count >= 200, "only {count} cases");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_is_no_key_is_refused_with_its_text() {
    for (text, part) in [
        ("", "expected `biz/mid/idx` or `s/CODE`"),
        ("MzAwMTIzNDU2Nw==/1", "expected `biz/mid/idx`"),
        ("MzAwMTIzNDU2Nw==/0/1", "expected `biz/mid/idx`"),
        ("MzAwMTIzNDU2Nw==/1/0", "expected `biz/mid/idx`"),
        ("YWJj/1/1", "`YWJj` is no account"),
        ("s/short", "`short` is no short code"),
        ("s/AbCdEfGhIjKlMnOpQrSt0!", "expected 22 of"),
    ] {
        let error = text.parse::<Key>().unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
    assert_eq!("MzAwMTIzNDU2Nw/7/2".parse::<Key>().unwrap().to_string(), "MzAwMTIzNDU2Nw==/7/2");
}

#[test]
fn private_parameters_are_named_each_once() {
    let names = |written| private_parameters(written).join(" ");
    assert_eq!(
        names("https://mp.weixin.qq.com/s?__biz=a&amp;Key=1\\&uin=2&key=3#pass_ticket=4"),
        "key uin pass_ticket"
    );
    assert_eq!(names("https://link.zhihu.com/?target=https%3A%2F%2Fmp.weixin.qq.com%2Fs%3Ftoken%3D5"), "token");
    assert_eq!(
        names("https://mp.weixin.qq.com/s?sharer_shareid=1&sharer_sharetime=2"),
        "sharer_shareid sharer_sharetime"
    );
    assert_eq!(names("https://mp.weixin.qq.com/s?__biz=a&mid=1&chksm=key&scene=token&keyword=x&uin=&key="), "");
}

#[test]
fn redacting_takes_private_values_and_no_other_byte() {
    for (written, kept) in [
        (
            "https://mp.weixin.qq.com/s?__biz=a&amp;token=1&amp;lang=zh#rd",
            "https://mp.weixin.qq.com/s?__biz=a&amp;token=&amp;lang=zh#rd",
        ),
        (
            "https://mp.weixin.qq.com/s?key=1\\&pass\\_ticket=2\\&idx=1",
            "https://mp.weixin.qq.com/s?key=\\&pass\\_ticket=\\&idx=1",
        ),
        (
            "https://x.org/?u=https%3A%2F%2Fmp.weixin.qq.com%2Fs%3Fuin%3D5%26mid%3D1",
            "https://x.org/?u=https%3A%2F%2Fmp.weixin.qq.com%2Fs%3Fuin%3D%26mid%3D1",
        ),
        ("https://mp.weixin.qq.com/s?exportkey=a%26b%3Fc%3D&mid=1", "https://mp.weixin.qq.com/s?exportkey=&mid=1"),
        (
            "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrSt01?scene=1#rd",
            "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrSt01?scene=1#rd",
        ),
    ] {
        assert_eq!(redact(written), kept);
        assert!(private_parameters(&redact(written)).is_empty());
    }
}

#[test]
fn only_the_ampersand_is_unescaped() {
    for (written, plain) in [
        ("a&amp;amp;amp;b", "a&b"),
        ("&timestamp=1&copy=2&para=3&sect=4&not=5", "&timestamp=1&copy=2&para=3&sect=4&not=5"),
        ("a\\&b\\_c\\x26d\\u0026e\\f", "a&b_c&d&e\\f"),
        ("&lt;&quot;&#38;&#39;", "&lt;&quot;&&#39;"),
    ] {
        assert_eq!(unescape(written), plain);
    }
}

fn code() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_-]{22}"
        .prop_filter("filler is a placeholder", |code| code.bytes().any(|byte| byte != code.as_bytes()[0]))
}

fn article() -> impl Strategy<Value = ArticleUrl> {
    let long =
        (1_000_000_000_u64..9_999_999_999, 1_u64.., 1_u32..9, "[0-9a-f]{32}").prop_map(|(number, mid, idx, sn)| {
            let biz = Biz::parse(&base64_of(number)).unwrap();
            ArticleUrl::new(Key::Article(ArticleKey { biz, mid, idx }), Some(sn))
        });
    let short = code().prop_map(|code| ArticleUrl::new(Key::Short(ShortCode::parse(&code).unwrap()), None));
    prop_oneof![long, short]
}

fn base64_of(number: u64) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = number.to_string();
    let bits: Vec<u8> = digits.bytes().flat_map(|byte| (0..8).rev().map(move |place| byte >> place & 1)).collect();
    let letter = |bits: &[u8]| (0..6).fold(0, |value, place| value << 1 | bits.get(place).copied().unwrap_or(0));
    bits.chunks(6).map(|bits| char::from(ALPHABET[usize::from(letter(bits))])).collect()
}

/// An address with its parameters shuffled, others added, and everything written as someone might paste it.
fn pasted(url: &ArticleUrl, noise: &[(String, String)], order: &[usize], style: usize) -> String {
    let canonical = url.canonical();
    let (start, query) = canonical.split_once('?').unwrap_or((&canonical, ""));
    let mut parameters: Vec<String> = query.split('&').filter(|pair| !pair.is_empty()).map(str::to_owned).collect();
    parameters.extend(noise.iter().map(|(name, value)| format!("{name}={value}")));
    let mut shuffled: Vec<(usize, String)> = order.iter().copied().cycle().zip(parameters).collect();
    shuffled.sort_by_key(|(place, _)| *place);
    let ampersand = ["&", "&amp;", "\\&", "\\x26", "&amp;amp;", "\\u0026"][style % 6];
    let query = shuffled.into_iter().map(|(_, pair)| pair).collect::<Vec<_>>().join(ampersand);
    let query = if style.is_multiple_of(2) { query } else { query.replace("==", "%3D%3D") };
    let scheme = ["https://", "http://", "//", ""][style % 4];
    let fragment = ["", "#rd", "#wechat_redirect", "#rd#wechat_redirect", "#imgIndex=1"][style % 5];
    let start = start.trim_start_matches("https://");
    if query.is_empty() { format!("{scheme}{start}{fragment}") } else { format!("{scheme}{start}?{query}{fragment}") }
}

fn noise() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        Just("chksm"),
        Just("scene"),
        Just("subscene"),
        Just("srcid"),
        Just("mpshare"),
        Just("from"),
        Just("lang"),
        Just("utm_source"),
        Just("click_id"),
        Just("nwr_flag"),
        Just("isappinstalled"),
        Just("key"),
        Just("uin"),
        Just("pass_ticket"),
        Just("exportkey"),
        Just("appmsg_token"),
        Just("wxtoken"),
        Just("token"),
        Just("poc_token"),
        Just("session_us"),
        Just("sessionid"),
        Just("sharer_shareid"),
        Just("sharer_sharetime"),
        Just("enterid"),
    ];
    prop::collection::vec((name.prop_map(str::to_owned), "[A-Za-z0-9]{8,12}"), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn normalising_twice_changes_nothing(url in article()) {
        let canonical = url.canonical();
        prop_assert_eq!(ArticleUrl::parse(&canonical).unwrap().canonical(), canonical);
    }

    #[test]
    fn normalising_any_text_twice_changes_nothing(text in "(https?://)?mp\\.weixin\\.qq\\.com/s[/?]\\PC{0,80}") {
        if let Some(url) = ArticleUrl::parse(&text) {
            prop_assert_eq!(ArticleUrl::parse(&url.canonical()), Some(url));
        }
    }

    #[test]
    fn order_escapes_scheme_fragment_and_tracking_never_change_the_key(
        url in article(), noise in noise(), order in prop::collection::vec(0_usize..20, 1..12), style in 0_usize..60,
    ) {
        let written = pasted(&url, &noise, &order, style);
        let read = ArticleUrl::parse(&written);
        prop_assert_eq!(read.as_ref().map(ArticleUrl::canonical), Some(url.canonical()), "{}", written);
    }

    #[test]
    fn private_parameters_never_survive(
        url in article(), noise in noise(), order in prop::collection::vec(0_usize..20, 1..12), style in 0_usize..60,
    ) {
        let written = pasted(&url, &noise, &order, style);
        let canonical = ArticleUrl::parse(&written).unwrap().canonical();
        prop_assert!(private_parameters(&canonical).is_empty());
        prop_assert!(private_parameters(&redact(&written)).is_empty(), "{written}");
        for (_, value) in noise.iter().filter(|(_, value)| !url.canonical().contains(value.as_str())) {
            prop_assert!(!canonical.contains(value.as_str()), "{written}");
        }
    }

    #[test]
    fn any_text_is_redacted(text in "[?&#;%=\\\\a-z0-9_]{0,60}|(token|key|uin)=[?&#;%=\\\\a-z0-9]{0,40}|\\PC{0,40}") {
        let redacted = redact(&text);
        prop_assert_eq!(redact(&redacted), redacted.clone());
        prop_assert!(redacted.len() <= text.len());
    }

    #[test]
    fn any_text_has_a_kind(text in any::<String>()) {
        let kind = UrlKind::of(&text);
        prop_assert!(!kind.name().is_empty());
        prop_assert!(is_wechat(&text) || kind == UrlKind::Other);
    }

    #[test]
    fn keys_are_read_back_as_they_are_written(url in article()) {
        let text = url.key().to_string();
        prop_assert_eq!(&text.parse::<Key>().unwrap(), url.key());
        let json = serde_json::to_string(url.key()).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Key>(&json).unwrap(), url.key());
    }
}
