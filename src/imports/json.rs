//! JSON files: walked as they come, link by link, so that a file may be larger than memory.
//!
//! What stands beside the links is skipped without being kept.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::{Entry, Error, Format, Sink, date};
use crate::domain::Timestamp;

/// Bytes of the longest link with all that its service says of it.
const LONGEST: u64 = 64 * 1024 * 1024;
/// Bytes of the longest thing that is skipped: a billion opening brackets would have to be remembered.
const LONGEST_SKIPPED: u64 = 256 * 1024 * 1024;
/// Bytes that are read at a time.
const BUFFER: usize = 64 * 1024;

/// Where the links stand in files of a format, and how one is read.
pub(super) struct Shape {
    /// They may be the whole file, as a list.
    pub(super) bare: bool,
    /// The key of the list that they stand in, where the file is an object.
    pub(super) key: &'static str,
    /// Where that is a list of groups with a name: the key of the list in each.
    pub(super) inner: Option<&'static str>,
    /// Reads a link; the second is the name of its group.
    pub(super) entry: fn(&Value, &str) -> Entry,
}

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

/// Reads a file of that shape.
pub(super) fn parse(format: Format, from: &mut dyn BufRead, sink: &mut Sink<'_>, shape: &Shape) -> Result<(), Error> {
    let left = Cell::new(LONGEST);
    let mark = from.fill_buf().map_err(Error::Unreadable)?.starts_with("\u{feff}".as_bytes());
    from.consume(if mark { 3 } else { 0 });
    let mut walk = Walk { shape, sink, left: &left, found: false, stopped: false };
    let limited = BufReader::with_capacity(BUFFER, Limited { from, left: &left });
    let mut json = serde_json::Deserializer::from_reader(limited);
    let read = File(&mut walk).deserialize(&mut json);
    left.set(LONGEST);
    let read = read.and_then(|()| json.end());
    match read {
        _ if walk.stopped => Err(Error::Stopped),
        Ok(()) if walk.found => Ok(()),
        Ok(()) => Err(Error::NotOfFormat(format, "it has no links where they should be".to_owned())),
        Err(error) if error.is_io() && error.io_error_kind() != Some(io::ErrorKind::InvalidData) => {
            Err(Error::Unreadable(error.into()))
        }
        Err(error) => Err(Error::NotOfFormat(format, error.to_string())),
    }
}

struct Walk<'w, 's> {
    shape: &'w Shape,
    sink: &'w mut Sink<'s>,
    left: &'w Cell<u64>,
    /// The list has been met.
    found: bool,
    stopped: bool,
}

impl Walk<'_, '_> {
    fn hand_on<E: serde::de::Error>(&mut self, link: &Value, group: &str) -> Result<(), E> {
        self.left.set(LONGEST);
        self.stopped = !(self.sink)((self.shape.entry)(link, group));
        if self.stopped { Err(E::custom("stopped")) } else { Ok(()) }
    }

    /// Goes over a value without keeping it.
    fn skip<'de, M: MapAccess<'de>>(&self, map: &mut M) -> Result<(), M::Error> {
        self.left.set(LONGEST_SKIPPED);
        map.next_value::<IgnoredAny>()?;
        self.left.set(LONGEST);
        Ok(())
    }
}

/// The whole file.
struct File<'a, 'w, 's>(&'a mut Walk<'w, 's>);

impl<'de> DeserializeSeed<'de> for File<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for File<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object with links in it")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, seq: S) -> Result<(), S::Error> {
        if !self.0.shape.bare {
            return Err(S::Error::custom("it is a list, and should be an object"));
        }
        self.0.found = true;
        Links(self.0, "").visit_seq(seq)
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key != self.0.shape.key {
                self.0.skip(&mut map)?;
                continue;
            }
            self.0.found = true;
            match self.0.shape.inner {
                Some(inner) => map.next_value_seed(Groups(self.0, inner))?,
                None => map.next_value_seed(Links(self.0, ""))?,
            }
        }
        Ok(())
    }
}

/// A list of links, and the name of the group that they are in.
struct Links<'a, 'w, 's>(&'a mut Walk<'w, 's>, &'a str);

impl<'de> DeserializeSeed<'de> for Links<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Links<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of links")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        while let Some(link) = seq.next_element::<Value>()? {
            self.0.hand_on(&link, self.1)?;
        }
        Ok(())
    }
}

/// A list of groups, and the key of the links in each.
struct Groups<'a, 'w, 's>(&'a mut Walk<'w, 's>, &'static str);

impl<'de> DeserializeSeed<'de> for Groups<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Groups<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of groups of links")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        while seq.next_element_seed(Group(&mut *self.0, self.1))?.is_some() {}
        Ok(())
    }
}

/// A group of links, and their key in it.
struct Group<'a, 'w, 's>(&'a mut Walk<'w, 's>, &'static str);

impl<'de> DeserializeSeed<'de> for Group<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Group<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a group of links")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        let (mut name, mut waiting) = (None, Vec::new());
        while let Some(key) = map.next_key::<String>()? {
            if key == "name" {
                let value: Value = map.next_value()?;
                name = Some(value.as_str().unwrap_or_default().trim().to_owned());
            } else if key == self.1 {
                match &name {
                    Some(name) => map.next_value_seed(Links(&mut *self.0, name))?,
                    // The name comes after its links: all of them together are as long as one may be.
                    None => waiting = map.next_value::<Option<Vec<Value>>>()?.unwrap_or_default(),
                }
            } else {
                self.0.skip(&mut map)?;
            }
        }
        let name = name.unwrap_or_default();
        waiting.iter().try_for_each(|link| self.0.hand_on(link, &name))
    }
}

/// Reads no more than is left.
struct Limited<'a, R> {
    from: R,
    left: &'a Cell<u64>,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        match self.left.get().checked_sub(read as u64) {
            Some(left) => self.left.set(left),
            None => return Err(io::Error::new(io::ErrorKind::InvalidData, "an entry of it is too long")),
        }
        Ok(read)
    }
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
