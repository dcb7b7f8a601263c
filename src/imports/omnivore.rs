//! Omnivore: the zip that its export was, or one of the `metadata_….json` files in it, each a list of items.
//!
//! Of a zip only those files are read, in the order of their numbers, as they unpack.

use std::io::{BufReader, Read as _};

use serde_json::Value;
use zip::ZipArchive;

use super::json::{Shape, names, text, time};
use super::{Entry, Error, Format, Sink, Source, json};

/// What a zip begins with.
pub(super) const ZIP: &[u8] = b"PK\x03\x04";
/// Bytes of the longest list of items; one of Omnivore's holds twenty.
const LONGEST: u64 = 1024 * 1024 * 1024;

const SHAPE: Shape = Shape { bare: true, key: "items", inner: None, entry };

fn entry(item: &Value, _: &str) -> Entry {
    Entry {
        link: text(item, "url"),
        title: text(item, "title"),
        tags: names(item, "labels"),
        saved_at: time(item, "savedAt"),
        archived: text(item, "state").eq_ignore_ascii_case("archived"),
        ..Entry::default()
    }
}

pub(super) fn parse(from: &mut dyn Source, sink: &mut Sink<'_>) -> Result<(), Error> {
    if !from.fill_buf().map_err(Error::Unreadable)?.starts_with(ZIP) {
        return json::parse(Format::Omnivore, from, sink, &SHAPE);
    }
    let not = |why: String| Error::NotOfFormat(Format::Omnivore, why);
    from.rewind().map_err(Error::Unreadable)?;
    let mut zip = ZipArchive::new(from).map_err(|error| not(format!("the zip can't be read ({error})")))?;
    let mut lists: Vec<(u64, String)> = zip.file_names().filter_map(number).collect();
    lists.sort_unstable();
    if lists.is_empty() {
        return Err(not("there is no metadata_….json in the zip".to_owned()));
    }
    for (_, name) in lists {
        let list = zip.by_name(&name).map_err(|error| not(format!("{name} can't be unpacked ({error})")))?;
        json::parse(Format::Omnivore, &mut BufReader::new(list.take(LONGEST)), sink, &SHAPE)?;
    }
    Ok(())
}

/// The number in the name of a list, with the name: `metadata_20_to_40.json` has 20.
fn number(path: &str) -> Option<(u64, String)> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let inner = name.strip_prefix("metadata_")?.strip_suffix(".json")?;
    let digits = inner.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    Some((digits.parse().unwrap_or(u64::MAX), path.to_owned()))
}
