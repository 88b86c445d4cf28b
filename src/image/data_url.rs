//! Decodes a picture that stands in its own address: `data:image/png;base64,…` (RFC 2397).

use percent_encoding::percent_decode_str;

/// The bytes of a `data:` address; `None` where it is none or its base64 is damaged.
///
/// What the address says of the type is left aside: [`check`](super::check) asks the bytes.
#[must_use]
pub fn decode_data_url(url: &str) -> Option<Vec<u8>> {
    let (media_type, data) = url.get(5..).filter(|_| has_scheme(url))?.split_once(',')?;
    let bytes: Vec<u8> = percent_decode_str(data).collect();
    let is_base64 = media_type.rsplit(';').next().is_some_and(|last| last.trim().eq_ignore_ascii_case("base64"));
    if is_base64 { decode_base64(&bytes) } else { Some(bytes) }
}

fn has_scheme(url: &str) -> bool {
    url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

/// Decodes both alphabets of base64; pasted addresses have line breaks in them, and lose their padding.
fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let end = text.iter().rposition(|byte| *byte != b'=' && !byte.is_ascii_whitespace()).map_or(0, |last| last + 1);
    let mut bytes = Vec::with_capacity(end / 4 * 3);
    let (mut pending, mut bits) = (0_u32, 0_u32);
    for byte in text[..end].iter().filter(|byte| !byte.is_ascii_whitespace()) {
        pending = pending << 6 | u32::from(value(*byte)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            let [.., byte] = (pending >> bits).to_be_bytes();
            bytes.push(byte);
        }
    }
    // Six bits left over are a letter without a partner.
    (bits < 6).then_some(bytes)
}

fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_with_and_without_padding() {
        let decode = |data: &str| decode_data_url(&format!("data:image/png;base64,{data}"));
        assert_eq!(decode("AAECAw=="), Some(vec![0, 1, 2, 3]));
        assert_eq!(decode("AAECAw"), Some(vec![0, 1, 2, 3]));
        assert_eq!(decode("AAEC\nAw%3D%3D\n"), Some(vec![0, 1, 2, 3]));
        assert_eq!(decode("-_+/"), Some(vec![0xfb, 0xff, 0xbf]));
        assert_eq!(decode(""), Some(vec![]));
        assert_eq!(decode("AAECA"), None);
        assert_eq!(decode("AA=EC"), None);
        assert_eq!(decode("图片"), None);
    }

    #[test]
    fn a_drawing_may_stand_there_as_text() {
        let url = "DATA:image/svg+xml;charset=utf8,%3Csvg width='1' height='1'/%3E";
        assert_eq!(decode_data_url(url).as_deref(), Some(&b"<svg width='1' height='1'/>"[..]));
    }

    #[test]
    fn other_addresses_are_none() {
        for url in ["", "data", "data:", "https://a.example/x.png,y", "图图,片", "data:image/png;base64"] {
            assert_eq!(decode_data_url(url), None, "{url}");
        }
    }
}
