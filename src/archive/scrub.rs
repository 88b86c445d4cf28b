//! Takes private values out of a page before it is stored (anatomy §2.9).
//!
//! Pages saved from inside WeChat hold the live session of whoever saved them. Values go, names stay, so that the
//! page keeps its shape; scrubbing twice is scrubbing once. Words of an article are never touched: only values of
//! parameters in addresses of the site and its picture CDN, plain or encoded, and values given to the site's own
//! variables in scripts.

use memchr::memmem;

use crate::model::PRIVATE_PARAMETERS;

/// Variables of scripts that hold a reader's session and are no parameters of addresses.
const VARIABLES: [&str; 2] = ["req_id", "sharer_"];

/// A value as short as this identifies nobody: `0`, `777`, a tab's number.
const SHORTEST_SECRET: usize = 6;

/// What stands between a name and its value in addresses, plainly or encoded.
const EQUALS: [&str; 7] = ["=", "%3D", "%3d", "%253D", "%253d", "\\x3d", "\\u003d"];

/// What separates parameters where the last byte looks like a part of the name.
const ENCODED_SEPARATORS: [&str; 9] = ["%26", "%3F", "%3f", "%2526", "%253F", "%253f", "\\x26", "\\u0026", "\\x3f"];

/// The page without private values; the same bytes where there are none.
#[must_use]
pub fn scrub(page: &[u8]) -> Vec<u8> {
    let scripts = script_ranges(page);
    let names = PRIVATE_PARAMETERS.iter().chain(&VARIABLES);
    let mut cuts: Vec<(usize, usize)> = names.flat_map(|name| find_values(page, &scripts, name)).collect();
    cuts.sort_unstable();
    let mut scrubbed = Vec::with_capacity(page.len());
    let mut from = 0;
    for (start, end) in cuts {
        if start >= from {
            scrubbed.extend_from_slice(&page[from..start]);
            from = end;
        }
    }
    scrubbed.extend_from_slice(&page[from..]);
    scrubbed
}

/// The places of the secrets given to one name.
fn find_values<'a>(
    page: &'a [u8],
    scripts: &'a [(usize, usize)],
    name: &'a str,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    memmem::find_iter(page, name).filter(|at| begins_a_name(page, *at)).filter_map(move |at| {
        let mut after = at + name.len();
        if name.ends_with('_') {
            after += count(&page[after..], is_name_byte);
        }
        quoted_value(page, scripts, at, after, name).or_else(|| parameter_value(page, at, after))
    })
}

/// A value in quotes that a script gives to a variable or a property: `name = "…"`, `"name": '…'`, `name: JsDecode('…')`.
fn quoted_value(
    page: &[u8],
    scripts: &[(usize, usize)],
    at: usize,
    after: usize,
    name: &str,
) -> Option<(usize, usize)> {
    if !in_ranges(scripts, at) {
        return None;
    }
    let rest = &page[after..page.len().min(after + 200)];
    let rest_after_quote = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let mut rest = rest_after_quote.trim_ascii_start();
    rest = rest.strip_prefix(b"=").or_else(|| rest.strip_prefix(b":"))?.trim_ascii_start();
    loop {
        rest = rest.strip_prefix(b"JsDecode(").unwrap_or(rest);
        let quote = *rest.first().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
        if rest.get(1) != Some(&quote) {
            break;
        }
        // An empty alternative: `"" || "…"`.
        rest = rest[2..].trim_ascii_start().strip_prefix(b"||")?.trim_ascii_start();
    }
    let start = page.len().min(after + 200) - rest.len() + 1;
    let length = count(&page[start..], is_value_byte);
    is_quoted_secret(name, &page[start..start + length]).then_some((start, start + length))
}

/// A value of a parameter in an address of the site.
fn parameter_value(page: &[u8], at: usize, after: usize) -> Option<(usize, usize)> {
    let equals = EQUALS.iter().find(|sign| page[after..].starts_with(sign.as_bytes()))?;
    let start = after + equals.len();
    let mut length = count(&page[start..], is_value_byte);
    if equals.starts_with('%') {
        // Inside an encoded address the value ends at the next encoded separator.
        let value = &page[start..start + length];
        length = memmem::find(value, b"%26").into_iter().chain(memmem::find(value, b"%2526")).min().unwrap_or(length);
    }
    (length >= SHORTEST_SECRET && in_site_address(page, at)).then_some((start, start + length))
}

/// Whether a name begins here, and is not the end of a longer one.
fn begins_a_name(page: &[u8], at: usize) -> bool {
    at == 0
        || !is_name_byte(page[at - 1])
        || ENCODED_SEPARATORS.iter().any(|separator| page[..at].ends_with(separator.as_bytes()))
}

/// Where the scripts of the page are: from `<script` to `</script`, or to the end of a page that is cut off.
fn script_ranges(page: &[u8]) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut from = 0;
    while let Some(start) = memmem::find(&page[from..], b"<script").map(|at| from + at) {
        let end = memmem::find(&page[start..], b"</script").map_or(page.len(), |at| start + at);
        ranges.push((start, end));
        from = end;
    }
    ranges
}

