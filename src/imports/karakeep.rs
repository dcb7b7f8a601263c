//! Karakeep (Hoarder, before): bookmarks of links, texts and files. A text or a file is saved as the page that it is from; one that is from
//! none is handed on without a link.

use serde_json::Value;

use super::json::{Shape, names, text, time};
use super::{Entry, paragraphs};

pub(super) const SHAPE: Shape = Shape { bare: false, key: "bookmarks", inner: None, entry };

fn entry(item: &Value, _: &str) -> Entry {
    let content = &item["content"];
    let link = text(content, "url");
    Entry {
        link: if link.is_empty() { text(content, "sourceUrl") } else { link },
        title: text(item, "title"),
        note: paragraphs([&text(item, "note"), &text(content, "text")]),
        tags: names(item, "tags"),
        saved_at: time(item, "createdAt"),
        archived: item["archived"].as_bool().unwrap_or(false),
        favorite: item["favourited"].as_bool().unwrap_or(false),
    }
}
