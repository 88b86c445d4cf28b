//! The lines of text that people read.

use console::{StyledObject, style};

use wxarchive::mirror::Report as MirrorReport;
use wxarchive::sync::{ArticleEvent, Event, IssueEvent, IssueFile, Outcome, Report, SILENCE, Summary};

use super::Detail;
use crate::cli::links::LinkLine;
use crate::cli::list::ArticleLine;

/// The line of an event, and from which detail on it is printed.
pub(super) fn of_event(event: &Event) -> (Detail, String) {
    match event {
        Event::Plan { issues, articles } => {
            (Detail::Normal, format!("{} in {}", count(*articles, "article"), count(*issues, "issue")))
        }
        Event::Article(article) => {
            let is_known = matches!(article.outcome, Outcome::Skipped | Outcome::Unchanged) && article.dir.is_some();
            (if is_known { Detail::Verbose } else { Detail::Normal }, of_outcome(article))
        }
        Event::MissingPicture { url, why } => {
            (Detail::Verbose, format!("{:>9}  {url}: {why}", style("picture").yellow()))
        }
        Event::UnreadableIssue { why } => (Detail::Quiet, format!("{:>9}  {why}", style("unread").red())),
        Event::Issue(issue) => {
            let is_worth_a_line = issue.changed && !(issue.private.is_empty() && issue.oddities.is_empty());
            (if is_worth_a_line { Detail::Normal } else { Detail::Verbose }, of_issue(issue))
        }
        Event::Summary(summary) => (Detail::Normal, of_summary(summary)),
    }
}

fn of_issue(issue: &IssueEvent) -> String {
    let links = format!("{} of {}", issue.archived, count(issue.links, "link"));
    let pictures = format!("{} of {}", issue.images - issue.missing_images, count(issue.images, "picture"));
    let mut parts = vec![format!("{:>9}  {}: {links}, {pictures}", "issue", clean(&issue.issue))];
    if !issue.private.is_empty() {
        parts.push(format!("publishes private parameters: {}", issue.private.join(", ")));
    }
    parts.extend(issue.oddities.iter().map(|oddity| clean(oddity)));
    parts.join("; ")
}

/// One line for each link that is not in the archive, with its place; those not asked for yet are only counted.
pub(super) fn not_archived(report: &Report, issues: &[IssueFile]) -> Vec<String> {
    let (mut lines, mut waiting) = (Vec::new(), 0);
    for file in issues {
        for link in &file.issue.links {
            let Some(url) = link.article() else { continue };
            let Some(event) = report.article(url.key()).filter(|event| event.dir.is_none()) else { continue };
            if event.outcome == Outcome::Skipped {
                waiting += 1;
                continue;
            }
            let title = link.title.as_deref().unwrap_or(event.url.as_str());
            let why = event.why.as_deref().unwrap_or("it could not be had");
            lines.push(clean(&format!("{}:{}: {title}: {why}", file.path.display(), link.line)));
        }
    }
    lines.extend(report.damaged_links.iter().map(|link| clean(link)));
    if !lines.is_empty() {
        lines.insert(0, format!("{} not archived:", count(lines.len(), "link")));
    }
    if waiting > 0 {
        lines.push(format!("{} not asked for yet", count(waiting, "link")));
    }
    lines
}

/// The line of a link: place, kind, what it names, what the issue calls it.
pub(super) fn of_link(link: &LinkLine<'_>) -> String {
    let named = link.article.as_deref().unwrap_or("-");
    let title = link.title.unwrap_or("-");
    let private =
        if link.private.is_empty() { String::new() } else { format!("  private: {}", link.private.join(", ")) };
    clean(&format!("{}:{}:{}: {} {named}  {title}{private}", link.path, link.line, link.column, link.kind))
}

/// The line of an article of the archive.
pub(super) fn of_article(article: &ArticleLine) -> String {
    let state = article.state.unwrap_or("-");
    let version = match (article.shown, article.version) {
        (shown, newest) if shown == newest => format!("v{newest}"),
        (shown, newest) => format!("v{shown} of {newest}"),
    };
    clean(&format!("{}  {version}  {state}  {}  {}", article.dir, article.account, article.title))
}

