//! The form in which a tree and what a reader makes of its Markdown are compared.
//!
//! Equal up to what the writer documents: blanks, breaks, pictures, formulas and markers have no style of their own;
//! an address that stands as words may be a link to itself; edge punctuation of bold and slanted runs may stand outside; formulas may be code; `²` is a raised `2`.

use std::collections::BTreeSet;

use wxarchive::model::{Block, Card, Footnote, Inline, InlineKind, List, ListKind, Style};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Heading(u8, Vec<Atom>),
    Paragraph(Vec<Atom>),
    List(Option<u64>, Vec<Vec<Node>>),
    Quote(Vec<Node>),
    Code(String, String),
    Math(String),
    Table(Vec<Vec<Vec<Atom>>>),
    Rule,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Atom {
    pub(super) what: What,
    pub(super) style: Style,
    pub(super) link: Option<String>,
}

impl std::fmt::Debug for Atom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.what {
            What::Char(char) => write!(f, "{char:?}")?,
            other => write!(f, "{other:?}")?,
        }
        if self.style != Style::PLAIN {
            write!(f, "{}", format!("{:?}", self.style).replace("Style", "/"))?;
        }
        self.link.as_ref().map_or(Ok(()), |link| write!(f, "@{link}"))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Char(char),
    Verbatim(String),
    Display(String),
    Image(String, String),
    Marker(String),
    Break,
}

/// A document, its footnotes apart: readers move them to the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) nodes: Vec<Node>,
    pub(super) definitions: Vec<(String, Vec<Atom>)>,
}

impl What {
    fn is_blank(&self) -> bool {
        matches!(self, Self::Char(char) if char.is_whitespace())
    }

    fn is_gap(&self) -> bool {
        self.is_blank() || *self == Self::Break
    }

    fn is_neutral(&self) -> bool {
        let is_formula = matches!(self, Self::Verbatim(text) if text.contains('ƒ'));
        is_formula || self.is_gap() || matches!(self, Self::Display(_) | Self::Image(..) | Self::Marker(_))
    }
}

/// What a tree says.
pub(super) fn of_blocks(blocks: &[Block]) -> Document {
    let (mut markers, mut entries) = (BTreeSet::new(), BTreeSet::new());
    for block in blocks {
        collect_labels(block, &mut markers, &mut entries);
    }
    markers.retain(|label| entries.contains(label));
    let mut definitions = Vec::new();
    let nodes = nodes(blocks, &markers, &mut definitions);
    definitions.sort_by(|one, other| one.0.cmp(&other.0));
    Document { nodes, definitions }
}

fn collect_labels(block: &Block, markers: &mut BTreeSet<String>, entries: &mut BTreeSet<String>) {
    match block {
        Block::Footnotes(entries_here) => {
            let whole = entries_here.iter().filter(|note| is_whole(note));
            entries.extend(whole.map(|note| note.label.clone()));
        }
        Block::Quote(blocks) => blocks.iter().for_each(|block| collect_labels(block, markers, entries)),
        Block::List(list) => {
            list.items.iter().flatten().for_each(|block| collect_labels(block, markers, entries));
        }
        leaf => leaf.for_each_inline(&mut |inline| {
            if let InlineKind::FootnoteRef(label) = &inline.kind {
                markers.insert(label.clone());
            }
        }),
    }
}

/// Whether an entry says anything.
fn is_whole(note: &Footnote) -> bool {
    atoms(&note.content, &BTreeSet::new()).iter().any(|atom| !atom.what.is_gap())
}

type Notes = Vec<(String, Vec<Atom>)>;

