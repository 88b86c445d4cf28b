//! What the site generators want of a page: its file name, its front matter, and what their templates must not see.

use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use super::PublishError;

/// A site generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Page bundles, from Hugo 0.55 on.
    Hugo,
    /// Pages below `source`.
    Hexo,
    /// `VuePress` 1 and 2.
    VuePress,
    /// `VitePress`.
    VitePress,
    /// Pages with pictures beside them.
    Jekyll,
    /// Markdown as a forge shows it.
    Plain,
}

/// What front matter says of an article, as text.
pub(super) struct Facts<'a> {
    pub(super) title: &'a str,
    pub(super) author: Option<&'a str>,
    pub(super) description: Option<&'a str>,
    /// In the form of RFC 3339.
    pub(super) date: String,
    /// The address of the original.
    pub(super) canonical: &'a str,
}

impl Layout {
    /// Every layout.
    pub const ALL: [Self; 6] = [Self::Hugo, Self::Hexo, Self::VuePress, Self::VitePress, Self::Jekyll, Self::Plain];

    /// The word used on the command line and in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hugo => "hugo",
            Self::Hexo => "hexo",
            Self::VuePress => "vuepress",
            Self::VitePress => "vitepress",
            Self::Jekyll => "jekyll",
            Self::Plain => "plain",
        }
    }

    /// The name of the file of a page, in a folder of its own.
    pub(super) fn file_name(self) -> &'static str {
        match self {
            Self::Hugo | Self::Hexo | Self::VitePress | Self::Jekyll => "index.md",
            Self::VuePress | Self::Plain => "README.md",
        }
    }

    /// Whether the generator leaves out a file beside a page that is linked and not shown.
    pub(super) fn copies_only_pictures_shown(self) -> bool {
        matches!(self, Self::VuePress | Self::VitePress)
    }

    /// The front matter, fences included; a forge shows it as a table, so there it is a heading instead.
    pub(super) fn front_matter(self, facts: &Facts<'_>) -> String {
        let canonical = quoted(facts.canonical);
        if self == Self::Plain {
            return String::new();
        }
        let mut lines = vec![format!("title: {}", quoted(facts.title)), format!("date: {}", facts.date)];
        lines.extend(facts.author.map(|author| format!("author: {}", quoted(author))));
        lines.extend(facts.description.map(|description| format!("description: {}", quoted(description))));
        lines.extend(match self {
            Self::Hugo => vec![
                format!("canonical: {canonical}"),
                format!("canonicalURL: {canonical}"),
                "robots: \"noindex\"".to_owned(),
                "noindex: true".to_owned(),
                "sitemap:".to_owned(),
                "  disable: true".to_owned(),
                // Old articles are no news: not in the site's feed nor among its recent pages, only in their own folder's.
                "build:".to_owned(),
                "  list: local".to_owned(),
            ],
            // The words of an article are no templates.
            Self::Hexo => vec![
                format!("canonical: {canonical}"),
                "robots: \"noindex\"".to_owned(),
                "sitemap: false".to_owned(),
                "comments: false".to_owned(),
                "disableNunjucks: true".to_owned(),
            ],
            Self::VuePress | Self::VitePress => vec![
                "head:".to_owned(),
                "  - [\"meta\", { name: \"robots\", content: \"noindex\" }]".to_owned(),
                format!("  - [\"link\", {{ rel: \"canonical\", href: {canonical} }}]"),
            ],
            Self::Jekyll => vec![
                format!("canonical_url: {canonical}"),
                "robots: \"noindex\"".to_owned(),
                "sitemap: false".to_owned(),
            ],
            Self::Plain => Vec::new(),
        });
        format!("---\n{}\n---\n\n", lines.join("\n"))
    }

    /// How a picture beside the page is addressed; `folder` is that of all pages.
    pub(super) fn beside(self, folder: &Path) -> Result<Beside, PublishError> {
        match self {
            Self::VuePress | Self::VitePress => Ok(Beside::Page("./")),
            Self::Hugo | Self::Jekyll | Self::Plain => Ok(Beside::Page("")),
            // Its renderer takes a relative address for one from the site's root.
            Self::Hexo => below_source(folder).map(Beside::Root),
        }
    }
}

/// From where a picture beside its page is addressed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// From the page, with these signs before its name.
    Page(&'static str),
    /// From the root of the site, which has the folder of all pages here.
    Root(String),
}

impl Beside {
    /// The address of a picture of a page.
    pub(super) fn address(&self, page: &str, name: &str) -> String {
        match self {
            Self::Page(before) => format!("{before}{name}"),
            Self::Root(folder) => format!("{folder}/{page}/{name}"),
        }
    }
}

/// The address of a folder from the site's root: what is behind the last folder named `source`.
fn below_source(folder: &Path) -> Result<String, PublishError> {
    let mut parts: Vec<String> = Vec::new();
    let absolute = std::path::absolute(folder).map_err(|source| PublishError::Io {
        doing: "find",
        path: folder.to_owned(),
        source,
    })?;
    for part in absolute.components() {
        match part {
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            Component::ParentDir => drop(parts.pop()),
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
    }
    let source = parts.iter().rposition(|part| part == "source");
    let source = source.ok_or_else(|| PublishError::NotBelowSource { folder: folder.to_owned() })?;
    let below: Vec<String> = parts[source + 1..].iter().map(|part| encoded(part)).collect();
    Ok(if below.is_empty() { String::new() } else { format!("/{}", below.join("/")) })
}

fn encoded(part: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encode = |byte: u8| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    part.bytes().map(encode).collect::<Vec<_>>().concat()
}

/// A string of JSON is one of YAML as well.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_hexo_address_their_pictures_from_the_root() {
        let beside = |folder: &str| Layout::Hexo.beside(Path::new(folder));
        assert_eq!(beside("/site/source/wechat").unwrap().address("2022-a", "b.png"), "/wechat/2022-a/b.png");
        assert_eq!(beside("/site/source/./存档/../a b/").unwrap().address("2022-a", "b.png"), "/a%20b/2022-a/b.png");
        assert_eq!(beside("/source/x/source").unwrap().address("2022-a", "b.png"), "/2022-a/b.png");
        assert!(beside("/site/pages").is_err_and(|error| error.to_string().contains("--cdn")));
        assert_eq!(Layout::VuePress.beside(Path::new("/x")).unwrap().address("2022-a", "b.png"), "./b.png");
    }

    #[test]
    fn front_matter_survives_hostile_titles() {
        let facts = Facts {
            title: "a: \"b\" \\ # {{ x }}\n---",
            author: None,
            description: Some("no"),
            date: "2022-05-31T16:30:00Z".to_owned(),
            canonical: "https://mp.weixin.qq.com/s/EEUtTykcrXhcM2hJT01SoQ",
        };
        let written = Layout::Hugo.front_matter(&facts);
        let inner = written.trim_start_matches("---\n").trim_end_matches("\n---\n\n");
        let read: std::collections::BTreeMap<String, serde_json::Value> = serde_saphyr::from_str(inner).expect("YAML");
        assert_eq!(read["title"], facts.title);
        assert_eq!(read["description"], "no");
        assert_eq!(read["noindex"], true);
        assert_eq!((&read["sitemap"]["disable"], &read["build"]["list"]), (&true.into(), &"local".into()));
    }
}
