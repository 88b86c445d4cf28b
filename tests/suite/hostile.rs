//! Pages made to be slow or large in memory: each kind of markup, script and text that could grow faster than the page.
//!
//! `WXARCHIVE_HOSTILE=16777000 cargo test --release --test suite hostile -- --nocapture --test-threads 1` makes each of
//! so many bytes and prints the processor time that it takes and, on Linux, the most memory.

#![expect(clippy::print_stdout, reason = "the longer run prints what it measured")]

use std::time::{Duration, Instant};

use wxarchive::markdown::{self, Pictures};
use wxarchive::model::Page;
use wxarchive::parse::{Parsed, fragment, parse};

/// Bytes of each where nothing is said; the rule that is checked holds for any number.
const SIZE: usize = 20_000;

/// Pieces of a body that are repeated.
const BODIES: &[&str] = &[
    "<",
    "&",
    "&#",
    "&a",
    "</",
    "</ ",
    "</x>",
    "<!--",
    "<!-->",
    "<!--x-->",
    "<!--!",
    "<![CDATA[",
    "<svg><![CDATA[x]]>",
    "\"",
    "<a ",
    "<p>",
    "</p>",
    "</br>",
    "<br>",
    "a<br>",
    "<hr>",
    "<svg>",
    "<svg><g>",
    "<svg><path/>",
    "<svg><style><g>",
    "<svg><link>",
    "<math><mi>",
    "<table><td>",
    "<td>a|b",
    "<table><tr><td>a</td></tr></table>",
    "<td colspan=1000>a</td>",
    "<tr><td rowspan=1000>a",
    "<b><i>",
    "<b><p></b>",
    "<a><p>",
    "<font color=red><p>",
    "<em>a<strong>b</em>c</strong>",
    "<nobr>",
    "<button>",
    "<form>",
    "<select><option>",
    "<template>",
    "<frameset>",
    "<blockquote>",
    "<ul><li>",
    "<li>a",
    "<dl><dt>a",
    "<pre>a",
    "<pre><code>a</code></pre>",
    "<code>`a`</code>",
    "<h1>a</h1>",
    "<div><section>",
    "<span>a",
    "<style>",
    "<textarea>x</textarea>",
    "<script>",
    "<title>",
    "<plaintext>",
    "<iframe>",
    "<i id=x>a</i>",
    "<span style=\"font-weight:bold\">a</span>",
    "<img data-src=\"https://mmbiz.qpic.cn/a/640?b=c\">",
    "<img>",
    "<a href=\"https://a.b\">a</a>，",
    "<sup>[1]</sup>",
    "x<sup>[1]</sup>",
    "<i>a<sup>2</sup></i>",
    "<p>[1] a</p>",
    "<strong>“a”</strong>b",
    "<strong>a，</strong>b",
    "<em>a</em>b",
    "<b>a</b>*",
    "<span data-formula=\"a\"></span>",
    "<span class=katex>",
    "<mp-common-profile>",
    "<section style=\"background-image:url(https://a.b/c);height:200px\"></section>",
    "[1] ",
    "*",
    "**a ",
    "*a* ",
    "a *b_c* ",
    "_",
    "`",
    "`a ",
    "[",
    "](",
    "[x](y) ",
    "\\",
    "$",
    "$a ",
    "|",
    "~a~ ",
    "1. ",
    "> ",
    "- ",
    "# ",
    "+ ",
    "=\n",
    "---\n",
    "```\n",
    "http://a.b/c ",
    "https://a.b/x?",
    "a@b.c ",
    "&nbsp;",
    "&amp;lt;",
    "\u{200b}",
    "\u{1f469}\u{200d}",
    "\u{3000}",
    "\u{301}",
    "中文，",
    "a b ",
    "\n",
    "\0",
    "\r",
];

