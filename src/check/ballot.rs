//! What all the issues together call each article: the evidence that a link has another article's address.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

use super::title::{Likeness, SHORTEST, closeness, compare, fold, may_be_renamed};
use super::volume::volumes;
use crate::model::Key;

/// The most titles of one article that are compared with each other.
const MOST_TITLES: usize = 16;

/// How many titles are looked through, in all, for ones that are only alike.
const MOST_COMPARED: usize = 200_000;

/// From so many links on, a title may be an earlier name of an article.
const FORMER: usize = 2;

/// From this closeness on, a title of another article is taken for the one that is looked for.
const FOUND: f64 = 0.7;

/// The titles of each article with the number of links that use them.
#[derive(Debug, Default)]
pub(super) struct Ballot {
    titles: BTreeMap<Key, Vec<Title>>,
    /// Where each folded title was used.
    places: HashMap<String, Vec<Key>>,
    /// How many titles were looked through so far.
    compared: Cell<usize>,
}

#[derive(Debug)]
struct Title {
    text: String,
    folded: String,
    votes: usize,
}

/// What the other links say about one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Vote {
    /// Nothing against it.
    Agrees,
    /// More links, or as many, call the article something else.
    Outvoted {
        /// What they call it.
        named: String,
    },
}

impl Ballot {
    /// Counts a link's title for an article.
    pub(super) fn count(&mut self, key: &Key, title: &str) {
        let folded = fold(title);
        if folded.is_empty() {
            return;
        }
        let titles = self.titles.entry(key.clone()).or_default();
        if let Some(known) = titles.iter_mut().find(|known| known.folded == folded) {
            known.votes += 1;
        } else if titles.len() < MOST_TITLES {
            let places = self.places.entry(folded.clone()).or_default();
            places.push(key.clone());
            titles.push(Title { text: title.to_owned(), folded, votes: 1 });
        }
    }

    /// Whether the other links to an article agree that it is called so.
    pub(super) fn vote(&self, key: &Key, title: &str) -> Vote {
        let titles = self.titles.get(key).map_or(&[][..], Vec::as_slice);
        let against = titles.iter().filter(|other| compare(title, &other.text) == Likeness::Other);
        let Some(strongest) = against.max_by_key(|other| support(titles, &other.text)) else { return Vote::Agrees };
        let (mine, theirs) = (support(titles, title), support(titles, &strongest.text));
        let is_outvoted = match mine.cmp(&theirs) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Greater => false,
            // As many on both sides: the title that has an address of its own elsewhere is the one pasted wrongly.
            std::cmp::Ordering::Equal => match (self.has_home(key, title), self.has_home(key, &strongest.text)) {
                (true, _) => true,
                (false, true) => false,
                (false, false) => !may_be_renamed(title, &strongest.text),
            },
        };
        if is_outvoted { Vote::Outvoted { named: strongest.text.clone() } } else { Vote::Agrees }
    }

    /// Whether another article is called exactly so. A short code may be the same article, so it proves nothing.
    pub(super) fn has_home(&self, key: &Key, title: &str) -> bool {
        self.places(key, title).iter().any(|other| matches!(other, Key::Article(_)))
    }

    /// Whether a title may be what an article was called before it got the name it has now: several links call it so,
    /// no other article is called so, and the two share words. An address pasted wrongly takes a title from its home.
    pub(super) fn is_former_name(&self, key: &Key, title: &str, name: &str) -> bool {
        let votes = self.titles.get(key).map_or(0, |titles| support(titles, title));
        votes >= FORMER && may_be_renamed(title, name) && self.addresses(key, title).is_empty()
    }

    /// What an article is called, where that and the title differ in that only one says which part of a series it is,
    /// and another article is called exactly as the title is.
    pub(super) fn other_part(&self, key: &Key, title: &str, archived: Option<&str>) -> Option<String> {
        let name = archived.map(str::to_owned).or_else(|| self.rival(key, title))?;
        let (own, others) = (volumes(title), volumes(&name));
        (own.is_empty() != others.is_empty() && self.has_home(key, title)).then_some(name)
    }

    /// The most used other title of an article, if it is used as often as this one.
    fn rival(&self, key: &Key, title: &str) -> Option<String> {
        let (titles, folded) = (self.titles.get(key)?, fold(title));
        let own = titles.iter().find(|known| known.folded == folded).map_or(0, |known| known.votes);
        let others = titles.iter().filter(|known| known.folded != folded && known.votes >= own);
        others.max_by_key(|known| known.votes).map(|known| known.text.clone())
    }

    /// Whether some article is called exactly so, in words that are long enough for a title.
    pub(super) fn is_title(&self, words: &str) -> bool {
        let folded = fold(words);
        folded.chars().count() >= SHORTEST && self.places.contains_key(&folded)
    }

    /// Whether any link calls this article so, more or less, or any other one exactly so.
    pub(super) fn is_known(&self, key: &Key, name: &str) -> bool {
        let titles = self.titles.get(key).map_or(&[][..], Vec::as_slice);
        support(titles, name) > 0 || self.places.contains_key(&fold(name))
    }

    /// The other articles that links call so, the most used first; where there is none, what is called alike.
    pub(super) fn addresses(&self, key: &Key, title: &str) -> Vec<&Key> {
        let exact = self.places(key, title);
        let compared = self.compared.get().saturating_add(self.places.len());
        if !exact.is_empty() || compared > MOST_COMPARED {
            return exact;
        }
        self.compared.set(compared);
        let others = self.titles.iter().filter(|(other, _)| *other != key);
        let alike = others.filter(|(_, titles)| is_mainly(titles, title));
        alike.map(|(other, _)| other).collect()
    }

    fn places(&self, key: &Key, title: &str) -> Vec<&Key> {
        let folded = fold(title);
        let others = self.places.get(&folded).into_iter().flatten().filter(|other| *other != key);
        let votes = |other: &&Key| self.titles.get(*other).map_or(0, |titles| support(titles, title));
        // Where most call it something else, the title stands at a wrong address there too.
        let is_home = |other: &&Key| {
            self.titles
                .get(*other)
                .is_some_and(|titles| 2 * votes(other) >= titles.iter().map(|title| title.votes).sum())
        };
        let mut homes: Vec<&Key> = others.filter(is_home).collect();
        homes.sort_by_key(|other| std::cmp::Reverse(votes(other)));
        homes
    }
}

