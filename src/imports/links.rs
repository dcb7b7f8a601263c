//! A plain list: a link a line, and after it its title if there is one; lines that begin with `#` are comments.

use std::io::{BufRead, Read as _};

use super::{Entry, Error, Format, Sink};

/// Bytes of the longest line.
const LONGEST: u64 = 1024 * 1024;

/// Does the first line that says anything begin with a link?
pub(super) fn looks_like_it(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.starts_with("http://") || line.starts_with("https://"))
}

pub(super) fn parse(from: &mut dyn BufRead, sink: &mut Sink<'_>) -> Result<(), Error> {
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        if from.take(LONGEST).read_until(b'\n', &mut bytes).map_err(Error::Unreadable)? == 0 {
            return Ok(());
        }
        if bytes.len() as u64 == LONGEST {
            return Err(Error::NotOfFormat(Format::Links, "a line is too long".to_owned()));
        }
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let (link, title) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let entry = Entry { link: link.to_owned(), title: title.trim().to_owned(), ..Entry::default() };
        if !sink(entry) {
            return Err(Error::Stopped);
        }
    }
}
