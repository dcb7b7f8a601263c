//! linkding: what its API answers, one page or a list. (Its own export is a bookmark file; `netscape` reads that.)

use serde_json::Value;

use super::Entry;
use super::json::{names, text, time};

pub(super) fn entries(file: &Value) -> Option<Vec<Entry>> {
    let entry = |item: &Value| {
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
    };
    let items = file["results"].as_array().or_else(|| file.as_array())?;
    Some(items.iter().map(entry).collect())
}
