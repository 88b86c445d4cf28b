//! Reads what a page says about its article: from the page data, then variables, then elements, then og tags
//! (anatomy §2, §8).

use super::escape::{decode_meta, html_decode};
use super::markup::{Likeness, likeness, visible_length};
use super::outline::Outline;
use super::value::Value;
use super::variables::Variables;
use super::{identity, time};
use crate::model::{Account, Article, ArticleKind, ImageUrl, Oddities, Oddity, Origin, Reprint};

/// Everything that a page says, unread.
pub(super) struct Source<'a> {
    /// Where its parts stand.
    pub(super) outline: &'a Outline<'a>,
    /// What its scripts set.
    pub(super) variables: &'a Variables,
    /// The address that answered.
    pub(super) url: &'a str,
}

impl Source<'_> {
    /// A text of the page data, by its path.
    pub(super) fn cgi_text(&self, path: &[&str]) -> Option<&str> {
        self.variables.cgi.at(path).text()
    }

    /// The HTML of an article's body: the element, or what the scripts keep where that is clearly more (anatomy §8).
    ///
    /// Both hold the same text in ordinary articles; a re-post shows a card and keeps its text in the scripts.
    pub(super) fn body(&self) -> Option<&str> {
        let element = self.outline.element("js_content");
        let in_data = self.variables.cgi.at(&["content_noencode"]).text();
        let likeness = match (element, in_data) {
            // The same bytes in most pages, which need not be read to be compared.
            (Some(element), Some(data)) if element.trim_ascii() == data.trim_ascii() => Likeness::Same,
            (Some(element), Some(data)) => likeness(element, data),
            _ => Likeness::Other,
        };
        let in_data = match likeness {
            Likeness::Same => None,
            // Stray tags may end the element early.
            Likeness::Beginning => return in_data,
            Likeness::Other => in_data,
        };
        let candidates = [in_data, self.outline.element("content_tpl")];
        candidates.into_iter().flatten().fold(element, |best, candidate| match best {
            Some(best) if visible_length(candidate) <= visible_length(best) * 6 / 5 + 40 => Some(best),
            _ => Some(candidate),
        })
    }

    /// Whether only the free part of a paid article is shown.
    pub(super) fn is_preview(&self) -> bool {
        let paid = self.cgi_text(&["is_pay_subscribe"]).or_else(|| self.variables.text(&["is_pay_subscribe"]));
        let bought = self.cgi_text(&["user_info", "is_paid"]) == Some("1");
        let body = self.cgi_text(&["content_noencode"]);
        paid == Some("1") && !bought && body.is_none_or(|body| body.contains("mp-pay-preview-filter"))
    }

    /// A text of the page data or else a variable, entities resolved.
    fn text(&self, cgi: &[&str], variables: &[&str]) -> Option<String> {
        let cgi = cgi.iter().find_map(|name| self.cgi_text(&[name]));
        cgi.or_else(|| self.variables.text(variables)).map(html_decode).filter(|text| !text.trim().is_empty())
    }

    /// The words of an element, by its `id`.
    fn element(&self, id: &str) -> Option<String> {
        let html = self.outline.element(id)?;
        let text = super::dom::Dom::parse(html).root().text().into_owned();
        Some(words(&text)).filter(|text| !text.is_empty())
    }

    /// The content of the first of some meta tags that has one.
    fn meta(&self, names: &[&str]) -> Option<String> {
        let content =
            names.iter().find_map(|name| self.outline.meta(name).filter(|content| !content.trim().is_empty()));
        content.map(decode_meta)
    }
}

