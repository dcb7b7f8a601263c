//! Comma-separated values (RFC 4180), record by record, with the names of the columns in the first.

use std::io::BufRead;

use super::{Entry, Error, Format, Sink};

/// Bytes of the longest record that is taken for one.
const LONGEST: usize = 16 * 1024 * 1024;

/// A record's values by the names of their columns, in lower case.
pub(super) struct Record<'a> {
    names: &'a [String],
    values: &'a [String],
}

impl Record<'_> {
    /// The value of the first of these columns that there is; empty when there is none.
    pub(super) fn get(&self, names: &[&str]) -> &str {
        let at = names.iter().find_map(|name| self.names.iter().position(|known| known == name));
        at.and_then(|at| self.values.get(at)).map_or("", |value| value.trim())
    }
}

/// Which format has these columns?
pub(super) fn sniff(first: &str) -> Option<Format> {
    let names: Vec<String> = first.split(',').map(|name| name.trim().trim_matches('"').to_lowercase()).collect();
    let has = |wanted: &[&str]| wanted.iter().all(|name| names.iter().any(|known| known == name));
    let known: [(&[&str], Format); 4] = [
        (&["url", "time_added", "status"], Format::Pocket),
        (&["url", "title", "selection", "folder", "timestamp"], Format::Instapaper),
        (&["url", "document tags"], Format::Readwise),
        (&["url", "title", "folder", "created"], Format::Raindrop),
    ];
    known.into_iter().find(|(columns, _)| has(columns)).map(|(_, format)| format)
}

/// Reads a file, each record but the first through `entry`.
pub(super) fn parse(
    format: Format,
    from: &mut dyn BufRead,
    sink: &mut Sink<'_>,
    entry: fn(&Record<'_>) -> Entry,
) -> Result<(), Error> {
    let mut names = Vec::new();
    while let Some(record) = read_record(format, from)? {
        if names.is_empty() {
            names = record.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_lowercase()).collect();
            if !names.iter().any(|name| name == "url") {
                return Err(Error::NotOfFormat(format, "it has no column named url".to_owned()));
            }
            continue;
        }
        if record.iter().all(|value| value.trim().is_empty()) {
            continue;
        }
        if !sink(entry(&Record { names: &names, values: &record })) {
            return Err(Error::Stopped);
        }
    }
    Ok(())
}

/// The next record; none at the end. A quoted value may hold line breaks.
fn read_record(format: Format, from: &mut dyn BufRead) -> Result<Option<Vec<String>>, Error> {
    let mut bytes = Vec::new();
    loop {
        if from.read_until(b'\n', &mut bytes).map_err(Error::Unreadable)? == 0 {
            break;
        }
        if !bytes.iter().fold(false, |open, byte| open ^ (*byte == b'"')) {
            break;
        }
        if bytes.len() > LONGEST {
            return Err(Error::NotOfFormat(format, "a quoted value never ends".to_owned()));
        }
    }
    if bytes.is_empty() {
        return Ok(None);
    }
    Ok(Some(split(String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']))))
}

fn split(line: &str) -> Vec<String> {
    let (mut values, mut value, mut quoted) = (Vec::new(), String::new(), false);
    let mut signs = line.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => {
                signs.next();
                value.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if value.is_empty() => quoted = true,
            ',' if !quoted => values.push(std::mem::take(&mut value)),
            other => value.push(other),
        }
    }
    values.push(value);
    values
}

/// Names between separators, without quotes and brackets around: `a, b`, `a|b`, `["a", "b"]`, `['a', 'b']`.
pub(super) fn names(text: &str, separators: &[char]) -> Vec<String> {
    let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
    let names = inner.split(separators).map(|name| name.trim().trim_matches(['"', '\'']).trim());
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
