//! Reads what is embedded: sound, video, accounts, mini-programs and the like, as cards of one line (anatomy §3.10).

use super::body::Walk;
use super::dom::Element;
use super::escape::html_decode;
use super::flow::{Around, Flow};
use super::meta::words;
use crate::model::{Card, CardKind, ImageUrl, InlineKind, Oddity};

/// What an element embeds.
enum Embed {
    Card(CardKind),
    /// A picture that moves, from the editor's collection.
    Sticker,
    Advertisement,
    Nothing,
}

/// Reads an embedded element; `false` where the element is none.
pub(super) fn read(walk: &mut Walk<'_>, element: Element<'_>, around: Around<'_>, flow: &mut Flow) -> bool {
    let embed = embed(element);
    let element = player(element);
    let card = match embed {
        Embed::Nothing => return false,
        Embed::Card(CardKind::Product) if name(element).is_none() => None,
        Embed::Advertisement => None,
        Embed::Sticker => sticker(element),
        Embed::Card(kind) => Some(card(element, kind)),
    };
    let Some(card) = card else {
        walk.oddities.add(Oddity::DroppedAdvertisement);
        return true;
    };
    let is_player = element.name() == "embed";
    if is_player || matches!(card.kind, CardKind::Audio | CardKind::Music | CardKind::Video | CardKind::Channels) {
        walk.oddities.add(Oddity::MediaNotKept);
    } else if card.url.is_none() {
        walk.oddities.add(Oddity::CardWithoutLink);
    }
    flow.end_line();
    flow.line.push(InlineKind::Card(card), around.setting);
    flow.end_line();
    true
}

fn embed(element: Element<'_>) -> Embed {
    if element.has_class("js_tx_video_container") {
        return Embed::Card(CardKind::Video);
    }
    match element.name() {
        "mpvoice" | "mp-common-mpaudio" | "mp-common-claudio" | "audio" => Embed::Card(CardKind::Audio),
        "qqmusic" | "mp-common-qqmusic" | "mp-common-plain-music" => Embed::Card(CardKind::Music),
        "mpvideo" | "mp-common-video" | "video" => Embed::Card(CardKind::Video),
        "mpvideosnap" | "mp-common-videosnap" => Embed::Card(CardKind::Channels),
        "mpprofile" | "mp-common-profile" => Embed::Card(CardKind::Account),
        "mp-miniprogram" | "mp-weapp" | "mp-common-miniprogram" | "mp-common-gameprofile" => {
            Embed::Card(CardKind::MiniProgram)
        }
        "mp-common-vote" | "mpvote" => Embed::Card(CardKind::Vote),
        "mp-common-product" => Embed::Card(CardKind::Product),
        "mp-common-article" | "mp-common-read" => Embed::Card(CardKind::Article),
        "mppoi" | "mp-common-poi" => Embed::Card(CardKind::Place),
        "mp-common-search" | "mpsearch" | "mpgongyi" => Embed::Card(CardKind::Other),
        "mp-common-sticker" => Embed::Sticker,
        "mp-wxaproduct"
        | "mpproduct"
        | "mp-common-cpsad"
        | "mpcps"
        | "mp-cpslink"
        | "mp-common-shopprofile"
        | "mp-common-shoptag"
        | "mpshop"
        | "redpacketcover"
        | "mp-common-redpacketcover"
        | "mp-common-redpacket"
        | "mp-common-bluepacket" => Embed::Advertisement,
        "iframe" => Embed::Card(iframe(element)),
        // Players of other sites, in articles of the first years.
        "embed" if element.first_attribute(&["src"]).is_some() => Embed::Card(iframe(element)),
        _ => Embed::Nothing,
    }
}