fn in_ranges(ranges: &[(usize, usize)], at: usize) -> bool {
    let after = ranges.partition_point(|(start, _)| *start <= at);
    after.checked_sub(1).is_some_and(|last| at < ranges[last].1)
}

fn count(bytes: &[u8], is_part: fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| is_part(**byte)).count()
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

fn is_value_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'%' | b'+' | b'/' | b'-' | b'_' | b'.' | b'=' | b'~' | b'*' | b'!')
}

/// Words such as `key` and `token` name many things in scripts: there only what looks like a credential is one.
fn is_quoted_secret(name: &str, value: &[u8]) -> bool {
    let has_digit = value.iter().any(u8::is_ascii_digit);
    value.len() >= SHORTEST_SECRET
        && match name {
            "key" => value.len() >= 64 && value.iter().all(u8::is_ascii_hexdigit),
            "token" | "uin" => has_digit && !value.contains(&b'.'),
            _ => has_digit,
        }
}

/// Whether a parameter stands in an address of the site or of its picture CDN.
fn in_site_address(page: &[u8], at: usize) -> bool {
    let window = &page[at.saturating_sub(2048)..at];
    let is_address_byte = |byte: &u8| byte.is_ascii_alphanumeric() || b"%+/-_.=~*!?&;:#\\,@$".contains(byte);
    let length = window.iter().rev().take_while(|byte| is_address_byte(byte)).count();
    let address = &window[window.len() - length..];
    memmem::find(address, b"mp.weixin.qq.com").is_some() || memmem::find(address, b".qpic.cn").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(page: &str) -> String {
        String::from_utf8(scrub(page.as_bytes())).expect("utf-8 in, utf-8 out")
    }

    #[test]
    fn session_values_go_and_names_stay() {
        let page =
            "<script>var pass_ticket = \"Ab3%2Fxyz012\"; user_uin: '1234567890' * 1, \"appmsg_token\":\"1032_abc\"";
        assert_eq!(scrubbed(page), "<script>var pass_ticket = \"\"; user_uin: '' * 1, \"appmsg_token\":\"\"");
        let address = "https://mp.weixin.qq.com/s?__biz=A==&amp;mid=2&amp;key=abcdef0123&amp;uin=MTIzNDU2#rd";
        assert_eq!(scrubbed(address), "https://mp.weixin.qq.com/s?__biz=A==&amp;mid=2&amp;key=&amp;uin=#rd");
    }

    #[test]
    fn values_go_however_they_are_assigned_or_encoded() {
        for (page, expected) in [
            ("<script>window.exportkey = 'Aq1bCd2e'", "<script>window.exportkey = ''"),
            ("<script>pass_ticket   =   \"Ab3xyz01\"", "<script>pass_ticket   =   \"\""),
            ("<script>{\"pass_ticket\" : \"Ab3xyz01\"}", "<script>{\"pass_ticket\" : \"\"}"),
            ("<script>wxtoken=\"\"||\"Ab3xyz01\"", "<script>wxtoken=\"\"||\"\""),
            ("<script>sharer_shareinfo_first: `Ab3xyz01`", "<script>sharer_shareinfo_first: ``"),
            (
                r"https:\/\/mp.weixin.qq.com\/s?a=1\x26key\x3dabcdef01\x26mid\x3d2",
                r"https:\/\/mp.weixin.qq.com\/s?a=1\x26key\x3d\x26mid\x3d2",
            ),
            (
                "u=https%3A%2F%2Fmp.weixin.qq.com%2Fs%3Fa%3D1%26key%3Dabcdef01%26mid%3D2",
                "u=https%3A%2F%2Fmp.weixin.qq.com%2Fs%3Fa%3D1%26key%3D%26mid%3D2",
            ),
            (
                "https://mmbiz.qpic.cn/a/b/0?wx_fmt=png&amp;token=abcdef01",
                "https://mmbiz.qpic.cn/a/b/0?wx_fmt=png&amp;token=",
            ),
        ] {
            assert_eq!(scrubbed(page), expected);
            assert_eq!(scrubbed(expected), expected);
        }
    }

    #[test]
    fn ordinary_words_and_anonymous_values_stay() {
        for page in [
            "<pre>token: \"abcdef012345\"</pre><script></script>pass_ticket = \"a1b2c3d4\"",
            "<script>if (key === 'scrollTop123456') return;",
            "wxtoken: '777' * 1, uin: '0' * 1, key: \"readTimeStatistics\"",
            "<p>curl https://example.org/?token=abcdef012345</p>",
            "<p>https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6</p>",
            "https://mmbiz.qpic.cn/a?monkey=abcdef0123",
        ] {
            assert_eq!(scrubbed(page), page);
        }
    }
}
