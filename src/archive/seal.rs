//! The seal of a record: its own SHA-256 on its second line, so that a changed bit in a JSON file is seen.
//!
//! The hash is that of the file without that line. `sed 2d FILE | sha256sum` checks it without this program.

use super::Digest;

/// What a sealed record begins with.
const OPENING: &[u8] = b"{\n  \"_sha256\": \"";
/// How many hex digits follow.
const DIGITS: usize = 64;
/// The key of the seal.
const KEY: &str = "_sha256";

/// What a record's seal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seal {
    /// The record is as it was written.
    Whole,
    /// The record is as it was written but for its line ends, which are CR and LF: git or an editor on Windows did it.
    LineEnds,
    /// The record was changed after it was written.
    Broken,
    /// There is none at all.
    Missing,
}

/// Puts the seal on a JSON object written with two blanks of indentation.
pub(super) fn seal(object: &[u8]) -> Vec<u8> {
    let rest = object.strip_prefix(b"{").unwrap_or(object);
    let rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    let comma = if rest.starts_with(b"}") { "" } else { "," };
    let digest = Digest::of(&[b"{\n", rest].concat());
    [OPENING, digest.to_string().as_bytes(), b"\"", comma.as_bytes(), b"\n", rest].concat()
}

/// Takes the seal off: what it says, and the object without it.
///
/// A seal in any other spelling than the one that is written was not written by this program, so the record was changed;
/// only a record that has no seal at all is one without.
pub(super) fn unseal(bytes: &[u8]) -> (Seal, Vec<u8>) {
    if let Some(object) = checked(bytes) {
        return (Seal::Whole, object);
    }
    if let Some(object) = with_lf(bytes).and_then(|bytes| checked(&bytes)) {
        return (Seal::LineEnds, object);
    }
    let seal = if names_a_seal(bytes) { Seal::Broken } else { Seal::Missing };
    (seal, bytes.to_owned())
}

/// The same text with LF for each CR and LF; `None` where it has none of these.
pub(super) fn with_lf(bytes: &[u8]) -> Option<Vec<u8>> {
    bytes.contains(&b'\r').then(|| {
        let is_kept = |at: &usize| bytes[*at] != b'\r' || bytes.get(at + 1) != Some(&b'\n');
        (0..bytes.len()).filter(is_kept).map(|at| bytes[at]).collect()
    })
}

/// The object without its seal, where that is right.
fn checked(bytes: &[u8]) -> Option<Vec<u8>> {
    let (written, rest) = split(bytes)?;
    let object = [b"{\n", rest].concat();
    (Digest::of(&object).to_string().as_bytes() == written).then_some(object)
}

/// The digits of the seal and what follows its line.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (digits, rest) = bytes.strip_prefix(OPENING)?.split_at_checked(DIGITS)?;
    let rest = rest.strip_prefix(b"\"")?;
    Some((digits, rest.strip_prefix(b",").unwrap_or(rest).strip_prefix(b"\n")?))
}

/// Whether a key of the object is that of the seal, or is what a changed letter has made of it.
fn names_a_seal(bytes: &[u8]) -> bool {
    let object = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(bytes).unwrap_or_default();
    let is_seal = |key: &String| key.starts_with('_') || (key.len() == KEY.len() && key.ends_with(&KEY[1..]));
    object.keys().any(is_seal)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJECTS: [&str; 2] = ["{}\n", "{\n  \"a\": 1,\n  \"sha256\": \"b\"\n}\n"];

    #[test]
    fn every_flipped_bit_breaks_the_seal_or_the_json() {
        for object in OBJECTS {
            let sealed = seal(object.as_bytes());
            assert_eq!(unseal(&sealed).0, Seal::Whole);
            serde_json::from_slice::<serde_json::Value>(&sealed).expect("still JSON");
            for bit in 0..sealed.len() * 8 {
                let mut flipped = sealed.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                let is_json =
                    serde_json::from_slice::<serde_json::Value>(&flipped).is_ok_and(|value| value.is_object());
                assert!(!is_json || unseal(&flipped).0 == Seal::Broken, "bit {bit}");
            }
        }
    }

    #[test]
    fn only_a_record_without_any_seal_is_unsealed() {
        let object = OBJECTS[1];
        assert_eq!(unseal(object.as_bytes()).0, Seal::Missing);
        let sealed = String::from_utf8(seal(object.as_bytes())).expect("utf-8");
        let respelled = [
            sealed.replace("\n  \"_sha", "\n   \"_sha"),
            sealed.replace("\": \"", "\":  \""),
            sealed.replace("  ", "\t"),
            sealed.replace("_sha256", "\\u005fsha256"),
            sealed.replace('\n', ""),
        ];
        for text in respelled {
            assert_eq!(unseal(text.as_bytes()).0, Seal::Broken, "{text}");
        }
    }

    #[test]
    fn line_ends_of_windows_are_told_apart_from_damage() {
        for object in OBJECTS {
            let text = String::from_utf8(seal(object.as_bytes())).expect("utf-8").replace('\n', "\r\n");
            let written = seal(object.as_bytes());
            assert_eq!(unseal(text.as_bytes()), (Seal::LineEnds, unseal(&written).1));
            assert_eq!(with_lf(text.as_bytes()), Some(written));
            let damaged = text.replace('}', " }");
            assert_eq!(unseal(damaged.as_bytes()).0, Seal::Broken);
        }
    }
}
