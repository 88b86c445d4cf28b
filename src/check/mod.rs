//! The state of every link of the issues, from the archive's dated states and from the issues themselves.
//!
//! Asks no network, writes nothing. A link whose words name another article than its address is told apart first of
//! all: a copy of what the address names would make that mistake last for ever.

mod ballot;
mod evidence;
mod title;
mod verdict;
mod volume;

use std::collections::HashMap;

use jiff::Timestamp;

use crate::archive::{Archive, Entry};
use crate::issue::{Link, PictureLink, picture_links};
use crate::model::{Key, State};
use crate::sync::IssueFile;

pub use verdict::{UnknownVerdict, Verdict};

use evidence::Evidences;

/// What is known of all links of some issues.
#[derive(Debug)]
pub struct Checked<'a> {
    /// One for each issue, in their order.
    pub issues: Vec<CheckedIssue<'a>>,
}

/// What is known of the links of an issue.
#[derive(Debug)]
pub struct CheckedIssue<'a> {
    /// The issue.
    pub file: &'a IssueFile,
    /// One for each of its links to WeChat, in their order.
    pub links: Vec<CheckedLink<'a>>,
    /// Links that promise an article and lead to a picture.
    pub pictures: Vec<PictureLink>,
}

/// What is known of a link.
#[derive(Debug)]
pub struct CheckedLink<'a> {
    /// The link.
    pub link: &'a Link,
    /// Its state, a mismatch before all others.
    pub verdict: Verdict,
    /// The state of what the address names, whatever the words of the link say.
    pub state: Verdict,
    /// Since when the site says so, and when it said so last.
    pub seen: Option<(Timestamp, Timestamp)>,
    /// What the site said, what is wrong with the address, or why it could not be had.
    pub why: Option<String>,
    /// The archived article.
    pub entry: Option<&'a Entry>,
    /// Whose words and address disagree.
    pub mismatch: Option<Mismatch>,
    /// The address it should have: of the article it most likely means, or the one it moved to.
    pub mend: Option<String>,
}

/// Words of a link that name another article than its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What the article behind the address is called.
    pub named: String,
    /// Who says so.
    pub grounds: Grounds,
    /// The addresses that other issues use for the words of the link.
    pub elsewhere: Vec<String>,
}

/// Who says what an article is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grounds {
    /// The archived article itself.
    Archive,
    /// The links of the other issues.
    Issues,
}

/// Looks up every link of the issues; without an archive only what the issues themselves show is known.
#[must_use]
pub fn check<'a>(issues: &'a [IssueFile], archive: Option<&'a Archive>) -> Checked<'a> {
    let evidence = Evidences::gather(issues, archive);
    let pictures = |file: &IssueFile| {
        let promises = |link: &PictureLink| link.is_promised || evidence.is_title(&link.title);
        picture_links(&file.text).into_iter().filter(promises).collect()
    };
    let of_issue = |file: &'a IssueFile| CheckedIssue { file, links: evidence.links(file), pictures: pictures(file) };
    Checked { issues: issues.iter().map(of_issue).collect() }
}

impl Checked<'_> {
    /// Takes over what a run that asked the site just now could not learn: for each such article what it is instead of
    /// known, and why. What is gone for good stays that.
    pub fn take_over(&mut self, unanswered: &HashMap<Key, (Verdict, String)>) {
        for link in self.issues.iter_mut().flat_map(|issue| &mut issue.links) {
            let Some((verdict, why)) = link.link.key().and_then(|key| unanswered.get(key)) else { continue };
            if link.state.is_gone() || link.verdict != link.state {
                continue;
            }
            link.verdict = *verdict;
            link.why = Some(why.clone());
            if link.state == Verdict::NotArchived {
                link.state = *verdict;
            }
        }
    }

    /// How many links have each verdict, in the order of reports; those that no link has are left out.
    #[must_use]
    pub fn counts(&self) -> Vec<(Verdict, usize)> {
        let mut counts: HashMap<Verdict, usize> = HashMap::new();
        for issue in &self.issues {
            issue.links.iter().for_each(|link| *counts.entry(link.verdict).or_default() += 1);
            *counts.entry(Verdict::Picture).or_default() += issue.pictures.len();
        }
        let count = |verdict: Verdict| Some((verdict, *counts.get(&verdict)?)).filter(|(_, count)| *count > 0);
        Verdict::ALL.into_iter().filter_map(count).collect()
    }
}

impl CheckedLink<'_> {
    fn set(&mut self, verdict: Verdict, why: &str) {
        (self.state, self.verdict) = (verdict, verdict);
        self.why = Some(why.to_owned());
    }

    /// Whether a copy in the archive may stand for the link, as far as the link itself is concerned.
    #[must_use]
    pub fn is_trustworthy(&self) -> bool {
        let is_odd = matches!(self.verdict, Verdict::Mismatch | Verdict::Temporary | Verdict::Blocked);
        !is_odd && !matches!(self.state, Verdict::Blocked | Verdict::Gone(State::Shrunk))
    }
}
