//! Plans which articles to ask for: each once, in the order the issues name them.

use std::collections::HashMap;

use super::IssueFile;
use crate::model::{ArticleUrl, Key};

/// One article to be archived, by one of its addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The address to ask for.
    pub url: ArticleUrl,
}

/// Which links of an issue are archived.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Selection {
    /// Every link to an article.
    #[default]
    Everything,
    /// Only those under a recommended-reading heading.
    RecommendedSection,
}

/// One job for each article that the issues link, in the order of their first link.
#[must_use]
pub fn plan(issues: &[IssueFile], selection: Selection) -> Vec<Job> {
    let links = issues.iter().flat_map(|issue| &issue.issue.links);
    let selected = links.filter(|link| match selection {
        Selection::Everything => true,
        Selection::RecommendedSection => link.section.is_some(),
    });
    plan_urls(selected.filter_map(|link| link.article().cloned()))
}

/// One job for each article that the addresses name. Of two addresses the one with a check value is asked.
pub fn plan_urls(urls: impl IntoIterator<Item = ArticleUrl>) -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    let mut places: HashMap<Key, usize> = HashMap::new();
    for url in urls {
        match places.get(url.key()) {
            Some(place) if jobs[*place].url.sn().is_none() => jobs[*place].url = url,
            Some(_) => {}
            None => {
                places.insert(url.key().clone(), jobs.len());
                jobs.push(Job { url });
            }
        }
    }
    jobs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_addresses_of_one_article_are_one_job_by_the_loadable_one() {
        let urls = [
            "http://mp.weixin.qq.com/s?__biz=MzUzMzU5Mjc1Nw==&mid=2&idx=1",
            "https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv",
            "https://mp.weixin.qq.com/s?__biz=MzUzMzU5Mjc1Nw==&mid=2&idx=1&sn=ab&chksm=x#rd",
        ];
        let jobs = plan_urls(urls.iter().filter_map(|url| ArticleUrl::parse(url)));
        let asked: Vec<String> = jobs.iter().map(|job| job.url.canonical()).collect();
        assert_eq!(
            asked,
            [
                "https://mp.weixin.qq.com/s?__biz=MzUzMzU5Mjc1Nw==&mid=2&idx=1&sn=ab",
                "https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv"
            ]
        );
    }
}
