//! Formulas between dollars where every reader takes them as such, else as code.

/// Readers give up on braces nested deeper.
const DEPTH: usize = 20;

/// Whether a formula may stand between dollars inside a line.
pub(super) fn stands_in_line(formula: &str) -> bool {
    is_safe(formula) && !formula.ends_with('\\')
}

/// A formula on lines of its own.
pub(super) enum Display<'a> {
    /// Lines between two lines of `$$`.
    Lines(Vec<&'a str>),
    /// One line, where a line of its own would begin a list or the like.
    Line(String),
    /// A fenced block, where dollars would not do.
    Fence(&'a str),
}

/// Chooses how a formula is written that stands on lines of its own.
pub(super) fn display(formula: &str) -> Display<'_> {
    let lines: Vec<&str> = formula.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect();
    if !is_safe(formula) || formula.contains('\0') {
        return Display::Fence(formula);
    }
    if lines.iter().all(|line| !begins_block(line)) {
        return Display::Lines(lines);
    }
    let has_comment = formula.replace("\\%", "").contains('%');
    if has_comment || formula.trim_end().ends_with('\\') {
        return Display::Fence(formula);
    }
    Display::Line(lines.join(" "))
}

/// Whether a line might begin or end a block; over-careful, since one line will always do.
fn begins_block(line: &str) -> bool {
    let is_mark = |byte: u8| b"#>+-*_=|:<~`$".contains(&byte) || byte.is_ascii_digit();
    match line.as_bytes() {
        [first, second, ..] if first.is_ascii_digit() => !second.is_ascii_alphabetic(),
        [first, second, ..] if is_mark(*first) => !second.is_ascii_alphanumeric() && *second != b'\\',
        [first, ..] => is_mark(*first),
        [] => true,
    }
}

/// Whether a formula may stand between dollars: no dollar or backtick inside, and every brace with its partner.
fn is_safe(formula: &str) -> bool {
    let (mut depth, mut is_escaped) = (0_usize, false);
    for byte in formula.bytes() {
        match byte {
            b'$' | b'`' => return false,
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'{' => depth += 1,
            b'}' if depth == 0 => return false,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth > DEPTH {
            return false;
        }
    }
    depth == 0
}
