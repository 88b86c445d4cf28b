//! The seal of a record: its own SHA-256 on its second line, so that a changed bit in a JSON file is seen.
//!
//! The hash is that of the file without that line. `sed 2d FILE | sha256sum` checks it without this program.

use super::Digest;

/// What a sealed record begins with.
const OPENING: &[u8] = b"{\n  \"_sha256\": \"";
/// How many hex digits follow.
const DIGITS: usize = 64;

/// What a record's seal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seal {
    /// The record is as it was written.
    Whole,
    /// The record was changed after it was written.
    Broken,
    /// There is none.
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
pub(super) fn unseal(bytes: &[u8]) -> (Seal, Vec<u8>) {
    let Some((written, rest)) = split(bytes) else { return (Seal::Missing, bytes.to_owned()) };
    let object = [b"{\n", rest].concat();
    let seal = if Digest::of(&object).to_string().as_bytes() == written { Seal::Whole } else { Seal::Broken };
    (seal, object)
}

/// The digits of the seal and what follows its line.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (digits, rest) = bytes.strip_prefix(OPENING)?.split_at_checked(DIGITS)?;
    let rest = rest.strip_prefix(b"\"")?;
    Some((digits, rest.strip_prefix(b",").unwrap_or(rest).strip_prefix(b"\n")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_breaks_or_hides_the_seal() {
        for object in ["{}\n", "{\n  \"a\": 1\n}\n"] {
            let sealed = seal(object.as_bytes());
            assert_eq!(unseal(&sealed).0, Seal::Whole);
            serde_json::from_slice::<serde_json::Value>(&sealed).expect("still JSON");
            for bit in 0..sealed.len() * 8 {
                let mut flipped = sealed.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                assert_ne!(unseal(&flipped).0, Seal::Whole, "bit {bit}");
            }
        }
    }
}