fn nodes(blocks: &[Block], markers: &BTreeSet<String>, definitions: &mut Notes) -> Vec<Node> {
    let mut nodes = Vec::new();
    for block in blocks {
        match block {
            Block::Heading(heading) => nodes.push(Node::Heading(heading.level, line(&heading.content, markers))),
            Block::Paragraph(content) => nodes.push(Node::Paragraph(settle(&atoms(content, markers)))),
            Block::List(List { kind, items }) => {
                let start = match kind {
                    ListKind::Bullet => None,
                    ListKind::Ordered { start } => Some(u64::from(*start)),
                };
                nodes.push(list(start, items.iter().map(|item| self::nodes(item, markers, definitions)).collect()));
            }
            Block::Quote(blocks) => nodes.push(Node::Quote(self::nodes(blocks, markers, definitions))),
            Block::Code { language, text } => {
                nodes.push(Node::Code(language.clone().unwrap_or_default(), text.clone()));
            }
            Block::Math(formula) => nodes.push(Node::Math(collapse(formula))),
            Block::Table(table) => {
                let rows: Vec<_> =
                    std::iter::once(table.header.clone().unwrap_or_default()).chain(table.rows.clone()).collect();
                let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
                let cell = |cell: &Vec<Inline>| settle(&atoms(cell, markers));
                let row = |row: &Vec<Vec<Inline>>| {
                    let mut cells: Vec<_> = row.iter().map(cell).collect();
                    cells.resize(columns, Vec::new());
                    cells
                };
                nodes.push(Node::Table(rows.iter().map(row).collect()));
            }
            Block::Rule => nodes.push(Node::Rule),
            Block::Footnotes(entries) => footnotes(entries, markers, definitions, &mut nodes),
        }
    }
    nodes.retain(is_visible);
    nodes
}

fn footnotes(entries: &[Footnote], markers: &BTreeSet<String>, definitions: &mut Notes, nodes: &mut Vec<Node>) {
    for entry in entries {
        let content = settle(&atoms(&entry.content, &BTreeSet::new()));
        if markers.contains(&entry.label) && is_whole(entry) && definitions.iter().all(|note| note.0 != entry.label) {
            definitions.push((entry.label.clone(), content));
        } else {
            let label = format!("[{}] ", entry.label);
            let mut whole = atoms(&[Inline::text(label)], markers);
            whole.extend(atoms(&entry.content, &BTreeSet::new()));
            nodes.push(Node::Paragraph(settle(&whole)));
        }
    }
}

/// A list; a bullet without content is none.
pub(super) fn list(start: Option<u64>, mut items: Vec<Vec<Node>>) -> Node {
    items.retain(|item| start.is_some() || !item.is_empty());
    Node::List(start, items)
}

/// Whether anything is left of a node.
pub(super) fn is_visible(node: &Node) -> bool {
    match node {
        Node::Heading(_, atoms) | Node::Paragraph(atoms) => atoms.iter().any(|atom| !atom.what.is_gap()),
        Node::List(_, items) => items.iter().any(|item| !item.is_empty()),
        Node::Quote(nodes) => !nodes.is_empty(),
        Node::Code(_, text) | Node::Math(text) => !text.trim().is_empty(),
        Node::Table(rows) => rows.iter().any(|row| !row.is_empty()),
        Node::Rule => true,
    }
}

fn line(content: &[Inline], markers: &BTreeSet<String>) -> Vec<Atom> {
    let mut atoms = atoms(content, markers);
    for atom in &mut atoms {
        if atom.what == What::Break {
            atom.what = What::Char(' ');
        }
    }
    settle(&atoms)
}

