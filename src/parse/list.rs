//! Reads lists, in the many ways editors nest them (anatomy §3.8).

use super::body::Walk;
use super::dom::{Element, Node};
use super::flow::{Around, Flow};
use super::style::{Css, Display};
use crate::model::{Block, List, ListKind};

/// Reads a list.
pub(super) fn read(walk: &mut Walk<'_>, element: Element<'_>, around: Around<'_>, flow: &mut Flow) {
    let kind = kind(element);
    let mut items = Vec::new();
    gather(walk, element, around, &mut items);
    if kind == ListKind::Bullet {
        items.retain(|item| !item.is_empty());
    }
    // Numbered items keep their place even when empty, so that those after them keep their numbers; line numbers of
    // code are lists of nothing but empty items.
    let last = items.iter().rposition(|item| !item.is_empty());
    items.truncate(last.map_or(0, |last| last + 1));
    // Some editors deepen an item by lists around it that have no items of their own.
    if !element.elements().any(|child| child.name() == "li")
        && is_lists(&items)
        && let Some(before) = flow.last_item()
    {
        return before.extend(items.into_iter().flatten());
    }
    if !items.is_empty() {
        flow.push_list(List { kind, items });
    }
}

/// Reads an item that stands in no list, as part of the bullet list before it.
pub(super) fn read_stray_item(walk: &mut Walk<'_>, element: Element<'_>, around: Around<'_>, flow: &mut Flow) {
    let item = walk.blocks(element, around);
    if !item.is_empty() {
        flow.push_stray_item(item);
    }
}

/// Whether the only item is nothing but lists.
fn is_lists(items: &[Vec<Block>]) -> bool {
    matches!(items, [item] if item.iter().all(|block| matches!(block, Block::List(_))))
}

fn kind(element: Element<'_>) -> ListKind {
    if element.name() != "ol" {
        return ListKind::Bullet;
    }
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| *number < 1_000_000_000);
    let first = element.elements().find(|child| child.name() == "li").and_then(|item| item.attribute("value"));
    let start = first.and_then(number).or_else(|| element.attribute("start").and_then(number));
    ListKind::Ordered { start: start.unwrap_or(1) }
}

/// Gathers the items below an element.
fn gather(walk: &mut Walk<'_>, element: Element<'_>, around: Around<'_>, items: &mut Vec<Vec<Block>>) {
    for node in element.children() {
        match node {
            Node::Element(child) if child.name() == "li" => {
                if Css::parse(child.attribute("style").unwrap_or_default()).display != Display::None {
                    let item = walk.styled(child, around);
                    match items.last_mut() {
                        Some(before) if only_indents(child, &item) => before.extend(item),
                        _ => items.push(item),
                    }
                }
            }
            Node::Element(child) if holds_items(child) => gather(walk, child, around, items),
            // A list beside the items, and anything else that doesn't belong here, is part of the item before it.
            Node::Element(child) => {
                let mut flow = Flow::default();
                walk.element(child, around, &mut flow);
                append(items, flow);
            }
            Node::Text(text) => {
                let mut flow = Flow::default();
                flow.line.text(text, around.setting);
                append(items, flow);
            }
        }
    }
}

/// Whether an item has no number and only indents a list, which belongs to the item before it.
fn only_indents(element: Element<'_>, item: &[Block]) -> bool {
    let style = element.attribute("style").unwrap_or_default();
    let is_none = |(name, value): (&str, &str)| {
        let name = name.trim().to_ascii_lowercase();
        matches!(name.as_str(), "list-style" | "list-style-type") && value.to_ascii_lowercase().contains("none")
    };
    matches!(item, [Block::List(_)]) && style.split(';').filter_map(|part| part.split_once(':')).any(is_none)
}

fn append(items: &mut Vec<Vec<Block>>, flow: Flow) {
    let blocks = flow.into_blocks();
    if blocks.is_empty() {
        return;
    }
    match items.last_mut() {
        Some(item) => item.extend(blocks),
        None => items.push(blocks),
    }
}

/// Whether an element between a list and its items only wraps them.
fn holds_items(element: Element<'_>) -> bool {
    !matches!(element.name(), "ul" | "ol" | "menu" | "dir") && element.elements().any(|child| child.name() == "li")
}
