//! Where the parts of a page stand: its scripts, its meta tags and the few elements that are read from it.

use std::ops::Range;

use super::markup::{Tag, Tags};
use super::nesting::Nesting;

/// The parts of a page that matter, found in one scan.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    html: &'a str,
    scripts: Vec<Range<usize>>,
    metas: Vec<(&'a str, &'a str)>,
    /// What stands in the title bar; empty on pages as the site sends them.
    pub(super) title: Option<&'a str>,
    elements: Vec<Element<'a>>,
    /// Whether the page is there to its end.
    pub(super) ending: Ending,
}

/// How a page ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// With `</html>`, after everything that was read from it.
    Whole,
    /// Without it.
    Missing,
    /// Inside a tag, a comment or a script.
    Cut,
}

#[derive(Debug)]
struct Element<'a> {
    id: &'a str,
    name: &'a str,
    content: Range<usize>,
    /// Open elements of this name, itself among them; none once it is closed.
    open: usize,
    /// The same past the end tags that tables keep to themselves.
    nesting: Nesting,
    /// Where it ends by that, which is where browsers end it; `None` where a table is left open.
    end: Option<usize>,
}

impl Element<'_> {
    fn note(&mut self, tag: &Tag<'_>) {
        if self.open > 0 && tag.is(self.name) {
            self.open = if tag.closes { self.open - 1 } else { self.open + 1 };
            self.content.end = tag.range.start;
        }
        self.nesting.note(tag, self.name);
        self.end = self.nesting.is_closed().then_some(tag.range.start);
    }
}

/// The elements that are read by their `id`.
const IDS: [&str; 16] = [
    "js_article",
    "js_content",
    "content_tpl",
    "activity-name",
    "js_name",
    "publish_time",
    "js_author_name",
    "js_image_desc",
    "js_mpvedio",
    "js_share_content_page_hd",
    "js_text_desc",
    "js_text_title",
    "js_video_desc",
    "video_title",
    "js_share_source",
    "js_access_msg",
];

impl<'a> Outline<'a> {
    pub(super) fn of(html: &'a str) -> Self {
        let mut outline = Self {
            html,
            scripts: Vec::new(),
            metas: Vec::new(),
            title: None,
            elements: Vec::new(),
            ending: Ending::Missing,
        };
        let mut tags = Tags::new(html);
        for tag in tags.by_ref() {
            outline.note(&tag);
        }
        if tags.cut {
            outline.ending = Ending::Cut;
        }
        outline
    }

    fn note(&mut self, tag: &Tag<'a>) {
        if tag.closes && tag.is("html") {
            self.ending = Ending::Whole;
        }
        if tag.is("title") && self.title.is_none() {
            self.title = tag.raw.clone().map(|title| &self.html[title]);
        }
        if tag.is("meta") {
            let name = tag.attribute("property").or_else(|| tag.attribute("name"));
            self.metas.extend(name.zip(tag.attribute("content")));
        }
        self.follow(tag);
        if let Some(content) = tag.raw.clone().filter(|_| tag.is("script")) {
            self.scripts.push(content);
        }
    }

    /// Keeps count of the elements that are being followed, and begins to follow another.
    fn follow(&mut self, tag: &Tag<'a>) {
        self.elements.iter_mut().filter(|element| element.end.is_none()).for_each(|element| element.note(tag));
        if tag.closes {
            return;
        }
        let id = tag.attribute("id").and_then(|id| IDS.iter().find(|known| **known == id));
        if let Some(id) = id.filter(|id| self.elements.iter().all(|element| element.id != **id)) {
            let (content, open) = match tag.raw.clone() {
                Some(raw) => (raw, 0),
                None => (tag.range.end..tag.range.end, 1),
            };
            let end = (open == 0).then_some(content.end);
            self.elements.push(Element { id, name: tag.name, content, open, nesting: Nesting::new(), end });
            // An end before the content is not the end of the page.
            self.ending = Ending::Missing;
        }
    }

