//! linkding: what its API answers, one page or a list. (Its own export is a bookmark file; `netscape` reads that.)

use serde_json::Value;

use super::json::{Shape, names, text, time};
use super::{Entry, paragraphs};

pub(super) const SHAPE: Shape = Shape { bare: true, key: "results", inner: None, entry };

fn entry(item: &Value, _: &str) -> Entry {
    let title = text(item, "title");
    Entry {
        link: text(item, "url"),
        title: if title.is_empty() { text(item, "website_title") } else { title },
        note: paragraphs([&text(item, "description"), &text(item, "notes")]),
        tags: names(item, "tag_names"),
        saved_at: time(item, "date_added"),
        archived: item["is_archived"].as_bool().unwrap_or(false),
        ..Entry::default()
    }
}
