//! Puts edits into a text; every byte that no edit names is copied as it is.

use super::Edit;

/// The text with the edits in it. One that overlaps an earlier one, or does not fit the text, is left out.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut ordered: Vec<&Edit> = edits.iter().collect();
    ordered.sort_by_key(|edit| edit.span.start);
    let mut out = String::with_capacity(text.len() + ordered.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut end = 0;
    for edit in ordered {
        let fits = edit.span.start >= end && text.get(edit.span.clone()).is_some();
        if fits {
            out.push_str(&text[end..edit.span.start]);
            out.push_str(&edit.text);
            end = edit.span.end;
        }
    }
    out.push_str(&text[end..]);
    out
}

/// The edits that take edits back: they belong to the edited text.
#[must_use]
pub fn invert(text: &str, edits: &[Edit]) -> Vec<Edit> {
    let mut ordered: Vec<&Edit> = edits.iter().collect();
    ordered.sort_by_key(|edit| edit.span.start);
    let (mut added, mut removed, mut end) = (0, 0, 0);
    let mut inverse = Vec::with_capacity(edits.len());
    for edit in ordered {
        let Some(old) = text.get(edit.span.clone()).filter(|_| edit.span.start >= end) else { continue };
        let start = edit.span.start + added - removed;
        inverse.push(Edit { span: start..start + edit.text.len(), text: old.to_owned() });
        (added, removed, end) = (added + edit.text.len(), removed + edit.span.len(), edit.span.end);
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_that_do_not_fit_change_nothing() {
        let edit = |start, end, text: &str| Edit { span: start..end, text: text.to_owned() };
        assert_eq!(apply("abc", &[edit(1, 2, "x"), edit(0, 1, "y")]), "yxc");
        assert_eq!(apply("abc", &[edit(0, 2, "x"), edit(1, 3, "y")]), "xc");
        assert_eq!(apply("甲", &[edit(1, 2, "x"), edit(9, 12, "y")]), "甲");
        assert_eq!(apply("", &[edit(0, 0, "x")]), "x");
    }
}