/// Attributes and elements with something repeated inside: before, the piece, after.
const INSIDE: &[[&str; 3]] = &[
    ["<p ", "a=b ", ">x"],
    ["<p ", "a ", ">x"],
    ["<p ", "a=\"", ""],
    ["<p ", "/", ">x"],
    ["<p ", "=", ">x"],
    ["<p style=\"", "a:b;", "\">x"],
    ["<p style=\"", "a:(;", "\">x"],
    ["<p style=\"", "a:';", "\">x"],
    ["<p style=\"", "font-weight:bold;", "\">x"],
    ["<p class=\"", "a ", "\">x"],
    ["<a href=\"https://a.b/", "x(", "\">y</a>"],
    ["<a href=\"https://mp.weixin.qq.com/s?", "a=b&amp;", "\">y</a>"],
    ["<a href=\"https://mp.weixin.qq.com/x?", "key=b&", "\">y</a>"],
    ["<img data-src=\"https://mmbiz.qpic.cn/", "x/", "\">"],
    ["<img data-src=\"https://mmbiz.qpic.cn/a/0\" alt=\"", "[*`", "\">"],
    ["<span data-formula=\"", "{\\a", "\"></span>"],
    ["<pre>", "`\n", "</pre>"],
    ["<code>", "`a", "</code>"],
    ["<h1>", "<b>a</b> # ", "</h1>"],
    ["<table><tr>", "<td>a|b</td>", "</tr></table>"],
];

/// Pieces of a script that are repeated.
const SCRIPTS: &[[&str; 3]] = &[
    ["window.cgiDataNew = ", "{a:", ""],
    ["window.cgiDataNew = {", "a:1,", "}"],
    ["window.cgiDataNew = {", "a:'b',", "}"],
    ["window.cgiDataNew = {a:", "[", ""],
    ["window.cgiDataNew = {a:[", "1,", "]}"],
    ["window.cgiDataNew = {a:[", "{},", "]}"],
    ["window.cgiDataNew = {a:", "(", ""],
    ["window.cgiDataNew = {a:", "'", "}"],
    ["window.cgiDataNew = {a:'", "\\", "'}"],
    ["window.cgiDataNew = {a:'", "\\'", "'}"],
    ["window.cgiDataNew = {title:'x',content_noencode:'", "\\x3c", "'}"],
    ["window.cgiDataNew = {title:'x',content_noencode:'", "\\x3cp\\x3ea", "'}"],
    ["window.cgiDataNew = {title:'x',content_noencode:JsDecode('", "\\x5cx5c", "')}"],
    ["window.cgiDataNew = {item_show_type:'8',title:'x',content_noencode:'", "图1 \\x26lt;", "'}"],
    ["window.cgiDataNew = {item_show_type:'10',title:'x',content_noencode:'", "a\\n", "'}"],
    [
        "window.cgiDataNew = {item_show_type:'8',title:'x',picture_page_info_list:[",
        "{cdn_url:'https://mmbiz.qpic.cn/a/0'},",
        "]}",
    ],
    ["window.cgiDataNew = {title:'", "a ", "'}"],
    ["var ct = ", "''||", ""],
    ["var ct = ", "a?b:", ""],
    ["var ct = ", "1==", ""],
    ["var ct = ", "1*", ""],
    ["var ct = ", "JsDecode(", ""],
    ["var ct = ", "/*", ""],
    ["var ct = ", "/**/", ""],
    ["var ct = 'a'", ".b('')", ""],
    ["var ct = 'a'", ".html(", ""],
    ["var ct = []", ".slice(0,1)", ""],
    ["", "var ", ""],
    ["", "var ct=", ""],
    ["", "var ct={", ""],
    ["", "var ct='", ""],
    ["", "var ct=`", ""],
    ["", "var ct=/*", ""],
    ["", "var ct='a';", ""],
    ["", "var ct\n", ""],
    ["", "window.ct=", ""],
    ["", "window.cgiDataNew={a:'", ""],
    ["", "window.cgiDataNew={};", ""],
    ["", "d.title=", ""],
    ["", "</scrip", ""],
    ["", "<script></script>", ""],
    ["", "</script><meta name=a content=b>", ""],
    ["", "</script><div id=js_article>", ""],
];

/// The middle one as often as there is room for.
fn filled([before, piece, after]: [&str; 3], size: usize) -> String {
    let times = size.saturating_sub(before.len() + after.len()) / piece.len();
    format!("{before}{}{after}", piece.repeat(times))
}

