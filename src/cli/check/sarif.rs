//! The report as SARIF 2.1.0, which code scanning of forges shows beside the lines.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use wxarchive::check::Verdict;

use super::CheckLine;

/// One run with a rule for each state that occurs and a result for each link that should be looked at.
pub(super) fn of(lines: &[CheckLine]) -> String {
    let wanted: Vec<&CheckLine> = lines.iter().filter(|line| line.needs_attention).collect();
    let states: BTreeSet<&str> = wanted.iter().map(|line| line.state).collect();
    let rules: Vec<Value> = states.iter().map(|state| rule(state)).collect();
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

fn rule(state: &str) -> Value {
    json!({ "id": state, "shortDescription": { "text": format!("A WeChat link that is {state}") } })
}

fn result(line: &CheckLine) -> Value {
    let title = line.title.as_deref().unwrap_or(&line.url);
    let why = line.explanation();
    let message =
        if why.is_empty() { format!("{title}: {}", line.state) } else { format!("{title}: {}; {why}", line.state) };
    json!({
        "ruleId": line.state,
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
