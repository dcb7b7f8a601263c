//! Links that people bring along from elsewhere: which format a file has, and what stands in it.
//!
//! Pure: files are read, nothing is saved. All are read as they come, so that a file may be larger than memory. An entry that
//! makes no sense is handed on with what it has, so that its owner can be told; whether its link holds is judged where it is
//! saved.
//!
//! To add a format: one file with a `parse`, a variant of [`Format`] with its name, and what it is known by in [`sniff`].

mod csv;
mod date;
mod instapaper;
mod json;
mod karakeep;
mod linkding;
mod links;
mod linkwarden;
mod netscape;
mod omnivore;
mod pocket;
mod raindrop;
mod readwise;

use std::fmt;
use std::io::{self, BufRead, Seek};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;

/// Bytes at the beginning of a file that [`sniff`] wants to see.
pub const HEAD: usize = 64 * 1024;

/// A link as another service kept it. Nothing of it has been checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Entry {
    /// Where it leads.
    pub link: String,
    /// What it was called.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The owner's words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Names of tags, and of the folders that it lay in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// When it was saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_at: Option<Timestamp>,
    /// Put aside.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// Marked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub favorite: bool,
}

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Bookmarks as every browser writes them, and many services.
    Netscape,
    /// Pocket's CSV.
    Pocket,
    /// Raindrop.io's CSV.
    Raindrop,
    /// Instapaper's CSV.
    Instapaper,
    /// Readwise Reader's CSV.
    Readwise,
    /// Omnivore's export: the zip, or a `metadata_….json` of it.
    Omnivore,
    /// What linkding's API answers.
    Linkding,
    /// Linkwarden's JSON.
    Linkwarden,
    /// Karakeep's JSON (Hoarder's, before).
    Karakeep,
    /// A link a line.
    Links,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 10] = [
        Self::Netscape,
        Self::Pocket,
        Self::Raindrop,
        Self::Instapaper,
        Self::Readwise,
        Self::Omnivore,
        Self::Linkding,
        Self::Linkwarden,
        Self::Karakeep,
        Self::Links,
    ];

    /// Its name on the command line and in rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Netscape => "netscape",
            Self::Pocket => "pocket",
            Self::Raindrop => "raindrop",
            Self::Instapaper => "instapaper",
            Self::Readwise => "readwise",
            Self::Omnivore => "omnivore",
            Self::Linkding => "linkding",
            Self::Linkwarden => "linkwarden",
            Self::Karakeep => "karakeep",
            Self::Links => "links",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Self::ALL.map(Self::as_str).join(", ");
        let found = Self::ALL.into_iter().find(|format| format.as_str() == text);
        found.ok_or_else(|| format!("there is no format {text:?}; there are {}", names()))
    }
}

/// Why a file can't be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It can't be read at all.
    #[error("the file can't be read")]
    Unreadable(#[source] io::Error),
    /// It is not what it was taken for.
    #[error("it is no file of the format {0}: {1}")]
    NotOfFormat(Format, String),
    /// Whoever takes the entries has had enough.
    #[error("reading was stopped")]
    Stopped,
}

/// Words that stood in several places, as one note.
fn paragraphs<const N: usize>(words: [&str; N]) -> String {
    words.into_iter().map(str::trim).filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// A file that is read. A zip's table of contents stands at its end, hence `Seek`.
pub trait Source: BufRead + Seek {}

impl<T: BufRead + Seek> Source for T {}

/// Takes the entries as they come; says whether to go on.
pub type Sink<'a> = dyn FnMut(Entry) -> bool + 'a;

/// Which format a file has, by its beginning; none when it has no link in it that we could find.
pub fn sniff(head: &[u8]) -> Option<Format> {
    if head.starts_with(omnivore::ZIP) {
        return Some(Format::Omnivore);
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let lower = text.get(..text.len().min(4096)).unwrap_or(text).to_lowercase();
    if lower.contains("netscape-bookmark") || lower.starts_with('<') && lower.contains("href=") {
        return Some(Format::Netscape);
    }
    if text.starts_with(['{', '[']) {
        return json::sniff(text);
    }
    let first = text.lines().next().unwrap_or_default();
    if let Some(format) = csv::sniff(first) {
        return Some(format);
    }
    links::looks_like_it(text).then_some(Format::Links)
}

/// Hands every entry of a file to `sink`, in the order in which they stand.
///
/// # Errors
/// [`Error::NotOfFormat`] when it is something else; what was handed on until then was in it.
pub fn parse(format: Format, from: &mut dyn Source, sink: &mut Sink<'_>) -> Result<(), Error> {
    match format {
        Format::Netscape => netscape::parse(from, sink),
        Format::Pocket => csv::parse(format, from, sink, pocket::entry),
        Format::Raindrop => csv::parse(format, from, sink, raindrop::entry),
        Format::Instapaper => csv::parse(format, from, sink, instapaper::entry),
        Format::Readwise => csv::parse(format, from, sink, readwise::entry),
        Format::Omnivore => omnivore::parse(from, sink),
        Format::Linkding => json::parse(format, from, sink, &linkding::SHAPE),
        Format::Linkwarden => json::parse(format, from, sink, &linkwarden::SHAPE),
        Format::Karakeep => json::parse(format, from, sink, &karakeep::SHAPE),
        Format::Links => links::parse(from, sink),
    }
}
