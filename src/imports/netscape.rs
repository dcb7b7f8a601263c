//! The bookmark file that Netscape began with and every browser still writes: `<DT><A HREF=… ADD_DATE=… TAGS=…>title</A>`, then
//! perhaps `<DD>` with a description, in folders of `<H3>` and `<DL>`. Pocket's old HTML is read as well.
//!
//! Tag by tag, since such files hold every icon and may be large; nothing is kept but the folders around.

use std::io::{BufRead, Read as _};

use super::csv::names;
use super::{Entry, Error, Format, Sink, date};

/// Bytes of the longest tag, which may hold an icon, and of the longest text.
const LONGEST: u64 = 4 * 1024 * 1024;
/// Folders that every browser has, which say nothing about what is in them.
const ROOTS: &[&str] = &[
    "bookmarks",
    "bookmarks bar",
    "bookmarks toolbar",
    "bookmarks menu",
    "other bookmarks",
    "mobile bookmarks",
    "favorites bar",
    "favourites bar",
];
/// How linkding marks what was put aside, and its notes.
const LINKDING_ARCHIVED: &str = "linkding:bookmarks.archived";
const LINKDING_NOTES: (&str, &str) = ("[linkding-notes]", "[/linkding-notes]");

#[derive(Default)]
struct State {
    folders: Vec<Option<String>>,
    /// The name of the folder that the next `<DL>` opens.
    heading: Option<String>,
    entry: Option<Entry>,
    /// Where text goes.
    into: Into,
    text: String,
    is_archive: bool,
    links: usize,
}

#[derive(Default, PartialEq, Eq, Clone, Copy)]
enum Into {
    #[default]
    Nothing,
    Title,
    Note,
    Folder {
        is_root: bool,
    },
    Section,
}

pub(super) fn parse(from: &mut dyn BufRead, sink: &mut Sink<'_>) -> Result<(), Error> {
    let mut state = State::default();
    loop {
        let text = read_until(from, b'<')?;
        if state.into != Into::Nothing {
            state.text.push_str(text.trim_end_matches('<'));
        }
        if !text.ends_with('<') {
            break;
        }
        if !state.tag(&read_tag(from)?, sink) {
            return Err(Error::Stopped);
        }
    }
    if !state.hand_on(sink) {
        return Err(Error::Stopped);
    }
    if state.links == 0 {
        return Err(Error::NotOfFormat(Format::Netscape, "it has no links".to_owned()));
    }
    Ok(())
}

