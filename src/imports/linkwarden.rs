//! Linkwarden: collections with their links; a collection's name becomes a tag.

use serde_json::Value;

use super::Entry;
use super::json::{Shape, names, text, time};

pub(super) const SHAPE: Shape = Shape { bare: false, key: "collections", inner: Some("links"), entry };

fn entry(link: &Value, collection: &str) -> Entry {
    let mut tags = names(link, "tags");
    // Where everything lies that was put nowhere.
    if !matches!(collection, "" | "Unorganized") {
        tags.push(collection.to_owned());
    }
    Entry {
        link: text(link, "url"),
        title: text(link, "name"),
        note: text(link, "description"),
        tags,
        saved_at: time(link, "importDate").or_else(|| time(link, "createdAt")),
        favorite: link["pinnedBy"].as_array().is_some_and(|users| !users.is_empty()),
        ..Entry::default()
    }
}