/// The element that says what is embedded: the player inside the box that the site puts around videos of v.qq.com.
fn player(element: Element<'_>) -> Element<'_> {
    let is_box = element.has_class("js_tx_video_container") && element.name() != "iframe";
    let inside = || element.descendants().find(|found| matches!(found.name(), "iframe" | "video"));
    is_box.then(inside).flatten().unwrap_or(element)
}

/// What a frame shows, by the classes that the editor gives it and by its host.
fn iframe(element: Element<'_>) -> CardKind {
    let source = element.first_attribute(&["data-src", "src"]).unwrap_or_default();
    let is_video = element.has_class("video_iframe") || source.contains("v.qq.com") || source.contains("mpvideo");
    if is_video || element.attribute("data-mpvid").is_some() {
        CardKind::Video
    } else if element.has_class("vote_iframe") || element.has_class("js_editor_vote_card") {
        CardKind::Vote
    } else if element.has_class("js_editor_qqmusic") || element.has_class("qqmusic_iframe") {
        CardKind::Music
    } else if element.has_class("js_editor_audio") || element.has_class("audio_iframe") {
        CardKind::Audio
    } else {
        CardKind::Other
    }
}

fn card(element: Element<'_>, kind: CardKind) -> Card {
    let name = name(element).unwrap_or_default();
    let detail = detail(element, kind, &name).filter(|detail| *detail != name);
    let cover = element.first_attribute(&[
        "data-cover",
        "cover",
        "albumurl",
        "data-headimg",
        "data-miniprogram-imageurl",
        "data-miniprogram-avatar",
        "poster",
    ]);
    let cover = if kind == CardKind::Channels { element.first_attribute(&["data-url"]).or(cover) } else { cover };
    let cover = cover.map(decode).as_deref().and_then(ImageUrl::parse);
    let alias = element.first_attribute(&["data-alias"]).map(|alias| words(&decode(alias)));
    let alias = alias.filter(|alias| kind == CardKind::Account && !alias.is_empty());
    Card { kind, url: url(element, kind), id: id(element, kind), alias, cover, name, detail }
}

/// The name; attributes may be escaped twice, or percent-encoded.
fn name(element: Element<'_>) -> Option<String> {
    let written = element.first_attribute(&[
        "music_name",
        "musicname",
        "name",
        "data-miniprogram-title",
        "data-title",
        "data-nickname",
        "nickname",
        "data-miniprogram-nickname",
        "data-desc",
        "title",
        "data-name",
        "data-keyword",
        "data-mpvid",
        "vid",
    ]);
    let video = || video_id(element.first_attribute(&["data-src", "src"])?);
    written.or_else(video).map(|name| words(&decode(name))).filter(|name| !name.is_empty())
}

/// How many letters the name and the introduction of an account have together: a card announces, in one line, what the
/// page shows as a box.
const INTRODUCED: usize = 30;

/// How an account introduces itself, as far as there is room beside its name.
fn introduction(words: &str, name: &str) -> Option<String> {
    let room = INTRODUCED.saturating_sub(name.chars().count());
    (room >= 8).then(|| super::caption::shortened(words, room))
}

fn detail(element: Element<'_>, kind: CardKind, name: &str) -> Option<String> {
    let attribute = |names: &[&str]| element.first_attribute(names).map(|text| words(&decode(text)));
    match kind {
        CardKind::Audio => {
            let length = attribute(&["play_length"]).and_then(|length| duration(&length));
            let parts: Vec<String> = attribute(&["author"]).into_iter().chain(length).collect();
            Some(parts.join(" ")).filter(|detail| !detail.is_empty())
        }
        CardKind::Music => attribute(&["singer"]),
        CardKind::Video => attribute(&["data-mpvid", "vid"]),
        CardKind::Channels => attribute(&["data-desc", "data-intro"]).and_then(|words| introduction(&words, name)),
        CardKind::Account => attribute(&["data-signature"]).and_then(|words| introduction(&words, name)),
        CardKind::MiniProgram => attribute(&["data-miniprogram-nickname"]),
        CardKind::Place => attribute(&["data-address"]),
        CardKind::Vote | CardKind::Product | CardKind::Article | CardKind::Picture | CardKind::Other => None,
    }
}

/// The address that opens it on the web, as it stands in the page.
fn url(element: Element<'_>, kind: CardKind) -> Option<String> {
    let written = || {
        let source = element.first_attribute(&["data-src", "src", "data-url", "data-link", "url"])?;
        super::link::target(source).filter(|target| target.starts_with("http"))
    };
    match kind {
        CardKind::Audio | CardKind::Video | CardKind::Article | CardKind::Other => written(),
        _ => None,
    }
}

/// What the site knows it by.
fn id(element: Element<'_>, kind: CardKind) -> Option<String> {
    let names: &[&str] = match kind {
        CardKind::Audio => &["voice_encode_fileid", "data-voice_encode_fileid"],
        CardKind::Music => &["mid", "musicid"],
        CardKind::Video => &["data-mpvid", "vid"],
        CardKind::Account | CardKind::Channels => &["data-id"],
        CardKind::MiniProgram => &["data-miniprogram-appid"],
        CardKind::Vote => &["data-supervoteid", "data-voteid", "data-id"],
        _ => &[],
    };
    element.first_attribute(names).map(|id| html_decode(id.trim())).filter(|id| !id.is_empty())
}

/// The number of a video in the address of its player.
fn video_id(source: &str) -> Option<&str> {
    let (_, id) = source.split_once("vid=")?;
    let id = id.split(|char: char| !char.is_ascii_alphanumeric() && char != '_').next()?;
    Some(id).filter(|id| !id.is_empty())
}

/// A length in milliseconds as minutes and seconds; one that is written so already stays.
fn duration(length: &str) -> Option<String> {
    match length.parse::<u64>() {
        Ok(length) => {
            // No recording is shorter than a second: such a number counts seconds.
            let seconds = if length >= 1000 { length / 1000 } else { length };
            (seconds > 0).then(|| format!("{}:{:02}", seconds / 60, seconds % 60))
        }
        Err(_) => length.contains(':').then(|| length.to_owned()),
    }
}

/// Resolves what is left of double escaping, and percent escapes where they are text.
fn decode(text: &str) -> String {
    let text = html_decode(&html_decode(text));
    if !text.contains('%') {
        return text;
    }
    match percent_encoding::percent_decode_str(&text).decode_utf8() {
        Ok(decoded) => decoded.into_owned(),
        Err(_) => text,
    }
}

fn sticker(element: Element<'_>) -> Option<Card> {
    let url = element.first_attribute(&["data-emoji_url"])?;
    let cover = ImageUrl::parse(url);
    let url = Some(url.to_owned()).filter(|url| url.starts_with("http"));
    Some(Card { kind: CardKind::Picture, name: String::new(), detail: None, url, id: None, alias: None, cover })
}
