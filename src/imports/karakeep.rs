//! Karakeep (Hoarder, before): bookmarks of links, texts and files. What is no link is handed on without one.

use serde_json::Value;

use super::Entry;
use super::json::{Shape, names, text, time};

pub(super) const SHAPE: Shape = Shape { bare: false, key: "bookmarks", inner: None, entry };

fn entry(item: &Value, _: &str) -> Entry {
    Entry {
        link: text(&item["content"], "url"),
        title: text(item, "title"),
        note: text(item, "note"),
        tags: names(item, "tags"),
        saved_at: time(item, "createdAt"),
        archived: item["archived"].as_bool().unwrap_or(false),
        favorite: item["favourited"].as_bool().unwrap_or(false),
    }
}