fn written(html: String) -> usize {
    let page =
        Page { asked: String::new(), url: String::new(), status: 200, content_type: None, bytes: html.into_bytes() };
    match parse(&page) {
        Parsed::Article(article) => markdown::body(&article.body, &Pictures::default()).len(),
        _ => 0,
    }
}

/// Every byte of a page makes a few bytes of Markdown at most, however the page is made.
fn check(name: &str, html: String) {
    let length = html.len();
    let started = Measured::start();
    let written = written(html);
    if std::env::var_os("WXARCHIVE_HOSTILE").is_some() {
        println!("{started} {name:?}");
    }
    assert!(written <= 10 * length, "{name}: {length} bytes became {written}");
}

fn size() -> usize {
    std::env::var("WXARCHIVE_HOSTILE").ok().and_then(|size| size.parse().ok()).unwrap_or(SIZE)
}

#[test]
fn hostile_bodies_grow_no_faster_than_the_page() {
    let bodies = BODIES.iter().map(|piece| ["", piece, ""]).chain(INSIDE.iter().copied());
    for parts in bodies {
        let around = ["<html><body><div id=\"js_content\">", "</div></body></html>"];
        let body = filled(parts, size() - around.concat().len());
        check(&parts.concat(), around.join(&body));
    }
}

#[test]
fn hostile_nesting_grows_no_faster_than_the_page() {
    for (open, close) in [
        ("<div>", "</div>"),
        ("<b>", "</b>"),
        ("<span style=font-weight:bold>", "</span>"),
        ("<blockquote>", "</blockquote>"),
        ("<ul><li>", "</li></ul>"),
        ("<table><tr><td>", "</td></tr></table>"),
        ("<svg><g>", "</g></svg>"),
    ] {
        let times = (size() / (open.len() + close.len())).min(100_000) - 10;
        let body = format!("{}x{}{}", open.repeat(times), close.repeat(times), "<p>y</p>".repeat(1000));
        check(open, format!("<html><body><div id=\"js_content\">{body}</div></body></html>"));
    }
}

#[test]
fn hostile_scripts_grow_no_faster_than_the_page() {
    for parts in SCRIPTS {
        let around = ["<html><body id=js_article><div id=js_content><p>x</div><script>", "</script></body></html>"];
        let script = filled(*parts, size() - around.concat().len());
        check(&parts.concat(), around.join(&script));
    }
}

#[test]
fn a_million_attributes_and_elements_are_read_to_the_end() {
    let count = size() / 16;
    let attributes = (0..count).map(|number| format!("a{number}=b ")).collect::<Vec<_>>().concat();
    check("attributes", format!("<html><div id=js_content><p {attributes}>x</p></div></html>"));
    let parameters = (0..count).map(|number| format!("sharer_{number}=b&")).collect::<Vec<_>>().concat();
    let link = format!("<a href=\"https://mp.weixin.qq.com/x?{parameters}\">y</a>");
    check("parameters", format!("<html><div id=js_content>{link}</div></html>"));
    let element = "<i a=b>x</i>";
    let (blocks, _) = fragment(&element.repeat(count));
    assert_eq!(blocks.len(), 1);
}

/// What was used since the start; time where the processor's is not told.
struct Measured {
    started: Instant,
    processor: Option<Duration>,
}

impl Measured {
    fn start() -> Self {
        // The peak is counted anew from here; where that is not allowed it is that of all cases so far.
        drop(std::fs::write("/proc/self/clear_refs", "5"));
        Self { started: Instant::now(), processor: processor() }
    }
}

impl std::fmt::Display for Measured {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let used = processor().zip(self.processor).map(|(now, before)| now.saturating_sub(before));
        let seconds = used.unwrap_or_else(|| self.started.elapsed()).as_secs_f64();
        write!(formatter, "{seconds:5.2} s {:4} MB", peak().unwrap_or_default() / 1000)
    }
}

/// The most memory in kilobytes.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The time that this process used, in hundredths of a second as Linux tells it.
fn processor() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields = stat.rsplit(')').next()?.split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Some(Duration::from_millis(10 * ticks))
}
