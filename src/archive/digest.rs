//! SHA-256, the only hash of the archive, so that `sha256sum` can check every file.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::model::{Article, Block, Card, Cell, Inline, InlineKind, ListKind, Style};

/// How much of a file is held in memory while it is hashed.
const READ_AT_ONCE: usize = 256 << 10;

/// A SHA-256, written as 64 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// Hashes bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// Hashes what a reader gives, and counts its bytes.
    pub(super) fn of_reader(reader: impl std::io::Read) -> std::io::Result<(Self, u64)> {
        Self::of_parts(reader, &mut vec![0; READ_AT_ONCE])
    }

    /// Hashes what a reader gives, as much at a time as the buffer holds, and counts its bytes.
    pub(super) fn of_parts(mut reader: impl std::io::Read, buffer: &mut [u8]) -> std::io::Result<(Self, u64)> {
        let (mut hash, mut length) = (sha2::Sha256::new(), 0);
        loop {
            let count = match reader.read(buffer) {
                Ok(0) => return Ok((Self(hash.finalize().into()), length)),
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            hash.update(&buffer[..count]);
            length += count as u64;
        }
    }

    /// Hashes what makes an article's content: title, author, account, body and picture keys.
    ///
    /// Nothing that changes from fetch to fetch goes in: no token, counter, host, size or query string. Addresses of
    /// cards, descriptions of pictures and the cover stay out as well, since they are not what a reader reads.
    #[must_use]
    pub fn of_content(article: &Article) -> Self {
        let mut content = Content(sha2::Sha256::new());
        content.word("title", &article.title);
        content.word("account", &article.account.name);
        content.word("author", article.author.as_deref().unwrap_or_default());
        content.blocks(&article.body);
        Self(content.0.finalize().into())
    }

    /// The digest that these bytes are.
    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of it.
    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first digits, for names people see.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string()[..8].to_owned()
    }
}

/// Feeds an article to the hash as tagged, length-prefixed words, so that no two trees feed the same bytes.
struct Content(sha2::Sha256);

impl Content {
    fn word(&mut self, tag: &str, word: &str) {
        self.0.update(format!("{tag}:{}:", word.len()));
        self.0.update(word);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        self.word("blocks", &blocks.len().to_string());
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(heading) => {
                self.word("heading", &heading.level.to_string());
                self.line(&heading.content);
            }
            Block::Paragraph(content) => self.line(content),
            Block::List(list) => {
                let kind = match list.kind {
                    ListKind::Bullet => "bullet".to_owned(),
                    ListKind::Ordered { start } => start.to_string(),
                };
                self.word("list", &kind);
                list.items.iter().for_each(|item| self.blocks(item));
            }
            Block::Quote(blocks) => {
                self.word("quote", "");
                self.blocks(blocks);
            }
            Block::Code { language, text } => {
                self.word("language", language.as_deref().unwrap_or_default());
                self.word("code", text);
            }
            Block::Math(formula) => self.word("math", formula),
            Block::Table(table) => {
                self.word("table", if table.header.is_some() { "header" } else { "" });
                table.header.iter().chain(&table.rows).for_each(|row| self.row(row));
            }
            Block::Rule => self.word("rule", ""),
            Block::Footnotes(notes) => {
                self.word("notes", &notes.len().to_string());
                for note in notes {
                    self.word("note", &note.label);
                    self.line(&note.content);
                }
            }
        }
    }

    fn row(&mut self, cells: &[Cell]) {
        self.word("row", &cells.len().to_string());
        for cell in cells {
            self.line(cell);
        }
    }

    fn line(&mut self, content: &[Inline]) {
        self.word("line", &content.len().to_string());
        for inline in content {
            self.word("style", &style_letters(inline.style));
            self.word("link", inline.link.as_deref().unwrap_or_default());
            self.kind(&inline.kind);
        }
    }

    fn kind(&mut self, kind: &InlineKind) {
        match kind {
            InlineKind::Text(text) => self.word("text", text),
            InlineKind::Code(text) => self.word("code", text),
            InlineKind::Math(text) => self.word("math", text),
            InlineKind::Image(image) => self.word("image", image.url.key().as_str()),
            InlineKind::Break => self.word("break", ""),
            InlineKind::FootnoteRef(label) => self.word("mark", label),
            InlineKind::Card(Card { kind, name, .. }) => self.word(kind.label(), name),
        }
    }
}

fn style_letters(style: Style) -> String {
    let letters = [
        (Style::STRONG, 'b'),
        (Style::EMPHASIS, 'i'),
        (Style::STRIKE, 's'),
        (Style::SUPERSCRIPT, '^'),
        (Style::SUBSCRIPT, '_'),
    ];
    letters.into_iter().filter(|(one, _)| style.contains(*one)).map(|(_, letter)| letter).collect()
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl TryFrom<String> for Digest {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no SHA-256: expected 64 hex digits");
        let digits = text.as_bytes();
        let is_lower_hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
        if digits.len() != 64 || !digits.iter().all(is_lower_hex) {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_reads_back_what_it_writes_and_nothing_else() {
        let digest = Digest::of(b"abc");
        assert_eq!(digest.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(Digest::try_from(digest.to_string()), Ok(digest));
        assert!(Digest::try_from("BA".repeat(32)).is_err());
        assert!(Digest::try_from("é".repeat(32)).is_err());
    }
}
