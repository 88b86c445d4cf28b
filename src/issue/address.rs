//! Whether an address leads to WeChat, directly or through a host that only passes readers on.

use percent_encoding::percent_decode_str;

use crate::model::{UrlKind, is_wechat, unescape};

/// An address that leads to WeChat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) kind: UrlKind,
    pub(super) redirector: Option<&'static str>,
}

/// Hosts that show nothing of their own but pass readers on, with the parameter that holds the target.
///
/// Archives (`web.archive.org/web/…/https://…`) are not among them: such a link is already a copy.
const REDIRECTORS: [(&str, &[&str]); 24] = [
    ("link.juejin.cn", &["target"]),
    ("link.juejin.im", &["target"]),
    ("link.zhihu.com", &["target"]),
    ("link.csdn.net", &["target"]),
    ("links.jianshu.com", &["to"]),
    ("link.jianshu.com", &["t"]),
    ("www.jianshu.com", &["url"]),
    ("www.oschina.net", &["url"]),
    ("gitee.com", &["target"]),
    ("www.douban.com", &["url"]),
    ("link.ld246.com", &["goto"]),
    ("ld246.com", &["goto"]),
    ("sspai.com", &["target"]),
    ("www.infoq.cn", &["target"]),
    ("xie.infoq.cn", &["target"]),
    ("www.yuque.com", &["url"]),
    ("cloud.tencent.com", &["target"]),
    ("docs.qq.com", &["url", "u"]),
    ("c.pc.qq.com", &["pfurl", "url"]),
    ("weixin110.qq.com", &["url", "target", "targeturl"]),
    ("mp.weixinbridge.com", &["url"]),
    ("www.google.com", &["url", "q"]),
    ("l.facebook.com", &["u"]),
    ("blog.51cto.com", &[""]),
];

impl Address {
    /// Reads an address as written; `None` where it doesn't lead to WeChat.
    pub(super) fn read(written: &str) -> Option<Self> {
        if !names_wechat(written) {
            return None;
        }
        if is_wechat(written) {
            return Some(Self { kind: UrlKind::of(written), redirector: None });
        }
        let text = unescape(written.trim());
        let (redirector, names, query) = redirector(&text)?;
        let target = names.iter().find_map(|name| parameter(query, name)).filter(|target| is_wechat(target))?;
        Some(Self { kind: UrlKind::of(&target), redirector: Some(redirector) })
    }
}

/// Whether the host of WeChat occurs at all; cheap, for the many addresses that have nothing to do with it.
fn names_wechat(written: &str) -> bool {
    let host = b"mp.weixin";
    written.as_bytes().windows(host.len()).any(|window| window.eq_ignore_ascii_case(host))
}

/// The host, its parameters and the query, if the host is a known redirector.
fn redirector(text: &str) -> Option<(&'static str, &'static [&'static str], &str)> {
    let bare = text.split_once("//").map_or(text, |(_, rest)| rest);
    let (place, query) = bare.split_once('?')?;
    let host = place.split('/').next().unwrap_or(place);
    let (known, names) = REDIRECTORS.iter().find(|(known, _)| host.eq_ignore_ascii_case(known))?;
    Some((known, names, query))
}

/// The value of a parameter, decoded; the parameter without a name is the whole query.
fn parameter(query: &str, name: &str) -> Option<String> {
    let value = if name.is_empty() {
        query
    } else {
        query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?.1
    };
    let mut target = percent_decode_str(value).decode_utf8_lossy().into_owned();
    // One redirector wraps what another has wrapped already.
    if target.get(..8).is_some_and(|start| start.to_ascii_lowercase().contains("%3a")) {
        target = percent_decode_str(&target).decode_utf8_lossy().into_owned();
    }
    Some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(written: &str) -> Option<(String, Option<&'static str>)> {
        let address = Address::read(written)?;
        Some((
            address.kind.article().map_or(address.kind.name().to_owned(), |url| url.key().to_string()),
            address.redirector,
        ))
    }

    #[test]
    fn redirectors_are_seen_through() {
        let code = "s/EEUtTykcrXhcM2hJT01SoQ";
        for (written, host) in [
            (
                "https://link.juejin.cn?target=https%3A%2F%2Fmp.weixin.qq.com%2Fs%2FEEUtTykcrXhcM2hJT01SoQ",
                "link.juejin.cn",
            ),
            ("https://link.zhihu.com/?target=https%3A//mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ", "link.zhihu.com"),
            (
                "//link.zhihu.com/?target=https%253A%252F%252Fmp.weixin.qq.com%252Fs%252FEEUtTykcrXhcM2hJT01SoQ",
                "link.zhihu.com",
            ),
            ("https://blog.51cto.com/transfer?https://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ", "blog.51cto.com"),
        ] {
            assert_eq!(read(written), Some((code.to_owned(), Some(host))), "{written}");
        }
    }

    #[test]
    fn copies_and_shares_are_no_links_to_wechat() {
        for written in [
            "http://web.archive.org/web/20230102030405/https://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ",
            "https://archive.is/o/Salxo/https://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ",
            "https://mp.weixin.qq.com.example.org/s/EEUtTykcrXhcM2hJT01SoQ",
            "https://example.org/?q=mp.weixin.qq.com",
        ] {
            assert_eq!(read(written), None, "{written}");
        }
    }
}