    /// What stands inside the element of this `id`; `None` where it is missing or not closed.
    pub(super) fn element(&self, id: &str) -> Option<&'a str> {
        let element = self.elements.iter().find(|element| element.id == id)?;
        let end = element.end.or_else(|| (element.open == 0).then_some(element.content.end))?;
        Some(&self.html[element.content.start..end])
    }

    /// Whether the page has an element of this `id`, closed or not.
    pub(super) fn has(&self, id: &str) -> bool {
        self.elements.iter().any(|element| element.id == id)
    }

    /// The content of a meta tag, by its `property` or `name`, as written.
    pub(super) fn meta(&self, name: &str) -> Option<&'a str> {
        self.metas.iter().find(|(found, _)| *found == name).map(|(_, content)| *content)
    }

    /// The scripts, in order.
    pub(super) fn scripts(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.scripts.iter().map(|range| &self.html[range.clone()])
    }

    /// The address that a browser notes at the top of a page it saves.
    pub(super) fn saved_from(&self) -> Option<&'a str> {
        let top = &self.html[..self.html.floor_char_boundary(2000)];
        let (_, rest) = ["saved from url=", "url: "].iter().find_map(|mark| top.split_once(mark))?;
        let start = rest.find("http")?;
        let address = rest.get(start..)?.split(|char: char| char.is_whitespace() || char == '"').next()?;
        (start < 10).then_some(address)
    }

    /// The byline of pages up to about 2019: the first of the lines above the content that has neither `id` nor link.
    pub(super) fn byline(&self) -> Option<&'a str> {
        let content = self.elements.iter().find(|element| element.id == "js_content")?.content.start;
        let above = &self.html[..content];
        let (_, rest) = above.split_once("<em class=\"rich_media_meta rich_media_meta_text\">")?;
        rest.split('<').next()
    }

    /// The page without its scripts: all that a reader of an unexecuted page could see.
    pub(super) fn without_scripts(&self) -> String {
        let mut text = String::new();
        let mut at = 0;
        for script in &self.scripts {
            text.push_str(&self.html[at..script.start]);
            at = script.end;
        }
        text.push_str(&self.html[at..]);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_ends_with_its_own_end_tag() {
        let html = r#"<div id="js_content"><div>a</div><p>b</p></div><div>c</div></html>"#;
        let outline = Outline::of(html);
        assert_eq!(outline.element("js_content"), Some("<div>a</div><p>b</p>"));
        assert_eq!(outline.ending, Ending::Whole);
    }

    #[test]
    fn stray_end_tags_in_a_cell_end_nothing_around() {
        let html = r#"<div id="js_content"><table><tr><td>a</div></td></tr></table>b</div></html>"#;
        let content = Outline::of(html).element("js_content").map(|content| content.ends_with("</table>b"));
        assert_eq!(content, Some(true));
    }

    #[test]
    fn an_element_with_a_table_left_open_ends_with_its_end_tag() {
        let html = r#"<div id="js_content"><table><tr><td>a</div><p>b</p></html>"#;
        assert_eq!(Outline::of(html).element("js_content"), Some("<table><tr><td>a"));
    }

    #[test]
    fn an_element_named_in_a_script_is_none() {
        let outline = Outline::of(r#"<script>'<div id="js_content">x</div>'</script></html>"#);
        assert!(!outline.has("js_content"));
    }

    #[test]
    fn an_unclosed_element_is_not_given_out() {
        let outline = Outline::of(r#"<div id="js_content"><p>a</p>"#);
        assert!(outline.has("js_content"));
        assert_eq!(outline.element("js_content"), None);
        assert_eq!(outline.ending, Ending::Missing);
    }

    #[test]
    fn an_early_end_tag_does_not_make_a_page_whole() {
        assert_eq!(Outline::of("<html></html><div id='js_content'></div>").ending, Ending::Missing);
        assert_eq!(Outline::of("<html></html><script>var a").ending, Ending::Cut);
    }
}
