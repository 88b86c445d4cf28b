//! The address of a picture, and what makes two addresses the same picture (anatomy §3.4).

use std::fmt;

use percent_encoding::percent_decode_str;
use serde::{Serialize, Serializer};
use sha2::Digest as _;
use url::Url;

use super::id::decode_base64;
use super::{redact, unescape};

/// The address of a picture, read once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImageUrl {
    /// On the picture CDN of WeChat: `https://<host>/<bucket>/<id>/<size>?<query>`.
    WeChat {
        /// The address as written, entities resolved, on https, without fragment.
        url: String,
        /// `<bucket>/<id>`, which names the picture whatever the host, size and query are.
        key: String,
    },
    /// Anywhere else on http or https, without fragment.
    Remote {
        /// The address to ask; it may carry a key that the host wants to see.
        url: String,
        /// The same without private values, for files and messages.
        label: String,
    },
    /// The bytes themselves, as a `data:` address.
    Data {
        /// The address.
        url: String,
        /// `data:sha256,` and the hash of the address, short enough for records.
        key: String,
    },
}

/// What two addresses of one picture have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageKey(String);

impl ImageUrl {
    /// Reads an address as it stands in a page or an issue; `None` where it is no address of a picture.
    ///
    /// Entities are resolved, a missing scheme is added, and on WeChat's hosts http becomes https.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let text = unescape(written.trim());
        if text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
            return may_be_picture(&text).then(|| Self::from_data(text));
        }
        let text = if text.starts_with("//") { format!("https:{text}") } else { text };
        let mut url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        url.set_fragment(None);
        let host = url.host_str()?;
        if !is_wechat_cdn(host) {
            return Some(Self::remote(text.split('#').next().unwrap_or(&text)));
        }
        let key = wechat_key(url.path());
        if url.scheme() == "http" {
            url.set_scheme("https").ok()?;
        }
        Some(match key {
            // The CDN wants no private parameters, so none is ever kept.
            Some(key) => Self::WeChat { url: redact(url.as_str()), key },
            None => Self::remote(url.as_str()),
        })
    }

    /// Takes a `data:` address, which holds the bytes themselves.
    #[must_use]
    pub fn from_data(url: String) -> Self {
        let key = format!("data:sha256,{}", hex(&sha2::Sha256::digest(&url)));
        Self::Data { url, key }
    }

    fn remote(url: &str) -> Self {
        Self::Remote { url: url.to_owned(), label: redact(url) }
    }

    /// The address as written, with entities resolved and without private values.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::WeChat { url, .. } | Self::Remote { label: url, .. } | Self::Data { url, .. } => url,
        }
    }

    /// The address for records and messages; one that holds the bytes themselves is named by their hash.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::WeChat { url, .. } | Self::Remote { label: url, .. } => url,
            Self::Data { key, .. } => key,
        }
    }

    /// What this address has in common with other addresses of the same picture.
    #[must_use]
    pub fn key(&self) -> ImageKey {
        ImageKey(match self {
            Self::WeChat { key, .. } | Self::Data { key, .. } => key.clone(),
            Self::Remote { label, .. } => label.clone(),
        })
    }

    /// The bytes of a `data:` address; `None` for any other address, or where the base64 is damaged.
    #[must_use]
    pub fn data(&self) -> Option<Vec<u8>> {
        let Self::Data { url, .. } = self else { return None };
        let (head, body) = url.split_once(',')?;
        let plain = percent_decode_str(body);
        if is_base64(head) {
            let text: String = plain.decode_utf8().ok()?.chars().filter(|char| !char.is_whitespace()).collect();
            decode_base64(text.trim_end_matches('='))
        } else {
            Some(plain.collect())
        }
    }

    /// The addresses to ask, best first: on WeChat's CDN the original size without re-encoding, then as written.
    #[must_use]
    pub fn candidates(&self) -> Vec<String> {
        match self {
            Self::WeChat { url, key } => {
                let original = original_size(url, key);
                if original == *url { vec![original] } else { vec![original, url.clone()] }
            }
            Self::Remote { url, .. } => vec![url.clone()],
            Self::Data { .. } => Vec::new(),
        }
    }
}

/// Whether a `data:` address says that it is a picture, or nothing that it is not; the bytes are judged later.
fn may_be_picture(url: &str) -> bool {
    let head = url[5..].split(',').next().unwrap_or_default().to_ascii_lowercase();
    let kind = head.split(';').next().unwrap_or_default();
    kind.starts_with("image/") || is_base64(&head) && matches!(kind, "" | "application/octet-stream" | "base64")
}