fn atoms(content: &[Inline], markers: &BTreeSet<String>) -> Vec<Atom> {
    let mut atoms = Vec::new();
    for inline in content {
        let is_raised = inline.style.contains(Style::SUPERSCRIPT);
        let is_marker =
            |text: &str| text.starts_with('[') && text.ends_with(']') || is_raised && is_raised_sign(text.trim());
        let style = match &inline.kind {
            InlineKind::Text(text) if is_marker(text) => inline.style.without(Style::SUPERSCRIPT | Style::SUBSCRIPT),
            _ => inline.style,
        };
        let link = inline.link.as_deref().map(str::trim).filter(|link| !link.is_empty()).map(address);
        let mut add = |what, link: &Option<String>| atoms.push(Atom { what, style, link: link.clone() });
        match &inline.kind {
            InlineKind::Text(text) => {
                text.chars().filter(|char| *char != '\u{feff}').for_each(|char| add(What::Char(char), &link));
            }
            InlineKind::Code(text) if text.is_empty() => {}
            InlineKind::Code(text) => add(What::Verbatim(text.clone()), &link),
            InlineKind::Math(text) if text.trim().is_empty() => {}
            InlineKind::Math(text) => add(What::Verbatim(collapse(text)), &link),
            InlineKind::Image(image) => add(What::Image(address(image.url.as_str()), collapse(&image.alt)), &link),
            InlineKind::Break => add(What::Break, &link),
            InlineKind::FootnoteRef(label) if markers.contains(label) => add(What::Marker(label.clone()), &None),
            InlineKind::FootnoteRef(label) => {
                format!("[{label}]").chars().for_each(|char| add(What::Char(char), &link));
            }
            InlineKind::Card(card) => {
                for (words, link) in card_words(card) {
                    words.chars().for_each(|char| add(What::Char(char), &link));
                }
            }
        }
    }
    atoms.chunk_by_mut(|one, next| one.link == next.link).for_each(clear_address);
    atoms
}

/// Takes the link from words that are its address, since readers of GFM make such links of their own.
pub(super) fn clear_address(atoms: &mut [Atom]) {
    let is_gap = |atom: &Atom| atom.what.is_gap();
    let start = atoms.iter().take_while(|atom| is_gap(atom)).count();
    let end = atoms.iter().rposition(|atom| !is_gap(atom)).map_or(start, |last| last + 1);
    let words = atoms[start..end].iter().map(|atom| match atom.what {
        What::Char(char) => Some(char),
        _ => None,
    });
    let Some(words) = words.collect::<Option<String>>() else { return };
    let words = address(&words);
    let is_address =
        |link: &String| ["", "http://", "mailto:"].iter().any(|scheme| link == &format!("{scheme}{words}"));
    if atoms.first().is_some_and(|atom| atom.link.as_ref().is_some_and(is_address)) {
        for atom in atoms {
            atom.link = None;
        }
    }
}

/// The words that name a card, those that are a link with its address.
fn card_words(card: &Card) -> Vec<(String, Option<String>)> {
    let link = card.url.as_deref().map(address);
    let name = collapse(&card.name);
    let detail = card.detail.as_deref().map(collapse).filter(|detail| *detail != name);
    let length = |part: Option<&str>| part.map_or(0, |part| part.chars().count());
    let letters = length(Some(&card.name)) + length(card.alias.as_deref()) + length(card.detail.as_deref());
    let alias = card.alias.as_deref().filter(|_| letters <= 30).map(|alias| format!("微信号 {alias}"));
    let words: Vec<String> = [name].into_iter().chain(alias).chain(detail).filter(|words| !words.is_empty()).collect();
    match (words.as_slice(), link) {
        ([], Some(link)) => vec![(card.kind.label().to_owned(), Some(link))],
        ([], None) => vec![(format!("[{}]", card.kind.label()), None)],
        (words, link) => vec![(format!("[{}] ", card.kind.label()), None), (words.join(" — "), link)],
    }
}

/// An address as it is read back.
pub(super) fn address(address: &str) -> String {
    address.replace(' ', "%20").replace('<', "%3C").replace('>', "%3E")
}

