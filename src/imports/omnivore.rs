//! Omnivore: the `metadata_….json` files of its export, each a list of items.

use serde_json::Value;

use super::Entry;
use super::json::{names, text, time};

pub(super) fn entries(file: &Value) -> Option<Vec<Entry>> {
    let entry = |item: &Value| Entry {
        link: text(item, "url"),
        title: text(item, "title"),
        tags: names(item, "labels"),
        saved_at: time(item, "savedAt"),
        archived: text(item, "state").eq_ignore_ascii_case("archived"),
        ..Entry::default()
    };
    Some(file.as_array()?.iter().map(entry).collect())
}
