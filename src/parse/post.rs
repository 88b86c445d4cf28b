//! Reads the bodies of posts, which keep their content in scripts rather than in the page (anatomy §2.4, §2.5).

use super::dom::Dom;
use super::escape::html_decode;
use super::heading::Headings;
use super::meta::Source;
use super::value::Value;
use super::{body, caption};
use crate::model::{
    Article, ArticleKind, Block, Card, CardKind, Image, ImageUrl, Inline, InlineKind, Oddities, Oddity,
};

/// Fills in the body of a post that is no article.
pub(super) fn read(source: &Source<'_>, article: &mut Article) {
    match article.kind {
        ArticleKind::Pictures => pictures(source, article),
        ArticleKind::Text => text(source, article),
        ArticleKind::Video => media(source, article, CardKind::Video),
        ArticleKind::Audio => media(source, article, CardKind::Audio),
        ArticleKind::Music => media(source, article, CardKind::Music),
        ArticleKind::Article | ArticleKind::Repost | ArticleKind::Short | ArticleKind::Unknown => {
            summary(source, article);
        }
    }
}

/// The pictures in order, then the caption, whose links such as 图1 lead to the pictures.
fn pictures(source: &Source<'_>, article: &mut Article) {
    let pictures = picture_list(source);
    let addresses: Vec<String> = pictures.iter().map(|picture| picture.url.as_str().to_owned()).collect();
    if article.cover.is_none() {
        article.cover = pictures.first().map(|picture| picture.url.clone());
    }
    article.body = pictures.into_iter().map(|picture| paragraph(InlineKind::Image(picture))).collect();
    if article.body.is_empty() {
        add(article, element_body(source));
    }
    let caption = source.cgi_text(&["content_noencode"]).or_else(|| source.cgi_text(&["desc"]));
    let caption = caption.or_else(|| source.variables.text(&["ContentNoEncode", "desc"])).map(str::to_owned);
    let caption =
        caption.or_else(|| caption::rendered(source, "js_image_desc")).or_else(|| caption::written_by_script(source));
    // A post of pictures without a caption has its title for one.
    let caption = caption.or_else(|| article.description.clone()).unwrap_or_else(|| article.title.clone());
    add(article, caption::blocks(&caption, &addresses));
}

fn picture_list(source: &Source<'_>) -> Vec<Image> {
    let cgi = source.variables.cgi.at(&["picture_page_info_list"]);
    let list = if cgi.items().is_empty() { source.variables.value("picture_page_info_list") } else { cgi };
    let pictures: Vec<Image> = list.items().iter().filter_map(picture).collect();
    if pictures.is_empty() { rendered_pictures(source) } else { pictures }
}

/// The pictures that the page's own script laid out, in a page that a browser saved.
fn rendered_pictures(source: &Source<'_>) -> Vec<Image> {
    let dom = Dom::parse(source.outline.element("js_article").unwrap_or_default());
    let items = dom.root().descendants().filter(|element| element.has_class("swiper_item"));
    let addresses = items.filter_map(|item| ImageUrl::parse(item.first_attribute(&["data-src"])?));
    addresses.map(|url| Image { url, alt: String::new(), size: None }).collect()
}

/// A picture by its own address; `share_cover` and `watermark_info` hold crops and copies.
fn picture(item: &Value) -> Option<Image> {
    let number = |name| item.at(&[name]).text().and_then(|text| text.parse().ok()).filter(|number| *number > 0);
    let url = ImageUrl::parse(&html_decode(item.at(&["cdn_url"]).text()?))?;
    Some(Image { url, alt: String::new(), size: number("width").zip(number("height")) })
}

/// The text; its beginning becomes the title where the author gave none.
fn text(source: &Source<'_>, article: &mut Article) {
    let info = ["text_page_info", "content_noencode"];
    let written = source.cgi_text(&info).or_else(|| source.cgi_text(&["content_noencode"]));
    let written = written.or_else(|| source.variables.text(&["TextContentNoEncode", "ContentNoEncode"]));
    let of_server = source.variables.value("__QMTPL_SSR_DATA__").at(&["desc"]);
    let written = written.or_else(|| of_server.text()).map(str::to_owned);
    let written = written.or_else(|| caption::rendered(source, "js_text_desc"));
    let caption = written.or_else(|| source.cgi_text(&["title"]).map(str::to_owned));
    // On pages of about 2018 the title is the whole text, line ends and all.
    let of_share = || source.variables.text(&["title"]).filter(|title| title.contains('\n')).map(str::to_owned);
    let caption = caption.or_else(of_share).unwrap_or_else(|| article.title.clone());
    add(article, caption::blocks(&caption, &[]));
    article.body.extend(text_pictures(source).into_iter().map(|picture| paragraph(InlineKind::Image(picture))));
    let titled =
        source.cgi_text(&["text_page_info", "is_user_title"]).is_some_and(|flag| flag == "1" || flag == "true");
    if !titled {
        article.title = caption::shortened(&article.title, 30);
    }
}