/// Reads the article's metadata; its body is still empty.
pub(super) fn read(source: &Source<'_>) -> Article {
    let identity::Identity { key, claim, short_code, sn } = identity::read(source);
    let account = account(source);
    let origin = origin(source);
    let cover = cover(source);
    let mut article = Article {
        kind: kind(source, origin),
        key,
        claim,
        short_code,
        sn,
        title: title(source).unwrap_or_default(),
        author: author(source).filter(|author| *author != account.name),
        account,
        description: description(source),
        published: published(source),
        modified: source.text(&["modify_time"], &["modify_time"]).and_then(|text| time::read(&text)),
        crops: crops(source, cover.as_ref()),
        cover,
        origin,
        reprint: reprint(source),
        source_url: source.text(&["source_url"], &["msg_source_url"]).map(|url| link(&url)),
        tags: tags(source),
        region: region(source),
        body: Vec::new(),
        oddities: Oddities::default(),
    };
    let missing = [article.key.is_none(), article.account.name.is_empty(), article.published.is_none()];
    missing.iter().filter(|missing| **missing).for_each(|_| article.oddities.add(Oddity::MissingMetadata));
    article
}

/// Words on one line, with single blanks between them, and without what no reader sees.
pub(super) fn words(text: &str) -> String {
    let shown = |word: &str| word.chars().filter(|char| !is_invisible(*char)).collect::<String>();
    text.split_whitespace().map(shown).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a character shows nothing, or turns the direction of what follows; the joiner of emoji is none of them.
fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(char, '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// An address as it is to be kept: canonical where it is an article's, without private parameters.
fn link(url: &str) -> String {
    super::link::target(url).unwrap_or_else(|| url.trim().to_owned())
}

fn kind(source: &Source<'_>, origin: Origin) -> ArticleKind {
    let number = source.text(&["item_show_type", "real_item_show_type"], &["item_show_type", "real_item_show_type"]);
    match number.as_deref() {
        Some("0") | None if origin == Origin::Repost => ArticleKind::Repost,
        Some("0") => ArticleKind::Article,
        None => kind_of_elements(source.outline),
        Some("5") => ArticleKind::Video,
        Some("6") => ArticleKind::Music,
        Some("7") => ArticleKind::Audio,
        Some("8") => ArticleKind::Pictures,
        Some("10") => ArticleKind::Text,
        Some("17") => ArticleKind::Short,
        Some(_) => ArticleKind::Unknown,
    }
}

/// The kind by what stands in the page, for pages saved without their scripts.
fn kind_of_elements(outline: &Outline<'_>) -> ArticleKind {
    if outline.has("js_image_desc") || outline.has("js_share_content_page_hd") {
        ArticleKind::Pictures
    } else if outline.has("js_text_desc") {
        ArticleKind::Text
    } else if outline.has("js_video_desc") || outline.has("js_mpvedio") {
        ArticleKind::Video
    } else {
        ArticleKind::Article
    }
}

fn origin(source: &Source<'_>) -> Origin {
    let cgi = source.cgi_text(&["copyright_info", "copyright_stat"]);
    match cgi.or_else(|| source.variables.text(&["copyright_stat", "_copyright_stat"])) {
        Some("1") => Origin::Original,
        Some("2") => Origin::Repost,
        _ => Origin::Unmarked,
    }
}

fn title(source: &Source<'_>) -> Option<String> {
    let of_script = source.text(&["title"], &["msg_title", "title"]);
    of_script
        .or_else(|| source.element("activity-name"))
        .or_else(|| source.element("js_text_title"))
        .or_else(|| source.element("video_title"))
        .or_else(|| source.meta(&["og:title", "twitter:title"]))
        .or_else(|| source.outline.title.map(html_decode).filter(|title| title.trim() != "微信公众平台"))
        .map(|title| words(&title))
        .filter(|title| !title.is_empty())
}

fn account(source: &Source<'_>) -> Account {
    let name = source.text(&["nick_name"], &["nickname", "nick_name"]).or_else(|| source.element("js_name"));
    Account {
        name: name.map(|name| words(&name)).unwrap_or_default(),
        id: source.text(&["user_name"], &["user_name"]),
        alias: source.text(&["alias"], &["alias"]),
    }
}

fn author(source: &Source<'_>) -> Option<String> {
    let of_script = source.text(&["author"], &["author"]);
    of_script
        .or_else(|| source.meta(&["author", "og:article:author", "twitter:creator"]))
        .or_else(|| source.element("js_author_name"))
        .or_else(|| source.outline.byline().map(html_decode))
        .map(|author| words(&author))
        .filter(|author| !author.is_empty())
}

fn description(source: &Source<'_>) -> Option<String> {
    let of_script = source.text(&["desc"], &["msg_desc", "desc"]);
    let text = of_script.or_else(|| source.meta(&["og:description", "description"]))?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn published(source: &Source<'_>) -> Option<jiff::Timestamp> {
    let cgi = ["ori_create_time", "create_timestamp", "ori_send_time"].iter().find_map(|name| source.cgi_text(&[name]));
    let seconds = cgi.or_else(|| source.variables.text(&["ct", "oriCreateTime", "create_time"]));
    let local = || source.cgi_text(&["create_time"]).or_else(|| source.variables.text(&["publish_time"]));
    seconds
        .and_then(time::read)
        .or_else(|| local().and_then(time::read))
        .or_else(|| source.element("publish_time").as_deref().and_then(time::read))
}

/// The cover as uploaded; the others are crops of it (anatomy §2.8).
fn cover(source: &Source<'_>) -> Option<ImageUrl> {
    let uploaded = source.text(&["cdn_url"], &["msg_cdn_url", "cdn_url"]);
    let crops = || source.text(&["cdn_url_235_1", "cdn_url_16_9", "cdn_url_1_1"], &["cdn_url_235_1", "cdn_url_1_1"]);
    let of_video = || source.variables.old_cgi.at(&["cdn_url"]).text().map(html_decode);
    let url = uploaded.or_else(crops).or_else(of_video).or_else(|| source.meta(&["og:image", "twitter:image"]))?;
    ImageUrl::parse(&url)
}

/// The crops that are offered beside a cover, the widest first, each once.
fn crops(source: &Source<'_>, cover: Option<&ImageUrl>) -> Vec<ImageUrl> {
    let names = ["cdn_url_235_1", "cdn_url_16_9", "cdn_url_1_1", "cdn_url_3_4"];
    let offered = names.iter().filter_map(|name| source.text(&[name], &[name])).filter_map(|url| ImageUrl::parse(&url));
    let mut crops: Vec<ImageUrl> = Vec::new();
    for crop in offered {
        if cover.into_iter().chain(&crops).all(|known| known.key() != crop.key()) {
            crops.push(crop);
        }
    }
    crops
}

fn reprint(source: &Source<'_>) -> Option<Reprint> {
    let field = |name| source.cgi_text(&["copyright_info", name]).map(html_decode);
    let reprint = Reprint { account: field("platform"), url: field("reprint_url").map(|url| link(&url)) };
    (reprint.account.is_some() || reprint.url.is_some()).then_some(reprint)
}

/// Tags at most; a page can name any number.
const MOST_TAGS: usize = 100;

fn tags(source: &Source<'_>) -> Vec<String> {
    let album = |album: &Value| album.at(&["title"]).text().map(html_decode);
    let cgi = &source.variables.cgi;
    let named = cgi.at(&["public_tag_info", "tags"]).items().iter();
    let named = named.filter_map(|tag| tag.at(&["tag_name"]).text().map(html_decode));
    let albums = source.variables.value("album_info_list").items().iter().filter_map(album);
    let mut tags: Vec<String> = Vec::new();
    for tag in named.chain(album(cgi.at(&["appmsgalbuminfo"]))).chain(albums) {
        let tag = words(tag.trim_start_matches('#'));
        if tags.len() < MOST_TAGS && !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// The region beside the account: the province in China, else the country.
fn region(source: &Source<'_>) -> Option<String> {
    let place = |name| source.cgi_text(&["ip_wording", name]).map(html_decode);
    place("province_name").or_else(|| place("country_name"))
}
