//! What the site generators want of a page: its file name, its front matter, and what their templates must not see.

/// A site generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// The name of the file of a page, in a folder of its own.
    pub(super) fn file_name(self) -> &'static str {
        match self {
            Self::Hugo | Self::Hexo | Self::VitePress | Self::Jekyll => "index.md",
            Self::VuePress | Self::Plain => "README.md",
        }
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

    /// What a picture beside the page is addressed with before its name.
    pub(super) fn beside(self) -> &'static str {
        match self {
            Self::VuePress | Self::VitePress => "./",
            Self::Hugo | Self::Hexo | Self::Jekyll | Self::Plain => "",
        }
    }
}

/// A string of JSON is one of YAML as well.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
