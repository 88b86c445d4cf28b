//! Times wxarchive's conversion beside html2md, htmd and mdka on the same bodies, in one run.
//!
//! `cargo run --release --manifest-path benches/converters/Cargo.toml -- FOLDER` with a folder of saved pages. Each
//! converter is handed the same piece of HTML, already cut out of its page; the last column is the whole of what
//! wxarchive does with a page: telling what it is, metadata, body, Markdown.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use wxarchive::markdown::{self, FrontMatter, Pictures};
use wxarchive::model::Page;
use wxarchive::parse::{Parsed, fragment, parse};

/// How often each converter reads each body; the fastest time counts.
const ROUNDS: usize = 7;

/// A name and a conversion.
type Converter = (&'static str, fn(&str) -> String);

const CONVERTERS: [Converter; 4] = [
    ("wxarchive", |html| {
        let (blocks, _) = fragment(html);
        markdown::body(&blocks, &Pictures::default())
    }),
    ("html2md", html2md::parse_html),
    ("htmd", |html| htmd::convert(html).unwrap_or_default()),
    ("mdka", mdka::html_to_markdown),
];

fn main() {
    let folder = env::args().nth(1).unwrap_or_else(|| "../shared/corpus/pages".to_owned());
    let mut names: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("could not list `{folder}`: {error}; name a folder of saved pages"))
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "html"))
        .collect();
    names.sort();
    print!("{:40} {:>9}", "body, milliseconds", "kB");
    CONVERTERS.iter().for_each(|(name, _)| print!(" {name:>9}"));
    println!(" {:>9}", "page");
    let mut sums = [Duration::ZERO; CONVERTERS.len() + 1];
    for path in &names {
        measure(path, &mut sums);
    }
    print!("{:50}", "sum");
    sums.iter().for_each(|sum| print!(" {:9.2}", milliseconds(*sum)));
    println!();
}

/// Times every converter on the body of one page and prints a row; pages without a body in their markup are left out.
fn measure(path: &Path, sums: &mut [Duration]) {
    let bytes = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let Some(html) = body(&text) else { return };
    print!("{:40} {:>9}", path.file_stem().unwrap_or_default().to_string_lossy(), html.len() / 1000);
    let whole = fastest(|| whole_page(&bytes));
    let bodies = CONVERTERS.iter().map(|(_, convert)| fastest(|| convert(&html)));
    for (sum, time) in sums.iter_mut().zip(bodies.chain([whole])) {
        *sum += time;
        print!(" {:9.2}", milliseconds(time));
    }
    println!();
}

fn whole_page(bytes: &[u8]) -> String {
    let page =
        Page { asked: String::new(), url: String::new(), status: 200, content_type: None, bytes: bytes.to_vec() };
    match parse(&page) {
        Parsed::Article(article) => {
            let pictures = Pictures::default();
            markdown::document(&FrontMatter::of(&article, &pictures), &article.body, &pictures)
        }
        _ => String::new(),
    }
}

/// The body of a page, its pictures' addresses where the others look for them.
fn body(page: &str) -> Option<String> {
    let id = page.find("id=\"js_content\"")?;
    let start = id + page[id..].find('>')? + 1;
    let end = page[start..].find("<script").map_or(page.len(), |at| start + at);
    Some(page[start..end].replace("data-src=", "src="))
}

fn fastest(mut convert: impl FnMut() -> String) -> Duration {
    let rounds = (0..ROUNDS).map(|_| {
        let started = Instant::now();
        black_box(convert());
        started.elapsed()
    });
    rounds.min().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