/// How many links call the article by titles that are the same as this one.
fn support(titles: &[Title], title: &str) -> usize {
    let folded = fold(title);
    let is_same = |other: &&Title| other.folded == folded || compare(title, &other.text) == Likeness::Same;
    titles.iter().filter(is_same).map(|other| other.votes).sum()
}

/// Whether the most used title of an article is the same as this one.
fn is_mainly(titles: &[Title], title: &str) -> bool {
    let main = titles.iter().max_by_key(|other| other.votes);
    main.is_some_and(|main| compare(title, &main.text) == Likeness::Same && closeness(title, &main.text) >= FOUND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(mid: u64) -> Key {
        format!("MzUzMzU5Mjc1Nw==/{mid}/1").parse().expect("a key")
    }

    fn ballot(votes: &[(u64, &str, usize)]) -> Ballot {
        let mut ballot = Ballot::default();
        for (mid, title, count) in votes {
            (0..*count).for_each(|_| ballot.count(&key(*mid), title));
        }
        ballot
    }

    #[test]
    fn a_title_that_most_links_contradict_is_outvoted() {
        let ballot =
            ballot(&[(1, "怎样给望远镜调焦", 5), (1, "茶壶星座里的一壶好茶", 1), (2, "茶壶星座里的一壶好茶", 3)]);
        assert_eq!(ballot.vote(&key(1), "怎样给望远镜调焦"), Vote::Agrees);
        let outvoted = Vote::Outvoted { named: "怎样给望远镜调焦".to_owned() };
        assert_eq!(ballot.vote(&key(1), "茶壶星座里的一壶好茶"), outvoted);
        assert_eq!(ballot.addresses(&key(1), "茶壶星座里的一壶好茶"), [&key(2)]);
    }

    #[test]
    fn of_two_titles_the_one_at_home_elsewhere_is_wrong() {
        let ballot =
            ballot(&[(1, "怎样给望远镜调焦", 1), (1, "茶壶星座里的一壶好茶", 1), (2, "茶壶星座里的一壶好茶", 1)]);
        assert_eq!(ballot.vote(&key(1), "怎样给望远镜调焦"), Vote::Agrees);
        assert_ne!(ballot.vote(&key(1), "茶壶星座里的一壶好茶"), Vote::Agrees);
    }

    #[test]
    fn without_other_evidence_both_titles_are_told() {
        let ballot = ballot(&[(1, "怎样给望远镜调焦", 1), (1, "茶壶星座里的一壶好茶", 1)]);
        assert_ne!(ballot.vote(&key(1), "怎样给望远镜调焦"), Vote::Agrees);
        assert_ne!(ballot.vote(&key(1), "茶壶星座里的一壶好茶"), Vote::Agrees);
    }
}
