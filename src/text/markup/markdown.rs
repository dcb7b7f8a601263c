//! Markup as Markdown.

use dom_query::NodeRef;

use super::parse;

/// Markdown nests by recursion; markup that goes deeper than people write is left alone.
const MAX_DEPTH: usize = 64;

/// `html` as Markdown, with its headings, lists, tables, code, links and images; `None` when it is empty, or too complex.
pub fn to_markdown(html: &str) -> Option<String> {
    let document = parse(html).ok()?;
    let mut waiting: Vec<(NodeRef<'_>, usize)> = vec![(document.root(), 0)];
    while let Some((node, depth)) = waiting.pop() {
        if depth > MAX_DEPTH {
            return None;
        }
        waiting.extend(node.children_it(true).map(|child| (child, depth + 1)));
    }
    let markdown = document.md(None);
    Some(markdown.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::to_markdown;

    #[test]
    fn an_article_becomes_markdown() {
        let html = "<h2>Cones &amp; heat</h2><p>See <a href=\"https://example.org/a\">the table</a>, <em>all</em> of it:</p>\
            <table><thead><tr><th>Cone</th><th>°C</th></tr></thead><tbody><tr><td>6</td><td>1222</td></tr></tbody></table>\
            <ul><li>one</li><li>two</li></ul><pre><code>let cone = 6;</code></pre><p><img src=\"https://example.org/k.png\" alt=\"kiln\"></p>";
        assert_eq!(
            to_markdown(html).unwrap(),
            "## Cones & heat\n\nSee [the table](https://example.org/a), *all* of it:\n\n\n| Cone | °C |\n| ---- | --- |\n| 6 | 1222 |\n\n\
             - one\n- two\n\n```\nlet cone = 6;\n```\n\n![kiln](https://example.org/k.png)"
        );
    }

    #[test]
    fn markup_that_is_empty_or_too_deep_has_none() {
        assert_eq!(to_markdown("<p> </p>"), None);
        assert_eq!(to_markdown(&format!("{}x", "<blockquote>".repeat(300))), None);
    }
}
