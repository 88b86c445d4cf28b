//! Reads the literal part of JavaScript: strings, numbers, arrays, objects and the site's decoding calls.
//!
//! Nothing is ever evaluated. What isn't a literal reads as [`Value::Nothing`], and reading goes on after it. The
//! forms come from anatomy §2.2: `'…' * 1`, `'' || '…'`, `JsDecode('…')`, `htmlDecode("…")`, `'…'.html(false)`,
//! `[…].slice(0, 20)` and `xml ? getXmlValue('…') : '…'`.

use memchr::memchr3;

use super::escape::{html_decode, js_decode};
use super::value::Value;

/// Nesting beyond this is skipped, so that a hostile script can't exhaust the stack.
const DEEPEST: usize = 64;

/// Values that are read of one page at most; real pages have some thousands.
pub(super) const MOST_VALUES: usize = 200_000;

/// Reads the expression that a text begins with; gives it and the number of bytes that it takes. `left` is how many
/// values may still be read, and counts down.
pub(super) fn read(script: &str, left: &mut usize) -> (Value, usize) {
    let mut reader = Reader { script, at: 0, depth: 0, left };
    let value = reader.expression();
    (value, reader.at)
}

struct Reader<'a> {
    script: &'a str,
    at: usize,
    depth: usize,
    left: &'a mut usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.script[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.script.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            let rest = self.rest();
            let comment_end = match rest.as_bytes() {
                [b'/', b'/', ..] => rest.find('\n'),
                [b'/', b'*', ..] => rest.find("*/").map(|end| end + 2),
                _ => return,
            };
            self.at += comment_end.unwrap_or(rest.len());
        }
    }

    fn eat(&mut self, token: &str) -> bool {
        self.blanks();
        let found = self.rest().starts_with(token);
        self.at += if found { token.len() } else { 0 };
        found
    }

    /// `a || b || c`, `c ? a : b`, and operators whose left side is all that matters here.
    fn expression(&mut self) -> Value {
        if self.depth >= DEEPEST || *self.left == 0 {
            self.skip_to_end();
            return Value::Nothing;
        }
        self.depth += 1;
        *self.left -= 1;
        let mut value = self.operand();
        loop {
            if self.eat("||") {
                let other = self.operand();
                value = if value.is_empty() { other } else { value };
            } else if self.eat("===") || self.eat("==") {
                let other = self.operand();
                let equal = value != Value::Nothing && value == other;
                value = if equal { Value::Text("true".to_owned()) } else { Value::Nothing };
            } else if self.eat("*") {
                self.operand();
            } else if self.eat("?") {
                value = self.branches(value.is_empty());
            } else {
                break;
            }
        }
        self.depth -= 1;
        value
    }

    /// The two ways of a condition. One that isn't a literal (`xml ? … : …`) takes the second way, as browsers do.
    fn branches(&mut self, second: bool) -> Value {
        let first = self.expression();
        if !self.eat(":") {
            return first;
        }
        let other = self.expression();
        if second && !other.is_empty() || first.is_empty() { other } else { first }
    }

    fn operand(&mut self) -> Value {
        self.blanks();
        let mut value = match self.peek() {
            Some(quote @ (b'\'' | b'"' | b'`')) => self.string(quote),
            Some(b'[') => self.list(),
            Some(b'{') => self.object(),
            Some(b'(') => {
                self.at += 1;
                let value = self.expression();
                self.close(b')');
                value
            }
            Some(byte) if byte.is_ascii_digit() || byte == b'-' => self.number(),
            Some(byte) if is_name(byte) => self.name(),
            _ => Value::Nothing,
        };
        while self.eat(".") {
            value = self.method(value);
        }
        value
    }

    /// A string; it ends at its quote, or for the plain quotes at the end of the line.
    fn string(&mut self, quote: u8) -> Value {
        let bytes = self.script.as_bytes();
        let start = self.at + 1;
        let mut end = start;
        while let Some(rest) = bytes.get(end..) {
            // Only the plain quotes end with their line.
            let line_end = if quote == b'`' { quote } else { b'\n' };
            let Some(found) = memchr3(quote, line_end, b'\\', rest) else {
                end = bytes.len();
                break;
            };
            end += found;
            if bytes[end] != b'\\' {
                break;
            }
            end += 2;
        }
        // A backslash at the very end steps over it, or into the middle of a character.
        while !self.script.is_char_boundary(end.min(bytes.len())) {
            end += 1;
        }
        let end = end.min(bytes.len());
        self.at = end + usize::from(bytes.get(end) == Some(&quote));
        Value::Text(super::escape::unescape(&self.script[start..end]))
    }

    fn number(&mut self) -> Value {
        let rest = self.rest();
        let end = rest.bytes().skip(1).position(|byte| !byte.is_ascii_alphanumeric() && byte != b'.');
        let digits = &rest[..end.map_or(rest.len(), |end| end + 1)];
        self.at += digits.len();
        if digits == "-" { Value::Nothing } else { Value::Text(digits.to_owned()) }
    }

    /// A name: a constant, a call of one of the decoders, or something that can't be known.
    fn name(&mut self) -> Value {
        let name = self.word();
        if name == "true" {
            return Value::Text(name.to_owned());
        }
        if name == "function" || name == "new" || !self.eat("(") {
            return Value::Nothing;
        }
        let argument = self.expression();
        self.close(b')');
        match (name, argument) {
            ("JsDecode", Value::Text(text)) => Value::Text(js_decode(&text)),
            ("htmlDecode", Value::Text(text)) => Value::Text(html_decode(&text)),
            ("String" | "Number" | "parseInt", value) => value,
            _ => Value::Nothing,
        }
    }

    /// What stands behind a point: `.html(false)` decodes, `.slice(0, n)` cuts, other calls change nothing.
    fn method(&mut self, value: Value) -> Value {
        let name = self.word();
        if !self.eat("(") {
            return Value::Nothing;
        }
        let arguments = self.rest();
        self.close(b')');
        match (name, value) {
            ("html", Value::Text(text)) => Value::Text(html_decode(&text)),
            ("slice", Value::List(mut items)) => {
                let inside = arguments.split(')').next().unwrap_or_default();
                let limit = inside.split(',').nth(1).and_then(|end| end.trim().parse().ok());
                items.truncate(limit.unwrap_or(usize::MAX));
                Value::List(items)
            }
            (_, value) => value,
        }
    }

    fn word(&mut self) -> &'a str {
        self.blanks();
        let rest = self.rest();
        let word = &rest[..rest.bytes().position(|byte| !is_name(byte)).unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    fn list(&mut self) -> Value {
        self.at += 1;
        let mut items = Vec::new();
        while !self.eat("]") && self.at < self.script.len() {
            items.push(self.expression());
            self.skip_to(b",]");
            self.eat(",");
        }
        Value::List(items)
    }

    fn object(&mut self) -> Value {
        self.at += 1;
        let mut entries = Vec::new();
        while !self.eat("}") && self.at < self.script.len() {
            if let Some(key) = self.key() {
                entries.push((key, self.expression()));
            }
            self.skip_to(b",}");
            self.eat(",");
        }
        Value::Object(entries)
    }

    fn key(&mut self) -> Option<String> {
        let key = match self.peek()? {
            quote @ (b'\'' | b'"') => self.string(quote).text().map(str::to_owned),
            _ => Some(self.word().to_owned()).filter(|word| !word.is_empty()),
        };
        key.filter(|_| self.eat(":"))
    }

    /// Goes past the bracket that closes what is being read.
    fn close(&mut self, bracket: u8) {
        self.skip_to(&[bracket]);
        self.at += usize::from(self.peek() == Some(bracket));
    }

    /// Goes on to one of some bytes, over strings and over brackets that open and close in between.
    fn skip_to(&mut self, ends: &[u8]) {
        let mut open = 0_usize;
        loop {
            self.blanks();
            match self.peek() {
                None => return,
                Some(byte) if open == 0 && ends.contains(&byte) => return,
                Some(quote @ (b'\'' | b'"' | b'`')) => {
                    self.string(quote);
                    continue;
                }
                Some(b'(' | b'[' | b'{') => open += 1,
                // A bracket that was never opened: what is being read ends here.
                Some(b')' | b']' | b'}') if open == 0 => return self.stray_bracket(ends),
                Some(b')' | b']' | b'}') => open -= 1,
                Some(_) => {}
            }
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
        }
    }

    /// In an object or array, a stray bracket is passed over so that reading always goes on.
    fn stray_bracket(&mut self, ends: &[u8]) {
        if ends.contains(&b',') {
            self.at += 1;
        }
    }

    fn skip_to_end(&mut self) {
        self.at = self.script.len();
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(script: &str) -> Option<String> {
        read(script, &mut 1000).0.text().map(str::to_owned)
    }

    #[test]
    fn every_form_of_a_string_is_read() {
        for (script, expected) in [
            (r"'a\x26b'", "a&b"),
            (r#""\u4e2d\ud83d\ude00""#, "中😀"),
            ("'1767346773' * 1", "1767346773"),
            ("'' || '' || 'x'", "x"),
            (r"JsDecode('a\x5cx26b')", "a&b"),
            (r#"htmlDecode("a &amp;lt; b&nbsp;c")"#, "a &lt; b c"),
            ("'&lt;b&gt;'.html(false)", "<b>"),
            ("xml ? getXmlValue('title.DATA') : 'x'", "x"),
            ("(xml ? getXmlValue('a') || getXmlValue('b') : 'x').html(false)", "x"),
            ("'true' === 'true' ? 'y' : 'n'", "y"),
            ("\"a\".replace(/\\r/g, \"\").replace(/x/g, \"(\")", "a"),
            ("window.a_value_which_never_exists || 'x'", "x"),
        ] {
            assert_eq!(text(script).as_deref(), Some(expected), "{script}");
        }
    }

    #[test]
    fn what_is_no_literal_is_nothing() {
        for script in ["start + end >> 1;", "null;", "showTitle;", "function () { return 'x' }", ""] {
            assert_eq!(text(script), None, "{script}");
        }
    }

    #[test]
    fn objects_survive_what_cannot_be_read() {
        let script = "{ a: f(function(){ return {} }), 'b': [1, {c: 'x',},], d: 'y' === 'y' ? 1 : 0, e: /*,*/ true, }";
        let value = read(script, &mut 1000).0;
        assert_eq!(value.at(&["b"]).items()[1].at(&["c"]).text(), Some("x"));
        assert_eq!(value.at(&["d"]).text(), Some("1"));
        assert_eq!(value.at(&["e"]).text(), Some("true"));
    }

    #[test]
    fn a_cut_object_keeps_what_was_read() {
        let value = read("{ a: 'x', b: JsDecode('y", &mut 1000).0;
        assert_eq!(value.at(&["a"]).text(), Some("x"));
    }

    #[test]
    fn reading_ends_with_the_last_value_that_may_be_read() {
        let (value, length) = read("[1, 2, 3, 4, 5]", &mut 3);
        assert_eq!((value.items().len(), length), (3, 15));
    }

    #[test]
    fn a_list_is_cut_as_the_page_cuts_it() {
        assert_eq!(read("['a', 'b', 'c',].slice(0, 2)", &mut 1000).0.items().len(), 2);
    }
}
