//! Lines and columns of byte offsets, as an editor shows them.

/// Tells line and column of offsets that are asked for in rising order; each byte is looked at once.
pub(super) struct Positions<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    column: usize,
}

impl<'a> Positions<'a> {
    /// Starts at line 1, column 1; a byte order mark takes no column.
    pub(super) fn new(text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at, line: 1, column: 1 }
    }

    /// The line and the column in characters, both from 1.
    pub(super) fn of(&mut self, offset: usize) -> (usize, usize) {
        let passed = self.text.get(self.at..offset).unwrap_or_default();
        for char in passed.chars() {
            if char == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.at = self.at.max(offset);
        (self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_begin_anew_on_each_line() {
        let mut positions = Positions::new("\u{feff}甲乙\r\n丙a");
        assert_eq!(
            [positions.of(3), positions.of(6), positions.of(11), positions.of(14)],
            [(1, 1), (1, 2), (2, 1), (2, 2)]
        );
    }
}
