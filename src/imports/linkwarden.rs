//! Linkwarden: collections with their links; a collection's name becomes a tag.

use serde_json::Value;

use super::Entry;
use super::json::{names, text, time};

pub(super) fn entries(file: &Value) -> Option<Vec<Entry>> {
    let collections = file["collections"].as_array()?;
    let of_collection = |collection: &Value| {
        let name = text(collection, "name");
        let links = collection["links"].as_array().cloned().unwrap_or_default();
        links.into_iter().map(move |link| entry(&link, &name)).collect::<Vec<_>>()
    };
    Some(collections.iter().flat_map(of_collection).collect())
}

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
