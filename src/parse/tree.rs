//! Feeds html5ever's tree builder with the tags that our own scan finds.
//!
//! What a tree looks like is the builder's business, in all its cases of misnesting. Its tokenizer goes character by
//! character, though, which takes five times as long as everything the builder does; this one takes text and values as
//! parts of the source, and leaves out the tags that are beyond the limits.

use std::borrow::Cow;

use html5ever::tendril::{SliceExt, StrTendril};
use html5ever::tokenizer::{Tag as Token, TagKind, Token as Any, TokenSink, TokenSinkResult, states::RawKind};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink, create_element};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use memchr::memchr;
use scraper::{Html, HtmlTreeSink};

use super::limit::{Dropped, Limiter};
use super::markup::{Tag, comment_end, raw_end, tag};
use super::reference::{Place, resolved};

type Builder = TreeBuilder<<HtmlTreeSink as TreeSink>::Handle, HtmlTreeSink>;

/// The tree of the inside of a body, and what was left out for the limits.
pub(super) fn build(html: &str) -> (Html, Dropped) {
    let html = clean(html);
    let sink = HtmlTreeSink::new(Html::new_fragment());
    let body = create_element(&sink, QualName::new(None, ns!(html), local_name!("body")), Vec::new());
    let builder = TreeBuilder::new_for_fragment(sink, body, None, TreeBuilderOpts::default());
    let mut feed = Feed { html: &html, source: html.to_tendril(), at: 0, builder, limiter: Limiter::default() };
    feed.run();
    (feed.builder.sink.finish(), feed.limiter.count)
}

/// The same with line ends as the standard has them, and without NUL.
fn clean(html: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'\r', b'\0', html.as_bytes()).is_none() {
        return Cow::Borrowed(html);
    }
    Cow::Owned(html.replace("\r\n", "\n").replace('\r', "\n").replace('\0', ""))
}

/// The source on its way into the builder.
struct Feed<'a> {
    html: &'a str,
    /// The same, shared by everything that is cut out of it.
    source: StrTendril,
    at: usize,
    builder: Builder,
    limiter: Limiter<'a>,
}

impl<'a> Feed<'a> {
    fn run(&mut self) {
        while self.at < self.html.len() {
            let markup = self.next_markup();
            self.text(markup);
            self.markup();
        }
        self.send(Any::EOFToken);
        self.builder.end();
    }

    /// Sends what asks for nothing in return.
    fn send(&self, token: Any) {
        drop(self.builder.process_token(token, 1));
    }

    /// Where the next tag or comment begins; a `<` that begins neither is text.
    fn next_markup(&self) -> usize {
        let bytes = self.html.as_bytes();
        let mut at = self.at;
        while let Some(found) = memchr(b'<', &bytes[at..]) {
            match bytes.get(at + found + 1) {
                Some(next) if next.is_ascii_alphabetic() || b"/!?".contains(next) => return at + found,
                _ => at += found + 1,
            }
        }
        bytes.len()
    }

    /// Sends text up to a place, its references resolved.
    fn text(&mut self, end: usize) {
        if self.at < end {
            let text = self.value(&self.html[self.at..end], Place::Text);
            self.send(Any::CharacterTokens(text));
            self.at = end;
        }
    }

    /// Sends text up to a place as it is.
    fn raw(&mut self, end: usize) {
        if self.at < end {
            let text = self.part(&self.html[self.at..end]);
            self.send(Any::CharacterTokens(text));
            self.at = end;
        }
    }

    /// A part of the source, its references resolved.
    fn value(&self, text: &str, place: Place) -> StrTendril {
        match resolved(text, place) {
            Cow::Borrowed(_) => self.part(text),
            Cow::Owned(text) => text.to_tendril(),
        }
    }

    /// A part of the source, shared with it.
    fn part(&self, text: &str) -> StrTendril {
        let start = text.as_ptr().addr().checked_sub(self.html.as_ptr().addr());
        // An attribute without value has one of ours.
        let inside = start.filter(|start| start + text.len() <= self.html.len());
        match (inside.map(u32::try_from), u32::try_from(text.len())) {
            (Some(Ok(start)), Ok(length)) => self.source.subtendril(start, length),
            _ => text.to_tendril(),
        }
    }

