//! What names an article: `biz/mid/idx`, or the opaque short code that only a fetched page can resolve.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The account of an article: the base64 form of its decimal number, as in the `__biz` parameter.
///
/// Always padded with `=` and free of percent escapes, so that equal accounts are equal strings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Biz(String);

/// The identity of an article: account, message number and place in the message (anatomy §1.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ArticleKey {
    /// The account.
    pub biz: Biz,
    /// The message, unique within the account.
    pub mid: u64,
    /// The place in the message, from 1.
    pub idx: u32,
}

/// What a page says of its identity; a page may leave out any part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    /// The account.
    pub biz: Option<Biz>,
    /// The message.
    pub mid: Option<u64>,
    /// The place in the message.
    pub idx: Option<u32>,
}

/// The 22 characters of a `/s/…` address; case matters, and it may begin with `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ShortCode(String);

/// What an address names: the article itself, or a short code that is an alias of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Key {
    /// `biz/mid/idx`.
    Article(ArticleKey),
    /// `s/CODE`.
    Short(ShortCode),
}

/// Why a text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The account is not the base64 form of a decimal number.
    #[error("`{0}` is no account: expected the base64 form of a decimal number")]
    Biz(String),
    /// The code has a wrong length or a foreign character.
    #[error("`{0}` is no short code: expected 22 of A-Z a-z 0-9 - _")]
    ShortCode(String),
    /// The text is neither `biz/mid/idx` nor `s/CODE`.
    #[error("`{0}` is no article key: expected `biz/mid/idx` or `s/CODE`")]
    Key(String),
}

impl Claim {
    /// The identity, where every part of it is there.
    #[must_use]
    pub fn key(&self) -> Option<ArticleKey> {
        Some(ArticleKey { biz: self.biz.clone()?, mid: self.mid?, idx: self.idx? })
    }

    /// Whether a part that is there is another than the key's.
    #[must_use]
    pub fn contradicts(&self, key: &ArticleKey) -> bool {
        self.biz.as_ref().is_some_and(|biz| *biz != key.biz)
            || self.mid.is_some_and(|mid| mid != key.mid)
            || self.idx.is_some_and(|idx| idx != key.idx)
    }
}

impl Biz {
    /// Reads an account in base64, with or without padding, also percent-encoded.
    ///
    /// # Errors
    /// When the text does not decode to a decimal number.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let plain = text.replace("%3D", "=").replace("%3d", "=");
        let digits = decode_base64(plain.trim_end_matches('='))
            .filter(|bytes| !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit))
            .ok_or_else(|| KeyError::Biz(text.to_owned()))?;
        Ok(Self(encode_base64(&digits)))
    }

    /// The padded base64 form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ShortCode {
    /// Reads a code of 22 URL-safe base64 characters.
    ///
    /// # Errors
    /// When a character is foreign or the length is another.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let fits = text.len() == 22 && text.bytes().all(is_code_byte);
        if fits { Ok(Self(text.to_owned())) } else { Err(KeyError::ShortCode(text.to_owned())) }
    }

    /// The 22 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a byte may stand in a short code.
pub(super) fn is_code_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Decodes standard base64 without padding; `None` for a foreign character or a length that cannot be.
pub(super) fn decode_base64(bare: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(bare.len() * 3 / 4);
    let (mut pending, mut bits) = (0_u32, 0_u32);
    for byte in bare.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        pending = pending << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(pending >> bits & 0xff).ok()?);
        }
    }
    (bare.len() % 4 != 1).then_some(bytes)
}

/// Encodes as standard base64 with padding, so that the unused bits of the last character are always zero.
fn encode_base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, place| bits << 8 | u32::from(*group.get(place).unwrap_or(&0)));
        for place in 0..4 {
            let letter = ALPHABET[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= group.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

impl fmt::Display for Biz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s/{}", self.0)
    }
}

impl fmt::Display for ArticleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.biz, self.mid, self.idx)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Article(key) => key.fmt(f),
            Self::Short(code) => code.fmt(f),
        }
    }
}

impl FromStr for ArticleKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let wrong = || KeyError::Key(text.to_owned());
        let mut parts = text.rsplitn(3, '/');
        let idx = parts.next().and_then(|idx| idx.parse().ok()).filter(|idx| *idx > 0).ok_or_else(wrong)?;
        let mid = parts.next().and_then(|mid| mid.parse().ok()).filter(|mid| *mid > 0).ok_or_else(wrong)?;
        let biz = Biz::parse(parts.next().ok_or_else(wrong)?)?;
        Ok(Self { biz, mid, idx })
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        match text.strip_prefix("s/") {
            Some(code) => ShortCode::parse(code).map(Self::Short),
            None => text.parse().map(Self::Article),
        }
    }
}

/// Lets serde read and write a type as the text of its `Display` and its parser.
macro_rules! as_text {
    ($($type:ty, $parse:expr;)*) => {$(
        impl TryFrom<String> for $type {
            type Error = KeyError;

            fn try_from(text: String) -> Result<Self, KeyError> {
                $parse(&text)
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.to_string()
            }
        }
    )*};
}

as_text! {
    Biz, Biz::parse;
    ArticleKey, <ArticleKey as FromStr>::from_str;
    ShortCode, |text: &str| ShortCode::parse(text.strip_prefix("s/").unwrap_or(text));
    Key, <Key as FromStr>::from_str;
}
