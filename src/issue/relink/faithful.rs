//! Reads an edited issue again and says whether anything besides the edited links has changed.

use super::Edit;
use crate::issue::{Context, Issue, Link, scan};

/// Whether the edited text has the same front matter, the same pictures, and every link where it was, except for
/// addresses that an edit replaced.
#[must_use]
pub fn is_faithful(before: &Issue, edits: &[Edit], edited: &str) -> bool {
    let after = scan(edited);
    let pictures = |issue: &Issue| issue.images.iter().map(|image| image.url.clone()).collect::<Vec<_>>();
    pictures(before) == pictures(&after)
        && has_same_head(before, edits, &after)
        && has_same_links(before, edits, &after)
}

fn has_same_head(before: &Issue, edits: &[Edit], after: &Issue) -> bool {
    let (Some(old), Some(new)) = (&before.front_matter, &after.front_matter) else {
        return before.front_matter.is_none() && after.front_matter.is_none();
    };
    let is_edited = edits.iter().any(|edit| edit.span.start < old.span.end);
    is_edited || (&old.title, &old.date, &old.tags, &old.span) == (&new.title, &new.date, &new.tags, &new.span)
}

/// Walks both lists: what no edit touches is the same, what one does is another address or gone.
fn has_same_links(before: &Issue, edits: &[Edit], after: &Issue) -> bool {
    let mut ordered: Vec<&Edit> = edits.iter().collect();
    ordered.sort_by_key(|edit| edit.span.start);
    let (mut applied, mut added, mut removed) = (0, 0, 0);
    let mut found = after.links.iter().peekable();
    for link in &before.links {
        while let Some(edit) = ordered.get(applied).filter(|edit| edit.span.end <= link.span.start) {
            (added, removed) = (added + edit.text.len(), removed + edit.span.len());
            applied += 1;
        }
        let start = link.span.start + added - removed;
        let replaces = |edit: &&Edit| edit.span.start <= link.span.start && edit.span.end >= link.span.end;
        let edit = ordered.get(applied).copied().filter(replaces);
        // A struck-out address stands inside its edit; a replaced one may stand in `<` and `>` now.
        let inside = edit.and_then(|edit| Some(kept_at(edit, link)? + edit.span.start));
        let start = inside.map_or(start, |at| at + added - removed);
        let starts_here = |other: &&Link| other.span.start >= start && other.span.start <= start + 1;
        match (edit, found.next_if(starts_here)) {
            (None, Some(same)) if is_same(link, same) => {}
            (Some(_), None) => {}
            (Some(_), Some(other)) if other.key().is_none() || other.key() == link.key() => {}
            _ => return false,
        }
    }
    found.next().is_none()
}

/// Where in the text of an edit the old address stands; what is before it there was before it in the issue.
fn kept_at(edit: &Edit, link: &Link) -> Option<usize> {
    let before = link.span.start - edit.span.start;
    edit.text.get(before..)?.find(&link.url).map(|at| before + at)
}

fn is_same(link: &Link, other: &Link) -> bool {
    let is_bare = |link: &Link| matches!(link.context, Context::Bare | Context::Reference);
    let has_same_form = link.context == other.context || is_bare(link) && is_bare(other);
    link.url == other.url && has_same_form
}