impl State {
    /// Takes a tag, without its brackets; says whether to go on.
    fn tag(&mut self, tag: &str, sink: &mut Sink<'_>) -> bool {
        let name = tag.split(|c: char| c.is_whitespace() || c == '>').next().unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            "a" => {
                let more = self.hand_on(sink);
                self.entry = Some(self.link(tag));
                self.listen(Into::Title);
                return more;
            }
            "dd" if self.entry.is_some() => {
                self.settle();
                self.listen(Into::Note);
            }
            "h3" => {
                let more = self.hand_on(sink);
                self.listen(Into::Folder { is_root: attribute(tag, "personal_toolbar_folder").is_some() });
                return more;
            }
            "h1" => {
                let more = self.hand_on(sink);
                self.listen(Into::Section);
                return more;
            }
            "/a" | "/h3" | "/h1" => self.settle(),
            "dl" | "ul" => {
                let more = self.hand_on(sink);
                self.folders.push(self.heading.take());
                return more;
            }
            "/dl" | "/ul" => {
                let more = self.hand_on(sink);
                self.folders.pop();
                return more;
            }
            "dt" | "li" => return self.hand_on(sink),
            "br" if self.into == Into::Note => self.text.push('\n'),
            _ => {}
        }
        true
    }

    fn listen(&mut self, into: Into) {
        self.settle();
        self.into = into;
    }

    /// Puts the text that was heard where it belongs.
    fn settle(&mut self) {
        let text = unescape(std::mem::take(&mut self.text).trim());
        match (std::mem::take(&mut self.into), &mut self.entry) {
            (Into::Title, Some(entry)) => entry.title = text,
            (Into::Note, Some(entry)) => {
                let note = text.replace(LINKDING_NOTES.0, "\n\n").replace(LINKDING_NOTES.1, "");
                entry.note = String::from(note.trim());
            }
            (Into::Folder { is_root }, _) => {
                let says_something = !is_root && !ROOTS.contains(&text.to_lowercase().as_str());
                self.heading = says_something.then_some(text);
            }
            (Into::Section, _) => self.is_archive = text.eq_ignore_ascii_case("read archive"),
            _ => {}
        }
    }

    /// Hands on the entry that is complete, if there is one; says whether to go on.
    fn hand_on(&mut self, sink: &mut Sink<'_>) -> bool {
        self.settle();
        let Some(entry) = self.entry.take() else { return true };
        self.links += 1;
        sink(entry)
    }

    fn link(&self, tag: &str) -> Entry {
        let get = |name| attribute(tag, name).unwrap_or_default();
        let mut tags = names(&get("tags"), &[',']);
        let archived = tags.iter().any(|tag| tag == LINKDING_ARCHIVED);
        tags.retain(|tag| tag != LINKDING_ARCHIVED);
        tags.extend(self.folders.iter().flatten().cloned());
        Entry {
            link: get("href"),
            tags,
            saved_at: date::read(&get("add_date")).or_else(|| date::read(&get("time_added"))),
            archived: archived || self.is_archive,
            ..Entry::default()
        }
    }
}

/// Up to and with `end`, as text.
fn read_until(from: &mut dyn BufRead, end: u8) -> Result<String, Error> {
    let mut bytes = Vec::new();
    from.take(LONGEST).read_until(end, &mut bytes).map_err(Error::Unreadable)?;
    if bytes.len() as u64 == LONGEST {
        return Err(Error::NotOfFormat(Format::Netscape, "a text or a tag in it is too long".to_owned()));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The rest of a tag. A `>` between quotes does not end it.
fn read_tag(from: &mut dyn BufRead) -> Result<String, Error> {
    let mut tag = read_until(from, b'>')?;
    while tag.ends_with('>') && tag.matches('"').count() % 2 == 1 && (tag.len() as u64) < LONGEST {
        let more = read_until(from, b'>')?;
        if more.is_empty() {
            break;
        }
        tag.push_str(&more);
    }
    tag.truncate(tag.trim_end_matches('>').len());
    Ok(tag)
}

/// The value of an attribute; its name in lower case.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag.split_once(char::is_whitespace)?.1.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let found = rest[..end].eq_ignore_ascii_case(name);
        rest = rest[end..].trim_start();
        let Some(after) = rest.strip_prefix('=') else {
            if found {
                return Some(String::new());
            }
            continue;
        };
        let after = after.trim_start();
        let (value, next) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        if found {
            return Some(unescape(value));
        }
        rest = next.trim_start();
    }
    None
}

/// The entities that such files use, and numbers.
fn unescape(text: &str) -> String {
    let Some(first) = text.find('&') else { return text.to_owned() };
    let (mut out, mut rest) = (text[..first].to_owned(), &text[first..]);
    while let Some(after) = rest.strip_prefix('&') {
        let end = after.bytes().take(10).position(|byte| byte == b';');
        let sign = end.and_then(|end| entity(&after[..end]));
        if let (Some(sign), Some(end)) = (sign, end) {
            out.push(sign);
            rest = &after[end + 1..];
        } else {
            out.push('&');
            rest = after;
        }
        let next = rest.find('&').unwrap_or(rest.len());
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    out
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let hexadecimal = number.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16));
            char::from_u32(hexadecimal.unwrap_or_else(|| number.parse()).ok()?)?
        }
    })
}
