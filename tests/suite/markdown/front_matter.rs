//! Front matter: what is written, and that it reads back whatever the texts are.

use std::collections::BTreeMap;

use proptest::prelude::*;
use wxarchive::markdown::{FrontMatter, Pictures, document};
use wxarchive::model::{
    Account, Article, ArticleKey, ArticleKind, Biz, ImageUrl, Oddities, Origin, Reprint, ShortCode,
};
use wxarchive::parse::fragment;

fn article() -> Article {
    Article {
        kind: ArticleKind::Article,
        key: Some(ArticleKey { biz: Biz::parse("MzA5OTg1MjM5MQ").unwrap(), mid: 2_650_000_001, idx: 1 }),
        claim: wxarchive::model::Claim::default(),
        short_code: None,
        sn: Some("0123abcd".into()),
        title: "如何: \"看待\" #1 no".into(),
        account: Account { name: "某公众号".into(), id: Some("gh_0123456789ab".into()), alias: None },
        author: Some("某人".into()),
        description: Some("第一行\n第二行".into()),
        published: Some("2022-06-02T07:00:00Z".parse().unwrap()),
        modified: None,
        cover: ImageUrl::parse("https://mmbiz.qpic.cn/mmbiz_jpg/Cover1/0?wx_fmt=jpeg"),
        crops: Vec::new(),
        origin: Origin::Original,
        reprint: None,
        source_url: Some("https://a.b/c?d=e#f".into()),
        tags: vec!["云原生".into(), "a, b".into()],
        region: None,
        body: Vec::new(),
        oddities: Oddities::default(),
    }
}

#[test]
fn fields_stand_in_the_order_of_the_newsletter() {
    let article = article();
    let cover = article.cover.as_ref().unwrap().key();
    let pictures = Pictures::from([(cover, "../images/ab/abcd.jpg".to_owned())]);
    let front_matter = FrontMatter {
        archived: Some("2026-11-23T00:00:00.5Z".parse().unwrap()),
        version: Some(2),
        ..FrontMatter::of(&article, &pictures)
    };
    let expected = r#"---
title: "如何: \"看待\" #1 no"
author: "某人"
authorlink: "https://mp.weixin.qq.com/s?__biz=MzA5OTg1MjM5MQ==&mid=2650000001&idx=1&sn=0123abcd"
description: "第一行\n第二行"
categories: "某公众号"
tags: ["云原生", "a, b"]
date: 2022-06-02T15:00:00+08:00
cover: "../images/ab/abcd.jpg"
account: "某公众号"
account_id: "gh_0123456789ab"
article: "MzA5OTg1MjM5MQ==/2650000001/1"
source: "https://a.b/c?d=e#f"
kind: "article"
original: true
archived: 2026-11-23T08:00:00+08:00
version: 2
---
"#;
    assert_eq!(document(&front_matter, &[], &pictures), expected);
}

#[test]
fn missing_values_are_left_out() {
    let article = Article {
        kind: ArticleKind::Unknown,
        key: None,
        sn: None,
        account: Account::default(),
        author: None,
        description: None,
        published: None,
        cover: None,
        origin: Origin::Unmarked,
        source_url: None,
        tags: Vec::new(),
        ..article()
    };
    let front_matter = FrontMatter { title: "题".into(), ..FrontMatter::of(&article, &Pictures::new()) };
    assert_eq!(front_matter.to_yaml(), "---\ntitle: \"题\"\nkind: \"unknown\"\n---\n");
}

#[test]
fn a_repost_names_where_it_comes_from() {
    let reprint = Reprint { account: Some("别处".into()), url: None };
    let article = Article { origin: Origin::Repost, reprint: Some(reprint), ..article() };
    let front_matter = FrontMatter::of(&article, &Pictures::new());
    assert_eq!((front_matter.source.as_deref(), front_matter.original), (Some("别处"), Some(false)));
    assert_eq!(front_matter.source_account.as_deref(), Some("别处"));
    assert!(front_matter.to_yaml().contains("\nsource_account: \"别处\"\n"));
}

