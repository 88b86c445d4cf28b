//! Takes private values out of a page before it is stored (anatomy §2.9).
//!
//! Pages saved from inside WeChat hold the live session of whoever saved them. Values go, names stay, so that the
//! page keeps its shape; scrubbing twice is scrubbing once. Words of an article are never touched: only values of
//! parameters in addresses on `weixin.qq.com`, and values given to the site's own variables in scripts.

use memchr::memmem;

/// Parameters and variables that hold a reader's session.
const NAMES: [&str; 15] = [
    "pass_ticket",
    "appmsg_token",
    "exportkey",
    "user_uin",
    "open_id",
    "openid",
    "wxtoken",
    "poc_token",
    "session_us",
    "enterid",
    "uin",
    "key",
    "token",
    "sharer_shareid",
    "sharer_shareinfo",
];

/// A value as short as this identifies nobody: `0`, `777`, a tab's number.
const SHORTEST_SECRET: usize = 6;

/// What may stand between a name and its value, longest first.
const ASSIGNMENTS: [&str; 16] = [
    " = \"\" || \"",
    "\":\"",
    "\": \"",
    "': '",
    "':'",
    ": JsDecode('",
    ":JsDecode('",
    " = \"",
    "=\"",
    " = '",
    "='",
    ": \"",
    ": '",
    ":\"",
    ":'",
    "=",
];

/// The page without private values; the same bytes where there are none.
#[must_use]
pub fn scrub(page: &[u8]) -> Vec<u8> {
    let scripts = script_ranges(page);
    let mut cuts: Vec<(usize, usize)> = NAMES.iter().flat_map(|name| find_values(page, &scripts, name)).collect();
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
    memmem::find_iter(page, name).filter_map(move |at| {
        let is_whole = at == 0 || !is_name_byte(page[at - 1]);
        let after = at + name.len();
        let assignment = ASSIGNMENTS.iter().find(|sign| page[after..].starts_with(sign.as_bytes()))?;
        let start = after + assignment.len();
        let length = page[start..].iter().take_while(|byte| is_value_byte(**byte)).count();
        let value = &page[start..start + length];
        let is_secret = match *assignment {
            "=" => in_wechat_address(page, at),
            _ => is_quoted_secret(name, value) && in_ranges(scripts, at),
        };
        (is_whole && is_secret && length >= SHORTEST_SECRET).then_some((start, start + length))
    })
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

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte == b'.'
}

fn is_value_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'%' | b'+' | b'/' | b'-' | b'_' | b'.' | b'=' | b'~' | b'*' | b'!')
}

/// Words such as `key` and `token` name many things in scripts: there only what looks like a credential is one.
fn is_quoted_secret(name: &str, value: &[u8]) -> bool {
    let has_digit = value.iter().any(u8::is_ascii_digit);
    match name {
        "key" => value.len() >= 64 && value.iter().all(u8::is_ascii_hexdigit),
        "token" | "uin" => has_digit && !value.contains(&b'.'),
        _ => has_digit,
    }
}

/// Whether a parameter stands in the query of an address on `weixin.qq.com`.
fn in_wechat_address(page: &[u8], at: usize) -> bool {
    let window = &page[at.saturating_sub(1024)..at];
    let is_address_byte = |byte: &u8| byte.is_ascii_alphanumeric() || b"%+/-_.=~*!?&;:#\\,@$".contains(byte);
    let length = window.iter().rev().take_while(|byte| is_address_byte(byte)).count();
    memmem::find(&window[window.len() - length..], b"weixin.qq.com/").is_some()
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
    fn ordinary_words_and_anonymous_values_stay() {
        for page in [
            "<pre>token: \"abcdef012345\"</pre><script></script>pass_ticket = \"a1b2c3d4\"",
            "<script>if (key === 'scrollTop123456') return;",
            "wxtoken: '777' * 1, uin: '0' * 1, key: \"readTimeStatistics\"",
            "<p>curl https://example.org/?token=abcdef012345</p>",
            "https://mmbiz.qpic.cn/a?monkey=abcdef0123",
        ] {
            assert_eq!(scrubbed(page), page);
        }
    }
}
