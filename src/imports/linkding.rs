//! linkding: what its API answers, one page or a list. (Its own export is a bookmark file; `netscape` reads that.)

use serde_json::Value;

use super::Entry;
use super::json::{Shape, names, text, time};

pub(super) const SHAPE: Shape = Shape { bare: true, key: "results", inner: None, entry };

fn entry(item: &Value, _: &str) -> Entry {
    let title = text(item, "title");
    let (notes, description) = (text(item, "notes"), text(item, "description"));
    let words = [description, notes].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>();
    Entry {
        link: text(item, "url"),
        title: if title.is_empty() { text(item, "website_title") } else { title },
        note: words.join("\n\n"),
        tags: names(item, "tag_names"),
        saved_at: time(item, "date_added"),
        archived: item["is_archived"].as_bool().unwrap_or(false),
        ..Entry::default()
    }
}
