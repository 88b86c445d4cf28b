//! Keeps the words of an article from being read as the template language of a site generator.

use super::Layout;

/// The body of a page so that `{{ … }}` and `{% … %}` in it mean nothing.
pub(super) fn shield(body: &str, layout: Layout) -> String {
    // To Vue a bracket that was written as a character reference is a bracket again.
    let is_vue = matches!(layout, Layout::VuePress | Layout::VitePress);
    let is_template = body.contains("{{") || body.contains("{%") || is_vue && body.contains("&#123;");
    match layout {
        _ if !is_template => body.to_owned(),
        Layout::Hugo => without_shortcodes(body),
        Layout::VuePress | Layout::VitePress => format!("<div v-pre>\n\n{body}\n</div>\n"),
        Layout::Jekyll => format!("{{% raw %}}\n{}\n{{% endraw %}}\n", without_ends(body)),
        // Hexo is told so in the front matter; a forge has no templates.
        Layout::Hexo | Layout::Plain => body.to_owned(),
    }
}

/// Liquid ends raw text at `{% endraw %}` in any spelling; the sign that opens it is written as a value there.
fn without_ends(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find("{%") {
        let inner = &rest[at + 2..];
        let word = inner.strip_prefix('-').unwrap_or(inner).trim_start();
        out.push_str(&rest[..at]);
        out.push_str(if word.starts_with("endraw") { "{% endraw %}{{ '{%' }}{% raw %}" } else { "{%" });
        rest = inner;
    }
    out.push_str(rest);
    out
}

/// Hugo reads `{{<` and `{{%` before Markdown, in code as well; written as a comment they stand for themselves.
fn without_shortcodes(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find("{{<").into_iter().chain(rest.find("{{%")).min() {
        let (open, close) = if rest[at..].starts_with("{{<") { ("{{<", ">}}") } else { ("{{%", "%}}") };
        let inner = &rest[at + open.len()..];
        out.push_str(&rest[..at]);
        rest = if let Some(end) = inner.find(close).filter(|end| !inner[..*end].contains("*/")) {
            out.extend([open, "/*", &inner[..end], "*/", close]);
            &inner[end + close.len()..]
        } else {
            // What is never closed would be an error of the whole site.
            out.extend(["{&#123;", &open[2..]]);
            inner
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn template_languages_see_nothing() {
        for (layout, body, expected) in [
            (Layout::Hugo, "a {{< x >}} b {{% y %}} {{ z }}", "a {{</* x */>}} b {{%/* y */%}} {{ z }}"),
            (Layout::Hugo, "a {{< x", "a {&#123;< x"),
            (
                Layout::Jekyll,
                "{{ a }}{% endraw %}",
                "{% raw %}\n{{ a }}{% endraw %}{{ '{%' }}{% raw %} endraw %}\n{% endraw %}\n",
            ),
            (
                Layout::Jekyll,
                "{%endraw%}{%- endraw -%}{% if %}{%",
                "{% raw %}\n{% endraw %}{{ '{%' }}{% raw %}endraw%}{% endraw %}{{ '{%' }}{% raw %}- endraw -%}{% if %}{%\n{% endraw %}\n",
            ),
            (Layout::VuePress, "{{ a }}\n", "<div v-pre>\n\n{{ a }}\n\n</div>\n"),
            (Layout::VuePress, "# &#123;&#123; a }}\n", "<div v-pre>\n\n# &#123;&#123; a }}\n\n</div>\n"),
            (Layout::VuePress, "a\n", "a\n"),
        ] {
            assert_eq!(shield(body, layout), expected);
        }
    }
}