/// The line of a mirror.
pub(super) fn of_mirror(report: &MirrorReport) -> String {
    let mut parts = vec![format!("{}, {} new", count(report.pictures, "picture"), report.added)];
    if report.copied_bytes > 0 {
        parts.push(format!("{:.1} MB copied", megabytes(report.copied_bytes)));
    }
    if report.variants > 0 {
        parts.push(format!("{}, {} new", count(report.variants, "variant"), report.added_variants));
    }
    if report.mended > 0 {
        parts.push(format!("{} mended", count(report.mended, "damaged file")));
    }
    if report.removed > 0 {
        parts.push(format!("{} removed", count(report.removed, "file")));
    }
    if report.orphans > 0 {
        let files = count(report.orphans, "file");
        parts.push(format!("{files} of no picture of the archive any more (`--prune` removes them)"));
    }
    parts.join("; ")
}

fn of_outcome(article: &ArticleEvent) -> String {
    let name = clean(article.title.as_deref().unwrap_or(&article.url));
    let mut parts = vec![format!("{:>9}  {name}", word(article.outcome))];
    match (&article.why, &article.dir) {
        (Some(why), _) => parts[0] = format!("{}: {}", parts[0], clean(why)),
        (None, Some(dir)) => parts[0] = format!("{}  {}", parts[0], style(dir).dim()),
        (None, None) => {}
    }
    parts.extend(article.oddities.iter().cloned());
    if let Some(version) = article.restored.filter(|_| article.outcome == Outcome::Updated) {
        parts.push(format!("its index.md goes on showing version {version}, which was restored"));
    }
    parts.join("; ")
}

/// What an article was waited for in vain; those that were not even asked for are told together.
pub(super) fn unanswered(article: &ArticleEvent) -> Option<String> {
    let why = article.why.as_deref().filter(|why| *why != SILENCE)?;
    matches!(article.outcome, Outcome::Failed | Outcome::Blocked).then(|| clean(why))
}

fn word(outcome: Outcome) -> StyledObject<&'static str> {
    match outcome {
        Outcome::New => style("new").green(),
        Outcome::Updated => style("updated").green(),
        Outcome::Unchanged => style("unchanged").dim(),
        Outcome::Skipped => style("skipped").dim(),
        Outcome::Gone => style("gone").yellow(),
        Outcome::Failed => style("failed").red(),
        Outcome::Blocked => style("blocked").red(),
    }
}

fn of_summary(summary: &Summary) -> String {
    let articles: Vec<String> = summary
        .articles
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(outcome, count)| format!("{count} {}", word(*outcome)))
        .collect();
    let images = &summary.images;
    let mut lines = vec![
        format!("articles: {}", if articles.is_empty() { "none".to_owned() } else { articles.join(", ") }),
        format!(
            "pictures: {} new ({:.1} MB), {} reused, {} missing",
            images.new,
            megabytes(images.bytes),
            images.reused,
            images.missing
        ),
        format!(
            "{} in {:.1} s",
            count(usize::try_from(summary.requests).unwrap_or(usize::MAX), "request"),
            summary.seconds.0.as_secs_f64()
        ),
    ];
    if summary.blocked {
        lines.push(
            "the site refuses to show pages for now: go on in 6 hours or tomorrow with the same command".to_owned(),
        );
    }
    if summary.stopped {
        lines.push("stopped: go on with the same command".to_owned());
    }
    lines.join("\n")
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// A number with its noun.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// An error with its causes, each said once.
pub(super) fn of_error(error: &anyhow::Error) -> String {
    let mut message = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if message.is_empty() {
            message = cause;
        } else if !message.contains(&cause) {
            message = format!("{message}: {cause}");
        }
    }
    clean(&message)
}

/// A text from elsewhere without control characters, which would steer the terminal.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|char| if char.is_control() && char != '\n' { ' ' } else { char }).collect()
}
