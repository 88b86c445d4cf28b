//! What an issue has that its author should look at; it never stops the reading.

/// Something in an issue that could not be read as it was meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueOddity {
    /// An entry of the front matter is broken.
    #[error("line {line}: the front matter cannot be read: {why}")]
    BrokenFrontMatter {
        /// From 1, in the file.
        line: usize,
        /// What is wrong, and what to do where that is known.
        why: String,
    },
    /// The front matter has no end.
    #[error("line {line}: the front matter that begins here is not closed: write the same line again after it")]
    UnclosedFrontMatter {
        /// From 1, in the file.
        line: usize,
    },
}

impl IssueOddity {
    /// The line to look at, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        match self {
            Self::BrokenFrontMatter { line, .. } | Self::UnclosedFrontMatter { line } => *line,
        }
    }
}
