//! Instapaper: `URL,Title,Selection,Folder,Timestamp,Tags`.

use super::csv::{Record, names};
use super::{Entry, date};

pub(super) fn entry(record: &Record<'_>) -> Entry {
    let folder = record.get(&["folder"]);
    let mut tags = names(record.get(&["tags"]), &[',']);
    // The three that everybody has say what an item is, not what it is about.
    if !matches!(folder, "" | "Unread" | "Archive" | "Starred") {
        tags.push(folder.to_owned());
    }
    Entry {
        link: record.get(&["url"]).to_owned(),
        title: record.get(&["title"]).to_owned(),
        note: record.get(&["selection"]).to_owned(),
        tags,
        saved_at: date::read(record.get(&["timestamp"])),
        archived: folder == "Archive",
        favorite: folder == "Starred",
    }
}
