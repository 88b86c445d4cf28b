//! The report as SARIF 2.1.0, which code scanning of forges shows beside the lines.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use wxarchive::check::Verdict;

use super::CheckLine;

/// One run with a rule for each fault that occurs and a result for each link that should be looked at.
pub(super) fn of(lines: &[CheckLine]) -> String {
    let wanted: Vec<&CheckLine> = lines.iter().filter(|line| line.needs_attention).collect();
    let rules: BTreeSet<&str> = wanted.iter().map(|line| rule_of(line)).collect();
    let rules: Vec<Value> = rules.into_iter().map(rule).collect();
    let results: Vec<Value> = wanted.iter().map(|line| result(line)).collect();
    let report = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "wxarchive",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{report:#}\n")
}

/// What is wrong with a link: its state, or where that is fine, what its address publishes.
fn rule_of(line: &CheckLine) -> &'static str {
    let is_odd = line.state.parse::<Verdict>().is_ok_and(Verdict::needs_attention);
    if is_odd { line.state } else { PRIVATE }
}

/// The rule of links that would be fine but for the session parameters in their address.
const PRIVATE: &str = "private";

fn rule(id: &str) -> Value {
    let text = match id {
        PRIVATE => "A WeChat link that publishes session parameters".to_owned(),
        state => format!("A WeChat link that is {state}"),
    };
    json!({ "id": id, "shortDescription": { "text": text } })
}

fn result(line: &CheckLine) -> Value {
    let title = line.title.as_deref().unwrap_or(&line.url);
    let why = line.explanation();
    let message =
        if why.is_empty() { format!("{title}: {}", line.state) } else { format!("{title}: {}; {why}", line.state) };
    json!({
        "ruleId": rule_of(line),
        "level": level(line),
        "message": { "text": message },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&line.issue) },
            "region": { "startLine": line.line, "startColumn": line.column },
        }}],
    })
}

/// Dead and wrong links are errors; what may mend itself is a note.
fn level(line: &CheckLine) -> &'static str {
    let is_wrong =
        [Verdict::Mismatch, Verdict::Picture, Verdict::Malformed].iter().any(|state| state.name() == line.state);
    match line.state {
        _ if is_wrong || line.is_gone => "error",
        "blocked" | "not-archived" | "unreachable" => "note",
        _ => "warning",
    }
}

/// A path as a relative reference of RFC 3986.
fn uri(path: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let encode = |byte: u8| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(encode).collect()
}