fn is_base64(head: &str) -> bool {
    head.rsplit(';').next().is_some_and(|last| last.trim().eq_ignore_ascii_case("base64"))
}

impl ImageKey {
    /// The text of the key: `<bucket>/<id>` on WeChat's CDN, else the address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ImageKey {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Serialize for ImageUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for ImageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).collect()
}

/// Whether a host is one of the picture CDN, where `<bucket>/<id>` names a picture.
fn is_wechat_cdn(host: &str) -> bool {
    host.ends_with(".qpic.cn") || host == "mmbiz.qlogo.cn"
}

/// `<bucket>/<id>` of a path `/<bucket>/<id>/<size>`; the size may be missing.
fn wechat_key(path: &str) -> Option<String> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let (bucket, id) = (parts.next()?, parts.next()?);
    bucket.contains("mmbiz").then(|| format!("{bucket}/{id}"))
}

/// The address of the original: size `/0`, without the parameters that ask for another encoding.
fn original_size(url: &str, key: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else { return url.to_owned() };
    let format = parsed.query_pairs().find(|(name, _)| name == "wx_fmt").map(|(_, value)| value.into_owned());
    parsed.set_path(&format!("/{key}/0"));
    parsed.set_query(format.map(|format| format!("wx_fmt={format}")).as_deref());
    parsed.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_query_host_and_scheme_do_not_change_the_key() {
        let keys: Vec<_> = [
            "https://mmbiz.qpic.cn/sz_mmbiz_png/AbC/640?wx_fmt=png&amp;from=appmsg",
            "http://mmecoa.qpic.cn/sz_mmbiz_png/AbC/0?wx_fmt=png&tp=webp#imgIndex=3",
            "//mmbiz.qpic.cn/sz_mmbiz_png/AbC",
        ]
        .iter()
        .map(|written| ImageUrl::parse(written).expect("an address").key().as_str().to_owned())
        .collect();
        assert_eq!(keys, vec!["sz_mmbiz_png/AbC"; 3]);
    }

    #[test]
    fn the_original_is_asked_before_the_address_as_written() {
        let image = ImageUrl::parse("http://mmbiz.qpic.cn/mmbiz_jpg/X/640?wx_fmt=jpeg&tp=webp").expect("an address");
        assert_eq!(
            image.candidates(),
            [
                "https://mmbiz.qpic.cn/mmbiz_jpg/X/0?wx_fmt=jpeg",
                "https://mmbiz.qpic.cn/mmbiz_jpg/X/640?wx_fmt=jpeg&tp=webp"
            ]
        );
    }

    #[test]
    fn private_values_are_asked_of_other_hosts_and_written_nowhere() {
        let image = ImageUrl::parse("https://example.org/a.png?token=abcdef&x=1").expect("an address");
        assert_eq!(image.candidates(), ["https://example.org/a.png?token=abcdef&x=1"]);
        assert_eq!((image.as_str(), image.label()), ("https://example.org/a.png?token=&x=1", image.as_str()));
        let image = ImageUrl::parse("https://mmbiz.qpic.cn/mmbiz_png/A/640?token=abcdef").expect("an address");
        assert!(image.candidates().iter().all(|url| !url.contains("abcdef")));
    }

    #[test]
    fn data_addresses_hold_their_bytes() {
        let bytes = |written: &str| ImageUrl::parse(written).and_then(|image| image.data());
        assert_eq!(bytes("data:image/gif;base64,R0lGODlh AQA="), Some(b"GIF89a\x01\0".to_vec()));
        assert_eq!(bytes("data:image/svg+xml,%3Csvg/%3E"), Some(b"<svg/>".to_vec()));
        assert_eq!(bytes("data:image/gif;base64,R0l!"), None);
        for head in ["data:IMAGE/GIF;BASE64", "DATA:;base64", "data:application/octet-stream;base64"] {
            assert_eq!(bytes(&format!("{head},R0lGODlhAQA=")), Some(b"GIF89a\x01\0".to_vec()), "{head}");
        }
        assert_eq!(bytes("data:text/html,<p>"), None);
        assert_eq!(bytes("https://example.org/a.gif"), None);
    }

    #[test]
    fn other_hosts_keep_their_address_but_for_the_fragment() {
        let image = ImageUrl::parse("https://cdn.nlark.com/a%20b/c*d.png?x=1#align=left").expect("an address");
        assert_eq!(image.candidates(), ["https://cdn.nlark.com/a%20b/c*d.png?x=1"]);
        assert_eq!(ImageUrl::parse("images/local.png"), None);
        assert_eq!(ImageUrl::parse("/cover.png"), None);
    }
}
