//! Pocket: `title,url,time_added,tags,status`, tags with `|` between.

use super::csv::{Record, names};
use super::{Entry, date};

pub(super) fn entry(record: &Record<'_>) -> Entry {
    Entry {
        link: record.get(&["url"]).to_owned(),
        title: record.get(&["title"]).to_owned(),
        tags: names(record.get(&["tags"]), &['|']),
        saved_at: date::read(record.get(&["time_added"])),
        archived: record.get(&["status"]).eq_ignore_ascii_case("archive"),
        ..Entry::default()
    }
}
