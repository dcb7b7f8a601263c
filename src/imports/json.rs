//! JSON files: read whole, then walked by the format that they have.

use std::io::{BufRead, Read as _};

use serde_json::Value;

use super::{Entry, Error, Format, LONGEST_JSON, Sink, date};
use crate::domain::Timestamp;

/// Which format has these keys? The beginning of the file is enough.
pub(super) fn sniff(head: &str) -> Option<Format> {
    let has = |key: &str| head.contains(&format!("\"{key}\""));
    if has("bookmarks") && has("content") {
        Some(Format::Karakeep)
    } else if has("collections") || has("links") && has("pinnedLinks") {
        Some(Format::Linkwarden)
    } else if has("results") && has("tag_names") || has("tag_names") && has("url") {
        Some(Format::Linkding)
    } else if has("slug") && has("url") || has("savedAt") && has("labels") {
        Some(Format::Omnivore)
    } else {
        None
    }
}

/// Reads a file; `entries` finds the links in it, or says what it lacks.
pub(super) fn parse(
    format: Format,
    from: &mut dyn BufRead,
    sink: &mut Sink<'_>,
    entries: fn(&Value) -> Option<Vec<Entry>>,
) -> Result<(), Error> {
    let mut bytes = Vec::new();
    from.take(LONGEST_JSON + 1).read_to_end(&mut bytes).map_err(Error::Unreadable)?;
    if bytes.len() as u64 > LONGEST_JSON {
        return Err(Error::NotOfFormat(format, format!("it is longer than {LONGEST_JSON} bytes")));
    }
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let value: Value = serde_json::from_slice(text).map_err(|error| Error::NotOfFormat(format, error.to_string()))?;
    drop(bytes);
    let found =
        entries(&value).ok_or_else(|| Error::NotOfFormat(format, "it has no links where they should be".into()))?;
    if found.into_iter().all(&mut *sink) { Ok(()) } else { Err(Error::Stopped) }
}

/// The text under a key; empty when there is none.
pub(super) fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().trim().to_owned()
}

/// The time under a key, as text or number.
pub(super) fn time(value: &Value, key: &str) -> Option<Timestamp> {
    match &value[key] {
        Value::String(text) => date::read(text),
        Value::Number(number) => date::of_number(number.as_i64()?),
        _ => None,
    }
}

/// The names under a key: texts, or objects with a name.
pub(super) fn names(value: &Value, key: &str) -> Vec<String> {
    let items = value[key].as_array().into_iter().flatten();
    items.filter_map(|item| item.as_str().or_else(|| item["name"].as_str())).map(str::to_owned).collect()
}
