//! Makes a big archive of made-up articles, and the newsletter that links them, to measure with.
//!
//! `cargo run --release --example big_archive -- DIR [ARTICLES]` writes `DIR/archive` and `DIR/newsletter`. Every file
//! is one that `verify` accepts: each article has a version, a head, states, a page and a picture of its own, every
//! second one a short code; an issue has fifty of them and a ledger.

#![expect(clippy::print_stdout, reason = "it says what it made")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use wxarchive::archive::{
    Alias, DatedState, Digest, Evidence, FORMAT_NUMBER, Fetched, Head, Ledger, LedgerLink, LinkOutcome, Manifest, Meta,
    Source, StateFile, StoredPage, StoredPicture, Why, Writer,
};
use wxarchive::issue::{Link, scan};
use wxarchive::model::{Account, ArticleKey, ArticleKind, ArticleUrl, Key, Oddities, Origin, ShortCode, State};

type Made<T = ()> = Result<T, Box<dyn Error>>;

/// How many articles an issue links.
const IN_AN_ISSUE: usize = 50;
/// The accounts, in turn.
const ACCOUNTS: [(&str, &str); 2] = [("Mzk0NTY3ODEyMA==", "北礁天文社"), ("MzUzMzU5Mjc1Nw==", "灯塔工坊")];
/// A 1 by 1 GIF up to its comment, and what follows that.
const GIF: (&[u8], &[u8]) =
    (b"GIF89a\x01\0\x01\0\0\0\0\x21\xfe", b"\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b");

/// An article that is to be made.
struct Sample {
    key: ArticleKey,
    short_code: Option<ShortCode>,
    account: &'static str,
    title: String,
    published: Timestamp,
    dir: PathBuf,
}

fn main() -> Made {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: big_archive DIR [ARTICLES]")?);
    let count: usize = arguments.next().map_or(Ok(100_000), |count| count.parse())?;
    let root = folder.join("archive");
    drop(Writer::open(&root, time(0)?)?);
    let mut aliases = BTreeMap::new();
    for first in (0..count).step_by(IN_AN_ISSUE) {
        let samples: Vec<Sample> = (first..count.min(first + IN_AN_ISSUE)).map(sample).collect::<Made<_>>()?;
        for sample in &samples {
            put_article(&root, sample)?;
            let alias = Alias { article: sample.key.clone(), evidence: Evidence::Fetched };
            aliases.extend(sample.short_code.clone().map(|code| (Key::Short(code), alias)));
        }
        put_issue(&folder, &format!("issue-{:05}.md", first / IN_AN_ISSUE + 1), &samples)?;
    }
    put_record(&root.join("aliases.json"), &aliases)?;
    println!("{count} articles in {}", root.display());
    Ok(())
}

/// A time some hours after the first.
fn time(hours: usize) -> Made<Timestamp> {
    Ok(Timestamp::from_second(1_420_070_400 + 3600 * i64::try_from(hours)?)?)
}

fn sample(number: usize) -> Made<Sample> {
    let (biz, account) = ACCOUNTS[number % ACCOUNTS.len()];
    let key: ArticleKey = format!("{biz}/{}/1", 2_247_480_000 + number).parse()?;
    let hash = Digest::of(key.to_string().as_bytes()).to_string();
    let title = format!("第{number}个夜晚：灯塔上的望远镜看见了什么");
    let published = time(number % 100_000)?;
    let day = published.strftime("%Y-%m-%d").to_string();
    let slug = format!("第{number}个夜晚-灯塔上的望远镜看见了");
    let dir = Path::new("articles").join(&day[..4]).join(format!("{day}-{slug}-{}", &hash[..8]));
    let short_code = number.is_multiple_of(2).then(|| ShortCode::parse(&hash[..22])).transpose()?;
    Ok(Sample { key, short_code, account, title, published, dir })
}

fn url(sample: &Sample) -> ArticleUrl {
    let sn = Digest::of(sample.title.as_bytes()).to_string()[..32].to_owned();
    match &sample.short_code {
        Some(code) => ArticleUrl::new(Key::Short(code.clone()), None),
        None => ArticleUrl::new(Key::Article(sample.key.clone()), Some(sn)),
    }
}

fn put_article(root: &Path, sample: &Sample) -> Made {
    let page = format!("<html><h1>{}</h1><p>{}</p></html>\n", sample.title, "海风比看上去冷。".repeat(40));
    let page_digest = Digest::of(page.as_bytes());
    let name = page_digest.to_string();
    let stored = zstd::encode_all(page.as_bytes(), 3)?;
    put(&root.join("pages").join(&name[..2]).join(format!("{name}.html.zst")), &stored)?;
    let picture = put_picture(root, sample)?;
    let body =
        format!("# {}\n\n![](../../../../{})\n\n{}\n", sample.title, picture.file, "海风比看上去冷。".repeat(40));
    let head = body.replace("../../../../images/", "../../../images/");
    let dir = root.join(&sample.dir);
    put(&dir.join("versions/1.md"), body.as_bytes())?;
    put(&dir.join("index.md"), head.as_bytes())?;
    let page = StoredPage { sha256: page_digest, reference: None, packed: Some(Digest::of(&stored)) };
    put_record(&dir.join("versions/1.json"), &manifest(sample, page, picture, Digest::of(body.as_bytes())))?;
    let live = DatedState {
        state: State::Live,
        since: sample.published,
        until: sample.published,
        message: None,
        evidence: None,
    };
    let mut state = StateFile::new(&ArticleUrl::new(Key::Article(sample.key.clone()), None));
    state.head = Some(Head { version: 1, markdown: Digest::of(head.as_bytes()) });
    state.states.push(live);
    put_record(&dir.join("state.json"), &state)
}