    fn markup(&mut self) {
        let rest = &self.html[self.at..];
        match rest.as_bytes() {
            [b'<', b'!', b'-', b'-', ..] => self.comment(self.at + comment_end(rest).unwrap_or(rest.len())),
            [b'<', b'!', ..] if rest.starts_with("<![CDATA[") && is_foreign(&self.builder) => self.section(rest),
            [b'<', b'/', b'>', ..] => self.at += "</>".len(),
            [b'<', b'/', letter, ..] if letter.is_ascii_alphabetic() => self.tag(TagKind::EndTag),
            // An end of the text is no end tag.
            [b'<', b'/'] => self.raw(self.html.len()),
            [b'<', b'!' | b'?' | b'/', ..] => self.comment(self.at + past(rest, ">")),
            [b'<', ..] => self.tag(TagKind::StartTag),
            _ => {}
        }
    }

    /// Sends a comment, which parts the text around it; nobody reads what it says.
    fn comment(&mut self, end: usize) {
        if self.limiter.keeps_comment() {
            self.send(Any::CommentToken(StrTendril::new()));
        }
        self.at = end;
    }

    /// Sends the text of a CDATA section.
    fn section(&mut self, rest: &str) {
        const START: &str = "<![CDATA[";
        const END: &str = "]]>";
        let end = self.at + past(rest, END);
        self.at += START.len();
        self.raw(if rest[..end - self.at + START.len()].ends_with(END) { end - END.len() } else { end });
        self.at = end;
    }

    fn tag(&mut self, kind: TagKind) {
        let Some(tag) = tag(self.html, self.at, kind == TagKind::EndTag) else {
            // A tag that never ends is no tag, and no text either.
            self.at = self.html.len();
            return;
        };
        self.at = tag.range.end;
        if !self.limiter.keeps(&tag, || is_foreign(&self.builder)) {
            return;
        }
        match self.builder.process_token(Any::TagToken(self.token(&tag, kind)), 1) {
            TokenSinkResult::RawData(RawKind::Rcdata) => self.text(raw_end(self.html, self.at, tag.name)),
            TokenSinkResult::RawData(_) => self.raw(raw_end(self.html, self.at, tag.name)),
            TokenSinkResult::Plaintext => self.raw(self.html.len()),
            TokenSinkResult::Continue | TokenSinkResult::Script(_) | TokenSinkResult::EncodingIndicator(_) => {}
        }
    }

    fn token(&self, tag: &Tag<'a>, kind: TagKind) -> Token {
        let mut attrs: Vec<Attribute> = Vec::new();
        let mut repeats = false;
        for (name, value) in tag.attributes() {
            let name = QualName::new(None, ns!(), local_name(name));
            if attrs.iter().any(|attribute| attribute.name == name) {
                repeats = true;
            } else {
                attrs.push(Attribute { name, value: self.value(value, Place::Attribute) });
            }
        }
        let name = local_name(tag.name);
        Token { kind, name, self_closing: tag.ends_itself(), attrs, had_duplicate_attributes: repeats }
    }
}

/// Whether what comes next stands in a drawing or formula.
fn is_foreign(builder: &Builder) -> bool {
    builder.adjusted_current_node_present_but_not_in_html_namespace()
}

fn local_name(name: &str) -> LocalName {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        LocalName::from(name.to_ascii_lowercase())
    } else {
        LocalName::from(name)
    }
}

