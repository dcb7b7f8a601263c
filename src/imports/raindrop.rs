//! Raindrop.io: `id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite`.

use super::csv::{Record, names};
use super::{Entry, date, paragraphs};

pub(super) fn entry(record: &Record<'_>) -> Entry {
    let mut tags = names(record.get(&["tags"]), &[',']);
    let folder = record.get(&["folder"]);
    // Where everything lies that was put nowhere.
    if !matches!(folder, "" | "Unsorted") {
        tags.extend(names(folder, &['/']));
    }
    Entry {
        link: record.get(&["url"]).to_owned(),
        title: record.get(&["title"]).to_owned(),
        note: paragraphs([record.get(&["note"]), record.get(&["highlights"])]),
        tags,
        saved_at: date::read(record.get(&["created"])),
        favorite: record.get(&["favorite"]).eq_ignore_ascii_case("true"),
        ..Entry::default()
    }
}
