//! Links reference markers to the addresses that a list in the text gives for them.
//!
//! A list that ends the article becomes footnotes. One with text after it can't: Markdown shows notes at the end, and
//! the text would change its order. There the list stays as it is, and each raised `[1]` leads where its entry says,
//! unless a link of the article leads there already: then the reader misses nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::footnote::{is_address, label, lines, marked};
use crate::model::{Block, Inline, InlineKind};

/// Links every marker whose entry names an address that nothing else leads to.
pub(super) fn link(blocks: &mut [Block]) {
    let mut targets = targets(blocks);
    let linked = linked(blocks);
    targets.retain(|_, target| !linked.contains(target.as_str()));
    if !targets.is_empty() {
        let link = &mut |content: &mut Vec<Inline>| link_runs(content, &targets);
        blocks.iter_mut().filter(|block| !is_entry(block)).for_each(|block| block.for_each_content_mut(link));
    }
}

fn is_entry(block: &Block) -> bool {
    lines(block).any(|line| label(line).is_some())
}

/// The addresses that links lead to.
fn linked(blocks: &[Block]) -> BTreeSet<&str> {
    let mut linked = BTreeSet::new();
    for block in blocks {
        block.for_each_inline(&mut |run| linked.extend(run.link.as_deref()));
    }
    linked
}

/// The address for each label; a label of two entries has none.
fn targets(blocks: &[Block]) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut last = None;
    for block in blocks {
        for line in lines(block) {
            // Some editors set the address below the name of the source.
            let below = last.take().filter(|_| is_address(block));
            let Some(label) = label(line).or(below) else { continue };
            match address(line) {
                Some(address) => found.entry(label).or_default().push(address.to_owned()),
                None => last = Some(label),
            }
        }
    }
    let only = |(label, mut addresses): (String, Vec<String>)| {
        let address = addresses.pop()?;
        addresses.is_empty().then_some((label, address))
    };
    found.into_iter().filter_map(only).collect()
}

/// The first address of a line, of a link or in its words.
fn address(line: &[Inline]) -> Option<&str> {
    line.iter().find_map(|run| match (&run.link, &run.kind) {
        (Some(target), _) => Some(target.as_str()),
        (None, InlineKind::Text(text) | InlineKind::Code(text)) => address_in(text),
        _ => None,
    })
}

/// Bytes of an address at most.
const LONGEST: usize = 2000;

/// The first address in words, without the punctuation that ends a sentence.
fn address_in(text: &str) -> Option<&str> {
    let mut from = 0;
    loop {
        let colon = from + text[from..].find("://")?;
        from = colon + 3;
        let scheme = ["https", "http"].into_iter().find(|scheme| text[..colon].ends_with(scheme));
        let Some(scheme) = scheme.filter(|_| begins_with_host(&text[from..])) else { continue };
        let length = text[from..].bytes().take(LONGEST).take_while(|byte| is_of_address(*byte)).count();
        let address =
            text[from..from + length].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ')', '(', ']', '[']);
        return Some(&text[colon - scheme.len()..from + address.len()]);
    }
}

/// Whether a text begins with the name of a host, a dot inside.
fn begins_with_host(text: &str) -> bool {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-.".contains(byte);
    let length = text.bytes().take(255).take_while(is_of_name).count();
    text[..length].trim_matches('.').contains('.')
}

/// Characters of an address.
fn is_of_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!&'()+,;=%".contains(&byte)
}

fn link_runs(content: &mut [Inline], targets: &BTreeMap<String, String>) {
    for run in content.iter_mut().filter(|run| run.link.is_none()) {
        if let [label] = marked(run).as_slice() {
            run.link = targets.get(label).cloned();
        }
    }
}
