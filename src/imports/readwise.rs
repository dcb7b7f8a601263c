//! Readwise Reader: `Title,URL,ID,Document tags,Saved date,Reading progress,Location,Seen`.

use super::csv::{Record, names};
use super::{Entry, date};

pub(super) fn entry(record: &Record<'_>) -> Entry {
    Entry {
        link: record.get(&["url"]).to_owned(),
        title: record.get(&["title"]).to_owned(),
        note: record.get(&["document note", "note"]).to_owned(),
        tags: names(record.get(&["document tags"]), &[',']),
        saved_at: date::read(record.get(&["saved date"])),
        archived: record.get(&["location"]).eq_ignore_ascii_case("archive"),
        favorite: record.get(&["location"]).eq_ignore_ascii_case("shortlist"),
    }
}
