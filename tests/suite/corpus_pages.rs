//! Real pages, where the folder with them is there; they are other people's writing and no part of this project.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use wxarchive::model::{Article, Page, State};
use wxarchive::parse::{Parsed, parse};

use crate::corpus::corpus;
use crate::golden;

fn read(path: &std::path::Path) -> Parsed {
    let bytes = std::fs::read(path).unwrap();
    parse(&Page { asked: String::new(), url: String::new(), status: 200, content_type: None, bytes })
}

#[test]
fn every_real_page_is_a_whole_article() {
    for path in corpus().iter().flat_map(|corpus| golden::files(&corpus.join("pages"))) {
        let Parsed::Article(article) = read(&path) else { panic!("{}: no article", path.display()) };
        let name = path.display();
        assert!(article.key.is_some(), "{name}: no key");
        assert!(!article.account.name.is_empty(), "{name}: no account");
        assert!(article.published.is_some(), "{name}: no date");
        assert!(!article.body.is_empty(), "{name}: no body");
    }
}

#[test]
fn every_real_notice_is_told_apart() {
    for path in corpus().iter().flat_map(|corpus| golden::files(&corpus.join("special"))) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let expected = match name.split('-').next().unwrap() {
            "deleted" => State::Deleted,
            "violation" => State::Violation,
            "expired" => State::Expired,
            "param" => State::BadParameters,
            "unavailable" => State::Unavailable,
            _ => State::Blocked,
        };
        match read(&path) {
            Parsed::Gone(notice) | Parsed::Blocked(notice) => assert_eq!(notice.state, expected, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn metadata_agrees_with_the_data_of_the_page() {
    let Some(corpus) = corpus() else { return };
    for path in golden::files(&corpus.join("pages")) {
        let data = corpus.join("metadata").join(path.with_extension("json").file_name().unwrap());
        let Ok(json) = std::fs::read_to_string(data) else { continue };
        let data: serde_json::Value = serde_json::from_str(&json).unwrap();
        let Parsed::Article(article) = read(&path) else { panic!("{}: no article", path.display()) };
        agree(&article, &data, &path.display().to_string());
    }
}

fn agree(article: &Article, data: &serde_json::Value, name: &str) {
    let text = |field: &str| data[field].as_str().unwrap_or_default().trim().to_owned();
    assert_eq!(article.account.name, text("nick_name"), "{name}");
    assert_eq!(article.account.id.clone().unwrap_or_default(), text("user_name"), "{name}");
    assert_eq!(article.author.clone().unwrap_or_default(), text("author"), "{name}");
    assert_eq!(article.description.clone().unwrap_or_default(), text("desc"), "{name}");
    assert_eq!(article.published.map(jiff::Timestamp::as_second), data["ori_create_time"].as_i64(), "{name}");
    assert_eq!(article.sn.clone().unwrap_or_default(), text("sn"), "{name}");
    let key = article.key.as_ref().unwrap();
    assert_eq!(key.to_string(), format!("{}/{}/{}", text("bizuin"), data["mid"], data["idx"]), "{name}");
    let cover = article.cover.as_ref().map(ToString::to_string).unwrap_or_default();
    assert_eq!(cover, text("cdn_url").replacen("http://", "https://", 1), "{name}");
    let is_made_up = data["item_show_type"] == 10 && data["text_page_info"]["is_user_title"] != 1;
    let title = text("title");
    assert!(article.title == title || is_made_up && title.starts_with(&article.title), "{name}: {}", article.title);
}

/// Real pages with bytes changed, taken out, repeated and put in; `WXARCHIVE_CASES` says how many, 40 if nothing.
#[test]
fn mutated_real_pages_give_an_answer() {
    let Some(corpus) = corpus() else { return };
    let pages: Vec<Vec<u8>> =
        golden::files(&corpus.join("pages")).iter().map(|path| std::fs::read(path).unwrap()).collect();
    let cases = std::env::var("WXARCHIVE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(40_u64);
    for case in 0..cases {
        let mut random = Random(case + 1);
        let mut bytes = pages[random.below(pages.len())].clone();
        for _ in 0..=random.below(12) {
            mutate(&mut bytes, &mut random);
        }
        drop(parse(&Page { asked: String::new(), url: String::new(), status: 200, content_type: None, bytes }));
    }
}

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    let pieces: Vec<&str> = include_str!("../fixtures/articles/pieces.txt").lines().collect();
    let at = random.below(bytes.len() + 1);
    let end = (at + random.below(3000)).min(bytes.len());
    match random.below(5) {
        0 if at < bytes.len() => bytes[at] = bytes[at].wrapping_add(1),
        1 => drop(bytes.splice(at..end, [])),
        2 => bytes.extend_from_within(at..end),
        3 => bytes.truncate(at),
        _ => drop(bytes.splice(at..at, pieces[random.below(pieces.len())].repeat(random.below(300)).into_bytes())),
    }
}

/// Numbers that are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }
}