fn put_picture(root: &Path, sample: &Sample) -> Made<StoredPicture> {
    let comment = sample.key.to_string();
    let bytes = [GIF.0, &[u8::try_from(comment.len())?], comment.as_bytes(), GIF.1].concat();
    let sha256 = Digest::of(&bytes);
    let name = sha256.to_string();
    let file = format!("images/{}/{name}.gif", &name[..2]);
    put(&root.join(&file), &bytes)?;
    let key = format!("mmbiz_gif/{name}");
    Ok(StoredPicture {
        url: format!("https://mmbiz.qpic.cn/{key}/0?wx_fmt=gif"),
        key,
        sha256,
        media_type: "image/gif".to_owned(),
        file,
        bytes: bytes.len() as u64,
        width: 1,
        height: 1,
        colour: None,
        blur: None,
    })
}

fn manifest(sample: &Sample, page: StoredPage, picture: StoredPicture, markdown: Digest) -> Manifest {
    Manifest {
        format: FORMAT_NUMBER,
        article: sample.key.clone(),
        version: 1,
        why: Why::New,
        converter: env!("CARGO_PKG_VERSION").to_owned(),
        meta: meta(sample),
        fetched: Fetched { url: url(sample).canonical(), at: sample.published, from: Source::Network },
        reconverted_at: None,
        page,
        content: Digest::of(sample.title.as_bytes()),
        characters: 320,
        markdown,
        pictures: vec![picture],
        missing: Vec::new(),
        oddities: Oddities::default(),
    }
}

fn meta(sample: &Sample) -> Meta {
    Meta {
        title: sample.title.clone(),
        kind: ArticleKind::Article,
        account: Account { name: sample.account.to_owned(), id: None, alias: None },
        author: Some("阿礁".to_owned()),
        description: Some("海风比看上去冷。".to_owned()),
        published: Some(sample.published),
        modified: None,
        cover: None,
        origin: Origin::Original,
        reprint: None,
        source_url: None,
        tags: Vec::new(),
        region: Some("福建".to_owned()),
        sn: url(sample).sn().map(str::to_owned),
        short_code: sample.short_code.clone(),
    }
}

fn put_issue(folder: &Path, name: &str, samples: &[Sample]) -> Made {
    let line = |sample: &Sample| format!("- [{}]({})\n", sample.title, url(sample).canonical());
    let text = format!("---\ntitle: {name}\n---\n\n{}", samples.iter().map(line).collect::<String>());
    put(&folder.join("newsletter").join(name), text.as_bytes())?;
    let links = scan(&text).links;
    let ledger = Ledger {
        former_links: Vec::new(),
        former_images: Vec::new(),
        format: FORMAT_NUMBER,
        issue: name.to_owned(),
        sha256: Digest::of(text.as_bytes()),
        title: Some(name.to_owned()),
        date: None,
        links: links.iter().zip(samples).map(|(link, sample)| ledger_link(link, sample)).collect(),
        images: Vec::new(),
        oddities: Vec::new(),
    };
    put_record(&folder.join("archive/issues").join(format!("{name}.json")), &ledger)
}

fn ledger_link(link: &Link, sample: &Sample) -> LedgerLink {
    LedgerLink {
        line: link.line,
        column: link.column,
        span: [link.span.start, link.span.end],
        url: url(sample).canonical(),
        kind: link.kind.name().to_owned(),
        title: link.title.clone(),
        section: None,
        private: Vec::new(),
        outcome: LinkOutcome::Archived,
        state: Some(State::Live),
        article: Some(sample.key.to_string()),
        dir: Some(sample.dir.to_string_lossy().into_owned()),
        archived_title: Some(sample.title.clone()),
        why: None,
    }
}

/// Writes a record with its seal on the second line, as FORMAT describes it.
fn put_record(path: &Path, record: &impl Serialize) -> Made {
    let text = serde_json::to_string_pretty(&serde_json::to_value(record)?)? + "\n";
    let rest = text.trim_start_matches("{\n");
    let digest = Digest::of(format!("{{\n{rest}").as_bytes());
    put(path, format!("{{\n  \"_sha256\": \"{digest}\",\n{rest}").as_bytes())
}

fn put(path: &Path, bytes: &[u8]) -> Made {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, bytes)?)
}