/// Text with each run of blanks made one space.
pub(super) fn collapse(text: &str) -> String {
    text.replace('\u{feff}', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Brings inline content into the form that is compared.
pub(super) fn settle(atoms: &[Atom]) -> Vec<Atom> {
    let mut atoms = trim(atoms);
    clear_gaps(&mut atoms);
    for style in [Style::STRONG, Style::EMPHASIS] {
        strip_edges(&mut atoms, style);
    }
    let mut settled: Vec<Atom> = Vec::new();
    for atom in atoms.into_iter().map(level) {
        match (settled.last_mut(), &atom) {
            (Some(Atom { what: What::Verbatim(text), style, link }), Atom { what: What::Verbatim(more), .. })
                if *style == atom.style && *link == atom.link =>
            {
                text.push_str(more);
            }
            _ => settled.push(atom),
        }
    }
    settled
}

/// Drops spaces and tabs at the edges of lines, and breaks at the edges of all.
fn trim(atoms: &[Atom]) -> Vec<Atom> {
    let is_space = |atom: &Atom| matches!(atom.what, What::Char(' ' | '\t'));
    let mut lines: Vec<Vec<Atom>> = atoms.split(|atom| atom.what == What::Break).map(<[Atom]>::to_vec).collect();
    for line in &mut lines {
        let start = line.iter().take_while(|atom| is_space(atom)).count();
        line.drain(..start);
        line.truncate(line.iter().rposition(|atom| !is_space(atom)).map_or(0, |last| last + 1));
    }
    while lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    let start = lines.iter().take_while(|line| line.is_empty()).count();
    let line_break = || Atom { what: What::Break, style: Style::PLAIN, link: None };
    let mut trimmed = Vec::new();
    for (index, line) in lines.drain(start..).enumerate() {
        trimmed.extend((index > 0).then(line_break));
        trimmed.extend(line);
    }
    trimmed
}

/// Whether fonts raise this without being asked to, or it marks a note wherever it stands.
fn is_raised_sign(text: &str) -> bool {
    text.chars().all(|char| "®™℠°′″*†‡①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳".contains(char))
}

/// Reads raised and lowered characters as what they stand for.
fn level(mut atom: Atom) -> Atom {
    const LEVELS: [(Style, &str, &str); 2] = [
        (
            Style::SUPERSCRIPT,
            "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
            "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW",
        ),
        (Style::SUBSCRIPT, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+−=()aehijklmnoprstuvx"),
    ];
    if let What::Char(char) = atom.what {
        for (style, raised, plain) in LEVELS {
            let at = raised.chars().position(|other| other == char);
            if let Some(plain) = at.and_then(|at| plain.chars().nth(at)) {
                (atom.what, atom.style) = (What::Char(plain), atom.style | style);
            }
        }
    }
    atom
}

/// Takes the style from what shows none, and the link from blanks that lie outside of it.
fn clear_gaps(atoms: &mut [Atom]) {
    for _ in 0..2 {
        let mut last = None;
        for atom in atoms.iter_mut() {
            let is_outside = atom.what.is_gap() && atom.link != last;
            atom.link = atom.link.take().filter(|_| !is_outside);
            last.clone_from(&atom.link);
        }
        atoms.reverse();
    }
    for atom in atoms.iter_mut().filter(|atom| atom.what.is_neutral()) {
        atom.style = Style::PLAIN;
    }
}

/// Takes a style from punctuation at the edges of its runs and of links, whether the writer had to or not.
fn strip_edges(atoms: &mut [Atom], style: Style) {
    let mut solid: Vec<&mut Atom> = atoms.iter_mut().filter(|atom| !atom.what.is_neutral()).collect();
    let may_leave = |atom: &Atom| matches!(atom.what, What::Char(char) if is_edge_punctuation(char));
    for _ in 0..2 {
        let (mut is_edge, mut link) = (true, None);
        for atom in &mut solid {
            let has = atom.style.contains(style);
            is_edge = !has || (is_edge || link != Some(atom.link.clone())) && may_leave(atom);
            link = Some(atom.link.clone());
            if has && is_edge {
                atom.style = atom.style.without(style);
            }
        }
        solid.reverse();
    }
}

fn is_edge_punctuation(char: char) -> bool {
    if char.is_ascii() {
        return char.is_ascii_control() || ",.;:?!~\"'()[]".contains(char);
    }
    let is_enclosed = matches!(char, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}');
    (is_enclosed || !char.is_alphanumeric()) && !"℃℉°‰％′″＋－＝×÷±￥¥€£＄＃＠＆／＼＿＊".contains(char)
}
