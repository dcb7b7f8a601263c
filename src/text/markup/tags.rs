//! Tags of markup one after the other, without a tree: for the few documents of which only some tags matter.

use super::strip::{SILENT, Tag, decode_entities, skip_content};

/// A tag, and the text between the one before it and this one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece<'a> {
    /// The text before the tag as it was written, entities and all.
    pub before: &'a str,
    /// Lower case.
    pub name: String,
    /// Is it an end tag?
    pub closes: bool,
    attributes: &'a str,
}

impl Piece<'_> {
    /// The value of an attribute, entities decoded.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '>' | '='));
            let (own, after) = rest.split_at(rest.find(|c: char| c.is_whitespace() || "=/>".contains(c))?);
            let (value, after) = match after.trim_start().strip_prefix('=') {
                Some(after) => value(after.trim_start()),
                None => ("", after),
            };
            if own.eq_ignore_ascii_case(name) {
                return Some(decode_entities(value));
            }
            rest = after;
        }
    }
}

/// A value that is quoted or not, and what follows it.
fn value(text: &str) -> (&str, &str) {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        return text[1..].split_once(quote).unwrap_or((&text[1..], ""));
    }
    text.split_at(text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len()))
}

/// The tags of `markup` but those within comments, scripts and their like. Reads once, left to right.
pub fn tags(markup: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = markup;
    let mut before = 0;
    std::iter::from_fn(move || {
        loop {
            let at = before + rest[before..].find('<')?;
            let (text, from) = rest.split_at(at);
            let Some(tag) = Tag::at(from) else {
                before = if from.starts_with("<!--") {
                    let end = from.find("-->").map_or(from.len(), |end| end + 3);
                    rest = &from[end..];
                    0
                } else {
                    at + 1
                };
                continue;
            };
            let after = &from[tag.length..];
            let silent = !tag.closes && SILENT.contains(&tag.name.as_str());
            rest = if silent { skip_content(after, &tag.name) } else { after };
            before = 0;
            let start = 1 + usize::from(tag.closes) + tag.name.len();
            let attributes = &from[start..tag.length];
            return Some(Piece { before: text, name: tag.name, closes: tag.closes, attributes });
        }
    })
}

/// The first `<meta>` tag called `name`, whichever way a page calls them.
pub fn meta(html: &str, name: &str) -> Option<String> {
    tags(html).filter(|piece| piece.name == "meta" && !piece.closes).find_map(|piece| {
        let is_called = |key: &str| piece.attribute(key).is_some_and(|own| own.eq_ignore_ascii_case(name));
        ["property", "name"].into_iter().any(is_called).then(|| piece.attribute("content"))?
    })
}

#[cfg(test)]
mod tests {
    use super::{meta, tags};

    #[test]
    fn tags_come_in_order_with_the_text_before_them_and_their_attributes() {
        let found: Vec<_> = tags("<!-- <b> --><T a='1' B=2 c>x &amp; < y</t><script>if (a<b)</script>").collect();

        let seen: Vec<_> = found.iter().map(|piece| (piece.name.as_str(), piece.closes, piece.before)).collect();
        assert_eq!(seen, [("t", false, ""), ("t", true, "x &amp; < y"), ("script", false, ""), ("script", true, "")]);
        let values = ["a", "b", "c", "d"].map(|name| found[0].attribute(name));
        assert_eq!(values, [Some("1".into()), Some("2".into()), Some(String::new()), None]);
    }

    #[test]
    fn what_breaks_off_anywhere_ends_the_tags_and_nothing_else() {
        let whole = "<a b=\"c\"><!-- d --><e f='g' h>i</e><meta name=x content=y>";
        for end in 0..whole.len() {
            let pieces: Vec<_> = tags(&whole[..end]).collect();
            assert!(pieces.len() <= 4);
            assert!(pieces.iter().all(|piece| piece.attribute("nothing").is_none()));
        }
    }

    #[test]
    fn a_meta_tag_is_found_by_any_of_its_names() {
        let html = r#"<meta charset=utf-8><meta content="A &quot;B&quot;" property="og:title"><meta name='Description' content=C>"#;
        assert_eq!(meta(html, "og:title").as_deref(), Some("A \"B\""));
        assert_eq!(meta(html, "description").as_deref(), Some("C"));
        assert_eq!(meta(html, "og:image"), None);
    }
}
