//! What people wrote in a service's editor: a piece of HTML, or a name with entities in it.

use crate::extract::{MAX_LINK, MAX_TEXT};
use crate::text::{clean, markup};

/// The text of a post, paragraphs and code as they stood; empty when there is none.
pub(super) fn text(html: &str) -> String {
    let text = match markup::parse(html) {
        Ok(document) => document.formatted_text().to_string(),
        Err(_) => markup::strip(html, MAX_TEXT),
    };
    clean::block(&text, MAX_TEXT).unwrap_or_default()
}

/// One line of at most `max` characters out of text in which `&` and `<` are escaped.
pub(super) fn line(escaped: &str, max: usize) -> Option<String> {
    clean::line(&markup::decode_entities(escaped), max)
}

/// A link of the web that a service gives, as it may be stored.
pub(super) fn link(text: &str) -> Option<String> {
    let url = url::Url::parse(text.trim()).ok()?;
    let is_of_the_web = matches!(url.scheme(), "http" | "https") && url.as_str().len() <= MAX_LINK;
    is_of_the_web.then(|| url.into())
}