#[test]
fn an_address_that_opens_nothing_is_left_out() {
    let authorlink = |sn: Option<&str>, code: Option<&str>| {
        let short_code = code.map(|code| ShortCode::parse(code).unwrap());
        let article = Article { sn: sn.map(str::to_owned), short_code, ..article() };
        let front_matter = FrontMatter::of(&article, &Pictures::new());
        assert_eq!(front_matter.article.as_deref(), Some("MzA5OTg1MjM5MQ==/2650000001/1"));
        front_matter.authorlink
    };
    assert_eq!(authorlink(None, None), None);
    let short = authorlink(None, Some("AbCdEfGhIjKlMnOpQrStUv"));
    assert_eq!(short.as_deref(), Some("https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv"));
    assert!(authorlink(Some("0123abcd"), None).unwrap().ends_with("&sn=0123abcd"));
}

#[test]
fn recordings_are_listed_by_their_addresses() {
    let page = |id: &str| fragment(&format!("<mpvoice name=\"晨读\" voice_encode_fileid=\"{id}\"></mpvoice>")).0;
    let audio = |id| FrontMatter::of(&Article { body: page(id), ..article() }, &Pictures::new());
    let front_matter = audio("MzA5_OQ==");
    let address = "https://res.wx.qq.com/voice/getvoice?mediaid=MzA5_OQ==";
    assert_eq!(front_matter.audio, [address]);
    assert!(front_matter.to_yaml().contains(&format!("\naudio: [\"{address}\"]\n")));
    assert!(audio("no id & more").audio.is_empty());
}

/// Reads front matter back as a map of texts and lists of texts.
fn read(yaml: &str) -> (BTreeMap<String, String>, Vec<String>) {
    let yaml = yaml.strip_prefix("---\n").unwrap().strip_suffix("---\n").unwrap();
    let mut values: BTreeMap<String, serde_json::Value> = serde_saphyr::from_str(yaml).unwrap();
    let tags = match values.remove("tags") {
        Some(serde_json::Value::Array(tags)) => tags.iter().map(|tag| tag.as_str().unwrap().to_owned()).collect(),
        _ => Vec::new(),
    };
    let texts = values.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())));
    (texts.collect(), tags)
}

fn text() -> impl Strategy<Value = String> {
    let nasty = prop_oneof![
        Just("no"),
        Just("yes"),
        Just("null"),
        Just("~"),
        Just("2024-01-02"),
        Just("12:30:45"),
        Just("1_000"),
        Just("0x1F"),
        Just("1e3"),
        Just(": "),
        Just(" #"),
        Just("#"),
        Just("- "),
        Just("---"),
        Just("..."),
        Just("\""),
        Just("'"),
        Just("\\"),
        Just("\\n"),
        Just("\n"),
        Just("\r\n"),
        Just("\t"),
        Just(" "),
        Just("{{"),
        Just("[a"),
        Just("*a"),
        Just("&a"),
        Just("!a"),
        Just("|"),
        Just(">"),
        Just("%"),
        Just("@"),
        Just("`"),
        Just("\u{85}"),
        Just("\u{2028}"),
        Just("\u{2029}"),
        Just("\u{feff}"),
        Just("\u{a0}"),
        Just("\u{3000}"),
        Just("\u{0}"),
        Just("\u{7}"),
        Just("\u{1b}"),
        Just("\u{7f}"),
        Just("\u{fffe}"),
        Just("🎉"),
        Just("中文"),
    ];
    proptest::collection::vec(nasty, 0..5).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_reads_back_from_yaml(title in text(), description in text(), tags in proptest::collection::vec(text(), 1..3)) {
        let front_matter = FrontMatter {
            title: title.clone(),
            description: Some(description.clone()),
            tags: tags.clone(),
            ..FrontMatter::default()
        };
        let yaml = front_matter.to_yaml();
        let (texts, read_tags) = read(&yaml);
        prop_assert_eq!(&texts["title"], &title);
        prop_assert_eq!(&texts["description"], &description);
        prop_assert_eq!(read_tags, tags);
        prop_assert_eq!(yaml.lines().count(), 5);
    }
}
