//! Times wxarchive's conversion beside html2md, htmd, mdka and fast_html2md on the same pages, in one run.
//!
//! `cargo run --release --manifest-path benches/converters/Cargo.toml -- FOLDER` with a folder of saved pages. The
//! first table is of whole pages, as they come from the site; wxarchive also tells what they are and reads their
//! metadata. The second is of their bodies alone, cut out and with the pictures' addresses where the others look for
//! them. One thread; the fastest of several rounds counts.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use wxarchive::markdown::{self, FrontMatter, Pictures};
use wxarchive::model::Page;
use wxarchive::parse::{Parsed, fragment, parse};

/// How often each converter reads each text.
const ROUNDS: usize = 15;

/// A name and a conversion.
type Converter = (&'static str, fn(&str) -> String);

/// A title, and how the figures below it come from a sum.
type Figure = (&'static str, fn(&Table, &Duration) -> f64);

/// A saved page.
struct Saved {
    name: String,
    html: String,
    /// The same as wxarchive takes it from the network.
    page: Page,
}

const OTHERS: [Converter; 4] = [
    ("html2md", html2md::parse_html),
    ("htmd", |html| htmd::convert(html).unwrap_or_default()),
    ("mdka", mdka::html_to_markdown),
    ("fast_html2md", |html| rewriter::rewrite_html(html, false)),
];

fn main() {
    let Some(folder) = env::args_os().nth(1) else {
        eprintln!("name a FOLDER of saved pages");
        return;
    };
    let pages = pages(Path::new(&folder));
    let mut whole = Table::new("whole page");
    for saved in &pages {
        whole.row(&saved.name, &saved.html, || whole_page(&saved.page));
    }
    whole.end();
    let mut bodies = Table::new("body alone");
    for saved in &pages {
        let Some(body) = body(&saved.html) else { continue };
        bodies.row(&saved.name, &body, || markdown::body(&fragment(&body).0, &Pictures::default()));
    }
    bodies.end();
}

/// The pages of a folder, in order of their names.
fn pages(folder: &Path) -> Vec<Saved> {
    let listed = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("could not list `{}`: {error}; name a folder of saved pages", folder.display()));
    let mut paths: Vec<_> = listed
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "html"))
        .collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Saved {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("could not read `{}`: {error}", path.display()));
    Saved {
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        html: String::from_utf8_lossy(&bytes).into_owned(),
        page: Page { asked: String::new(), url: String::new(), status: 200, content_type: None, bytes },
    }
}

/// The times of every converter, wxarchive's first.
struct Table {
    sums: [Duration; OTHERS.len() + 1],
    bytes: usize,
}

impl Table {
    fn new(title: &str) -> Self {
        print!("{:38} {:>8} {:>12}", format!("{title}, milliseconds"), "kB", "wxarchive");
        OTHERS.iter().for_each(|(name, _)| print!(" {name:>12}"));
        println!();
        Self { sums: [Duration::ZERO; OTHERS.len() + 1], bytes: 0 }
    }

    /// Times every converter on one text, in turns so that a busy moment hits all alike, and prints a row.
    fn row(&mut self, name: &str, html: &str, ours: impl Fn() -> String) {
        let mut fastest = [Duration::MAX; OTHERS.len() + 1];
        for _ in 0..ROUNDS {
            let others = OTHERS.iter().map(|(_, convert)| time(|| convert(html)));
            for (fastest, time) in fastest.iter_mut().zip(std::iter::once(time(&ours)).chain(others)) {
                *fastest = time.min(*fastest);
            }
        }
        self.bytes += html.len();
        print!("{name:38} {:8}", html.len() / 1000);
        for (sum, time) in self.sums.iter_mut().zip(fastest) {
            *sum += time;
            print!(" {:12.2}", milliseconds(time));
        }
        println!();
    }

    /// Prints the sums, the rates and their ratios.
    fn end(&self) {
        let rows: [Figure; 3] = [
            ("sum", |_, sum| milliseconds(*sum)),
            ("MB/s", |table, sum| megabytes(table.bytes) / sum.as_secs_f64()),
            ("times as long as wxarchive", |table, sum| sum.as_secs_f64() / table.sums[0].as_secs_f64()),
        ];
        for (title, number) in rows {
            print!("{title:38} {:8}", "");
            self.sums.iter().for_each(|sum| print!(" {:12.2}", number(self, sum)));
            println!();
        }
        println!();
    }
}

fn whole_page(page: &Page) -> String {
    match parse(page) {
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

fn time(convert: impl Fn() -> String) -> Duration {
    let started = Instant::now();
    black_box(convert());
    started.elapsed()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "a rate of a few digits")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