/// The pictures below a text.
fn text_pictures(source: &Source<'_>) -> Vec<Image> {
    let info = source.variables.cgi.at(&["text_page_info"]);
    let pictures: Vec<Image> = info.at(&["picture_info"]).items().iter().filter_map(picture).collect();
    if !pictures.is_empty() {
        return pictures;
    }
    let addresses = info.at(&["short_msg_pic_url"]).items().iter().filter_map(Value::text);
    let urls = addresses.filter_map(|address| ImageUrl::parse(&html_decode(address)));
    urls.map(|url| Image { url, alt: String::new(), size: None }).collect()
}

/// A card that names the recording, and what is said about it.
fn media(source: &Source<'_>, article: &mut Article, kind: CardKind) {
    let old = &source.variables.old_cgi;
    let infos = source.variables.cgi.at(&["video_page_infos"]).items().first();
    let video = old.at(&["vid"]).text().or_else(|| infos.and_then(|info| info.at(&["video_id"]).text()));
    let video = video.or_else(|| source.variables.text(&["vid"]));
    let voice = source.variables.text(&["voiceid"]).or_else(|| old.at(&["voiceid"]).text());
    let voices = source.variables.cgi.at(&["voice_in_appmsg"]).items().first();
    let voice = voice.or_else(|| voices.and_then(|voice| voice.at(&["voice_id"]).text()));
    let url = match kind {
        CardKind::Audio => voice.map(|id| format!("https://res.wx.qq.com/voice/getvoice?mediaid={id}")),
        _ => old.at(&["source_link"]).text().and_then(super::link::target),
    };
    let detail = video.map(str::to_owned);
    let card = Card {
        kind,
        name: article.title.clone(),
        detail,
        url,
        id: voice.map(str::to_owned),
        alias: None,
        cover: article.cover.clone(),
    };
    article.body.push(paragraph(InlineKind::Card(card)));
    article.oddities.add(Oddity::MediaNotKept);
    let written = source.cgi_text(&["content_noencode"]).or_else(|| source.variables.text(&["videoContentNoEncode"]));
    let caption = written
        .map(str::to_owned)
        .or_else(|| caption::written_by_script(source))
        .or_else(|| article.description.clone());
    let caption = caption.filter(|caption| *caption != article.title);
    add(article, caption::blocks(&caption.unwrap_or_default(), &[]));
}

/// What the page says of itself, where its kind is not known or has nothing more.
fn summary(source: &Source<'_>, article: &mut Article) {
    article.oddities.add(Oddity::UnknownKind);
    let written = source.cgi_text(&["content_noencode"]).map(str::to_owned);
    let html = source.body().filter(|html| ["<p", "<section", "<div"].iter().any(|tag| html.contains(tag)));
    add(article, html.map_or_else(|| element_body(source), |html| body::read(html, Headings::Marked)));
    if article.body.is_empty() {
        let caption = written.or_else(|| article.description.clone()).unwrap_or_default();
        add(article, caption::blocks(&caption, &[]));
    }
    if article.body.is_empty() {
        article.body.extend(
            article
                .cover
                .clone()
                .map(|url| paragraph(InlineKind::Image(Image { url, alt: String::new(), size: None }))),
        );
    }
}

fn element_body(source: &Source<'_>) -> (Vec<Block>, Oddities) {
    source.outline.element("js_content").map(|html| body::read_caption(html, &[])).unwrap_or_default()
}

fn add(article: &mut Article, (blocks, oddities): (Vec<Block>, Oddities)) {
    article.body.extend(blocks);
    article.oddities.extend(&oddities);
}

fn paragraph(kind: InlineKind) -> Block {
    Block::Paragraph(vec![Inline::plain(kind)])
}
