//! `relink --mode data`: the copies as a data file for the site's templates; issues stay as they are.
//!
//! The keys are `biz/mid/idx` and `s/CODE`, which templates read from an address without its private values.

use std::collections::BTreeMap;

use serde::Serialize;

use wxarchive::check::{Checked, Verdict};
use wxarchive::edit::put_file;
use wxarchive::relink::{NoTarget, is_open};

use super::pages::Linked;
use super::{Args, Targets};
use crate::cli::exit::{Exit, Failure};
use crate::cli::report::Reporter;

/// Where an article can be read.
#[derive(Debug, Serialize)]
struct Copy {
    url: String,
    title: String,
    state: &'static str,
    /// Issues whose words for this address name another article; there the link stays as it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    except: Vec<String>,
}

pub(super) fn run(args: &Args, checked: &Checked<'_>, targets: &Targets, reporter: &Reporter) -> Result<Exit, Failure> {
    targets.require()?;
    let (copies, without_page) = copies(args, checked, targets);
    let text = if args.data.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
        yaml(&copies)?
    } else {
        serde_json::to_string_pretty(&copies).map_err(Failure::incomplete)? + "\n"
    };
    let path = &args.data;
    let is_same = std::fs::read(path).is_ok_and(|present| present == text.as_bytes());
    if args.action.write && !is_same {
        put_file(path, text.as_bytes()).map_err(Failure::incomplete)?;
    } else if !args.action.write && !args.action.check {
        reporter.document(&text);
    }
    let publish_flags = &args.selection.publish_flags();
    targets.tell(&Linked { links: copies.len(), without_page, publish_flags }, reporter);
    reporter.note(&format!("{} addresses have a copy in `{}`", copies.len(), path.display()));
    let excepted: usize = copies.values().map(|copy| copy.except.len()).sum();
    if excepted > 0 {
        reporter.note(&format!(
            "{excepted} issues give one of them other words somewhere; no link in them to it gets a copy"
        ));
    }
    Ok(if args.action.check && !is_same { Exit::Incomplete } else { Exit::Done })
}

/// The copies by their keys, and how many links would have one if there were a page.
fn copies(args: &Args, checked: &Checked<'_>, targets: &Targets) -> (BTreeMap<String, Copy>, usize) {
    // As in issues: what the site would not say anything of is left alone.
    let is_left = |state: &Verdict| is_open(*state) && !args.selection.force;
    let states: Vec<Verdict> = args.selection.states().into_iter().filter(|state| !is_left(state)).collect();
    let (mut copies, mut without_page): (BTreeMap<String, Copy>, usize) = (BTreeMap::new(), 0);
    for issue in &checked.issues {
        for link in issue.links.iter().filter(|link| states.contains(&link.state)) {
            let (Some(key), Some(entry)) = (link.link.key(), link.entry) else { continue };
            let url = match targets.target(issue, link) {
                Ok(url) => url,
                Err(none) => {
                    without_page += usize::from(none == NoTarget::NoPage);
                    continue;
                }
            };
            let title = entry.manifest.meta.title.clone();
            let fresh = Copy { url, title, state: link.state.name(), except: Vec::new() };
            let copy = copies.entry(key.to_string()).or_insert(fresh);
            let is_wrong = link.verdict == Verdict::Mismatch && !args.selection.force;
            if is_wrong && !copy.except.contains(&issue.file.name) {
                copy.except.push(issue.file.name.clone());
            }
        }
    }
    (copies, without_page)
}

/// The same as YAML, in the subset that is JSON strings under plain keys.
fn yaml(copies: &BTreeMap<String, Copy>) -> Result<String, Failure> {
    let quoted = |text: &String| serde_json::to_string(text).map_err(Failure::incomplete);
    let mut lines = Vec::new();
    for (key, copy) in copies {
        lines.push(format!("{}:", quoted(key)?));
        lines.push(format!("  url: {}", quoted(&copy.url)?));
        lines.push(format!("  title: {}", quoted(&copy.title)?));
        lines.push(format!("  state: {}", copy.state));
        if !copy.except.is_empty() {
            lines.push("  except:".to_owned());
            for issue in &copy.except {
                lines.push(format!("    - {}", quoted(issue)?));
            }
        }
    }
    Ok(lines.join("\n") + "\n")
}
