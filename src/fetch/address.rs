//! Reads the address of a request, and writes it for people: without private parameters.

use percent_encoding::percent_decode_str;
use url::Url;

use super::FetchError;
use crate::model::private_parameters;

/// Reads an address, without fragment and, on the site's own hosts, without private parameters.
pub(super) fn read(written: &str) -> Result<Url, FetchError> {
    let url = Url::parse(written.trim())
        .map_err(|error| FetchError::BadUrl { url: shown_text(written), why: error.to_string() })?;
    Ok(cleaned(url))
}

/// Reads where a redirect leads, relative to the address that redirects.
pub(super) fn redirected(from: &Url, location: &str) -> Result<Url, FetchError> {
    let url = from.join(location.trim()).map_err(|error| FetchError::BadUrl {
        url: shown_text(location),
        why: format!("{error}; `{}` redirects there", shown(from)),
    })?;
    Ok(cleaned(url))
}

/// The address for messages and records: without private parameters, whatever the host.
pub(super) fn shown(url: &Url) -> String {
    if !matches!(url.scheme(), "http" | "https") {
        return shown_text(url.as_str());
    }
    let mut url = url.clone();
    remove_private(&mut url);
    url.set_fragment(None);
    url.into()
}

/// A text that is no web address, as far as it has no private parameters and fits a message: it may be a whole picture.
fn shown_text(written: &str) -> String {
    const LONGEST: usize = 100;
    let written = written.trim();
    let is_private = !private_parameters(written).is_empty();
    let safe = written.split('?').next().filter(|_| is_private).unwrap_or(written);
    let start: String = safe.chars().take(LONGEST).collect();
    if start.len() < safe.len() { start + "…" } else { start }
}

/// On other hosts a `token` belongs to the address and not to a reader of WeChat: without it there is no picture.
fn cleaned(mut url: Url) -> Url {
    if url.host_str().is_some_and(is_wechat) {
        remove_private(&mut url);
    }
    url.set_fragment(None);
    url
}

fn is_wechat(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    ["weixin.qq.com", "qpic.cn", "qlogo.cn"].iter().any(|domain| {
        host.strip_suffix(domain).is_some_and(|subdomain| subdomain.is_empty() || subdomain.ends_with('.'))
    })
}

/// Takes out private pairs and leaves the others as they are, byte for byte.
fn remove_private(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_private(pair)).collect();
    if kept.len() < query.split('&').count() {
        let query = kept.join("&");
        url.set_query((!query.is_empty()).then_some(query.as_str()));
    }
}

/// Whether a pair is private, or is an address that has a private parameter (`target_url` of the captcha).
fn is_private(pair: &str) -> bool {
    !private_parameters(&format!("?{}", percent_decode_str(pair).decode_utf8_lossy())).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_parameters_reach_neither_a_request_nor_a_message() {
        let written = "https://mp.weixin.qq.com/s?__biz=MzA=&mid=1&%6bey=2&uin=3&pass_ticket=x&idx=1#rd";
        let url = read(written).expect("an address");
        assert_eq!(url.as_str(), "https://mp.weixin.qq.com/s?__biz=MzA=&mid=1&idx=1");
        assert_eq!(shown(&url), url.as_str());
    }

    #[test]
    fn an_address_inside_the_address_is_searched_too() {
        let base = read("https://mp.weixin.qq.com/s/abc").expect("an address");
        let location = "/mp/wappoc_appmsgcaptcha?poc_token=a&target_url=https%3A%2F%2Fx.cn%2Fs%3Fkey%3Db&hl=1";
        let url = redirected(&base, location).expect("an address");
        assert_eq!(url.as_str(), "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?hl=1");
    }

    #[test]
    fn a_token_of_another_host_is_asked_with_but_not_shown() {
        let url = read("https://files.example/a%20b.png?token=secret&w=3").expect("an address");
        assert_eq!(url.as_str(), "https://files.example/a%20b.png?token=secret&w=3");
        assert_eq!(shown(&url), "https://files.example/a%20b.png?w=3");
    }

    #[test]
    fn hosts_that_only_end_alike_are_other_hosts() {
        assert!(is_wechat("mmbiz.qpic.cn") && is_wechat("qpic.cn") && is_wechat("mp.weixin.qq.com."));
        assert!(!is_wechat("notqpic.cn") && !is_wechat("qpic.cn.example"));
    }

    #[test]
    fn a_message_does_not_hold_a_whole_picture() {
        let url = read(&format!("data:image/png;base64,{}", "A".repeat(1000))).expect("an address");
        assert_eq!(shown(&url).chars().count(), 101);
    }

    #[test]
    fn what_is_no_address_is_named_without_its_secrets() {
        let error = read("mp.weixin.qq.com/s?key=secret").expect_err("no scheme").to_string();
        assert!(error.contains("`mp.weixin.qq.com/s`") && !error.contains("secret"), "{error}");
    }
}