/// The place past the first occurrence; the end of the text where there is none.
fn past(text: &str, needle: &str) -> usize {
    memchr::memmem::find(text.as_bytes(), needle.as_bytes()).map_or(text.len(), |found| found + needle.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use scraper::{ElementRef, Node};
    use std::fmt::Write;

    use super::*;
    use crate::parse::limit::DEEPEST;

    /// Everything of a tree but the words of comments.
    fn shape(html: &Html) -> String {
        let mut shape = String::new();
        let mut pending = vec![Some(html.tree.root())];
        while let Some(node) = pending.pop() {
            let Some(node) = node else {
                shape.push(')');
                continue;
            };
            match node.value() {
                Node::Element(element) => {
                    write!(shape, "({:?}", element.name).unwrap();
                    element.attrs.iter().for_each(|(name, value)| write!(shape, "{name:?}{:?}", &**value).unwrap());
                }
                Node::Text(text) => write!(shape, "({:?}", &**text).unwrap(),
                _ => shape.push('('),
            }
            pending.push(None);
            pending.extend(node.children().rev().map(Some));
        }
        shape
    }

    #[test]
    fn the_tree_is_that_of_the_standard() {
        for html in [
            "a<!-->b<!--->c<!-- > -- --!>d<!x>e<?y>f</ z>g</>h",
            "<P ID=a id=b x='1'/y>b</P x=\"<i>\"><br/><p a=b/>c<p =d=\"e\">f<img src=\"a b",
            "1<2 && <3 </4> &amp;&copy;&#20013;<a href=\"?a&copy=1&lt;\">x</a",
            "<textarea>\n<b>&lt;</textarea><style><b>&lt;</style ><script>'</scripty>'</script>x<title>&amp;",
            "<svg viewbox=0><path/><style><b>x</b></style><![CDATA[<y>&lt;]]><title/>z</svg><![CDATA[w]]>",
            "<table>a<tr><td>b<p>c</table><b><p>d</b>e</p><pre>\n\nf</pre><plaintext></b>",
            "a\r\nb\rc\0d<math><mi>x</mi><annotation-xml encoding=text/html><p>y</annotation-xml></math>",
        ] {
            assert_eq!(shape(&build(html).0), shape(&Html::parse_fragment(html)), "{html}");
        }
    }

    proptest! {
        #[test]
        fn any_soup_of_tags_gives_the_tree_of_the_standard(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "<p>", "</p>", "<b>", "</b>", "<a href='x&amp;y&lty'>", "</a>", "<div class=a>", "</div>", "<li>", "<ul>",
                    "</ul>", "<table>", "<tr>", "<td>", "</table>", "<svg>", "</svg>", "<path d=1/>", "<br/>", "</br>",
                    "<!--", "-->", "--!>", "<!", ">", "<", "</", "=", "\"", "'", " ", "/", "&", "&#65", ";", "x", "中",
                    "<style>", "</style>", "<textarea>", "</textarea>", "<![CDATA[", "]]>", "<h1>", "</h2>", "<img a=\"",
                    "<pre>", "\n", "<select>", "<option>", "<math>", "<mi>", "<template>", "</template>", "<frameset>",
                    "<body a=b>", "</body>", "<html c>", "<form>", "</form>", "<title>", "</title>", "<iframe>", "</iframe>",
                ]),
                0..24,
            ),
        ) {
            let html = pieces.concat();
            prop_assert_eq!(shape(&build(&html).0), shape(&Html::parse_fragment(&html)));
        }
    }

    fn depth(html: &Html) -> usize {
        html.tree.nodes().filter_map(ElementRef::wrap).map(|element| element.ancestors().count()).max().unwrap_or(0)
    }

    #[test]
    fn deep_nesting_loses_tags_and_keeps_text() {
        let (html, dropped) = build(&format!("{}text{}after", "<div>".repeat(1000), "</div>".repeat(1000)));
        assert_eq!(usize::try_from(dropped.deep), Ok(1000 - DEEPEST));
        assert_eq!(depth(&html), DEEPEST + 1);
        let last = html.root_element().children().next_back().and_then(|last| last.value().as_text().cloned());
        assert_eq!(last.as_deref(), Some("after"));
    }

    #[test]
    fn drawings_nest_no_deeper_either() {
        for piece in ["<svg><style><g>", "<svg><link>", "<svg><title><g>", "<math><mi>"] {
            assert!(depth(&build(&piece.repeat(1000)).0) <= 2 * DEEPEST, "{piece}");
        }
    }

    #[test]
    fn shapes_that_close_themselves_do_not_nest() {
        let (_, dropped) = build(&format!("<svg>{}</svg>", "<path/>".repeat(1000)));
        assert_eq!(dropped, Dropped::default());
    }

    #[test]
    fn elements_beyond_the_last_that_is_read_are_counted_apart() {
        assert_eq!(build(&"<p>a</p>".repeat(100_007)).1, Dropped { deep: 0, surplus: 7 });
    }

    #[test]
    fn a_tag_of_too_many_attributes_is_left_out() {
        let (html, dropped) = build(&format!("<p {}>a</p>", "x ".repeat(1000)));
        assert_eq!((depth(&html), dropped.deep), (1, 1));
    }
}
