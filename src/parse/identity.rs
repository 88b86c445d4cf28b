//! Reads which article a page is (anatomy §1.3).

use super::escape::html_decode;
use super::meta::Source;
use crate::model::{ArticleKey, ArticleUrl, Biz, Claim, Key, ShortCode};

/// What a page says of its own identity.
#[derive(Debug, Default)]
pub(super) struct Identity {
    pub(super) key: Option<ArticleKey>,
    pub(super) claim: Claim,
    pub(super) short_code: Option<ShortCode>,
    pub(super) sn: Option<String>,
}

/// Reads the ids of the page data, then of its variables, then of its own address.
pub(super) fn read(source: &Source<'_>) -> Identity {
    let links: Vec<ArticleUrl> = own_links(source).collect();
    let claim = of_fields(source);
    let key = claim.key().or_else(|| links.iter().find_map(|link| article_key(link.key())));
    let sn = source.cgi_text(&["sn"]).or_else(|| source.variables.text(&["sn"])).map(str::to_owned);
    let sn = sn.filter(|sn| sn.len() == 32 && sn.bytes().all(|byte| byte.is_ascii_hexdigit()));
    Identity {
        sn: sn.or_else(|| links.iter().find_map(|link| link.sn().map(str::to_owned))),
        short_code: short_code(source, &links),
        key,
        claim,
    }
}

fn of_fields(source: &Source<'_>) -> Claim {
    let first = |cgi: &[&str], names: &[&str]| {
        let values = cgi.iter().map(|name| source.variables.cgi.at(&[name]));
        let values = values.chain(names.iter().flat_map(|name| source.variables.all(name)));
        values.filter_map(|value| value.text()).map(str::to_owned).collect::<Vec<_>>()
    };
    let biz = first(&["bizuin"], &["biz"]).iter().find_map(|biz| Biz::parse(biz).ok());
    let mid = first(&["mid"], &["mid", "appmsgid"]).iter().find_map(|mid| mid.parse().ok().filter(|mid| *mid > 0));
    let idx = first(&["idx"], &["idx", "itemidx"]).iter().find_map(|idx| idx.parse().ok().filter(|idx| *idx > 0));
    Claim { biz, mid, idx }
}

/// The addresses that the page gives as its own.
fn own_links<'a>(source: &'a Source<'_>) -> impl Iterator<Item = ArticleUrl> + 'a {
    let cgi = source.variables.cgi.at(&["link"]).text();
    let variables = ["msg_link", "link"].into_iter().filter_map(|name| source.variables.text(&[name]));
    let meta = source.outline.meta("og:url").into_iter().chain(source.outline.saved_from());
    cgi.into_iter().chain(variables).chain(meta).filter_map(|link| ArticleUrl::parse(&html_decode(link)))
}

/// The short code that the page gives itself, else the one it was asked by.
fn short_code(source: &Source<'_>, links: &[ArticleUrl]) -> Option<ShortCode> {
    let asked = ArticleUrl::parse(source.url);
    links.iter().chain(&asked).find_map(|link| match link.key() {
        Key::Short(code) => Some(code.clone()),
        Key::Article(_) => None,
    })
}

fn article_key(key: &Key) -> Option<ArticleKey> {
    match key {
        Key::Article(key) => Some(key.clone()),
        Key::Short(_) => None,
    }
}
