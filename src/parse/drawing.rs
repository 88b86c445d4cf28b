//! Reads SVG drawings: formulas as pictures, others for their pictures and words.

use super::body::Walk;
use super::dom::Element;
use super::flow::{Around, Flow};
use super::picture::room_of_drawing;
use super::style::Room;
use crate::model::{Image, ImageUrl, InlineKind, Oddity};

/// Reads a drawing.
///
/// Editors use drawings for ornaments and spacers, which hold nothing; for pictures that move or unfold, of which
/// every picture is kept in order; and for formulas set by `MathJax`, whose LaTeX is lost (anatomy §3.7, §3.12).
pub(super) fn read(walk: &mut Walk<'_>, element: Element<'_>, around: Around<'_>, flow: &mut Flow) {
    // Looked for from the outermost drawing only, since pages nest them.
    if !around.in_drawing && is_formula(element) {
        return read_formula(walk, element, around, flow);
    }
    let moves = |found: Element<'_>| matches!(found.name(), "animate" | "animateTransform" | "animateMotion" | "set");
    let shows = |found: Element<'_>| matches!(found.name(), "image" | "img" | "foreignObject");
    let is_still = !element.descendants().any(moves);
    let is_outermost = !around.in_drawing;
    if is_outermost && element.descendants().any(moves) && (element.has_text() || element.descendants().any(shows)) {
        walk.oddities.add(Oddity::InteractiveSvg);
    }
    if is_outermost && is_chart(element) {
        walk.oddities.add(Oddity::DrawingLeftOut);
    }
    walk.children(element, around.in_drawing(), flow);
    if is_outermost && is_still && is_diagram(element) {
        walk.oddities.add(Oddity::DrawingAsWords);
    }
}

/// Whether a drawing is as large as a picture, and nothing but lines and areas; ornaments have one or two.
fn is_chart(element: Element<'_>) -> bool {
    let shows =
        |found: Element<'_>| matches!(found.name(), "path" | "polyline" | "polygon" | "line" | "circle" | "ellipse");
    let holds = |found: Element<'_>| matches!(found.name(), "image" | "img" | "foreignObject");
    let is_large = room_of_drawing(element) == Room::Picture && !element.has_text();
    is_large && element.descendants().filter(|found| shows(*found)).count() > 2 && !element.descendants().any(holds)
}

/// Whether a drawing is a formula set by `MathJax`.
fn is_formula(element: Element<'_>) -> bool {
    element.attribute("data-mml-node").is_some()
        || element.descendants().any(|found| found.attribute("data-mml-node").is_some())
}

/// Whether a drawing shows how its words belong together: as large as a picture, with lines and boxes around them.
fn is_diagram(element: Element<'_>) -> bool {
    const SHAPES: [&str; 7] = ["path", "rect", "line", "polyline", "polygon", "circle", "ellipse"];
    let shapes = element.descendants().filter(|found| SHAPES.contains(&found.name())).count();
    shapes > 2 && element.has_text() && room_of_drawing(element) == Room::Picture
}

/// Keeps a formula as a picture: the drawing itself, as a file of its own.
fn read_formula(walk: &mut Walk<'_>, element: Element<'_>, around: Around<'_>, flow: &mut Flow) {
    walk.oddities.add(Oddity::FormulaAsPicture);
    let url = ImageUrl::from_data(format!("data:image/svg+xml,{}", escaped(&standalone(&element.html()))));
    flow.line.push(InlineKind::Image(Image { url, alt: "公式".to_owned(), size: None }), around.setting);
}

/// A drawing cut out of HTML as one that stands in a file: with its namespace.
fn standalone(svg: &str) -> String {
    if svg.contains("xmlns=") {
        svg.to_owned()
    } else {
        svg.replacen("<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"", 1)
    }
}

/// Escapes what would end a `data:` address or an attribute around it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!*:/=;,@$&+".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            for half in [byte >> 4, byte & 15] {
                escaped.extend(char::from_digit(u32::from(half), 16).map(|digit| digit.to_ascii_uppercase()));
            }
        }
    }
    escaped
}
