//! EPUBs: a zip of pages, in an order that a package file tells, beside what the book says about itself.
//!
//! A zip multiplies: entries, bytes in all, and what one entry may become of what it is are bounded here, before and while
//! they are unpacked. A book with DRM is told, not read.

mod package;

use std::io::{Cursor, Read as _};

use serde_json::json;
use url::Url;
use zip::ZipArchive;

use self::package::Package;
use super::Parts;
use crate::extract::article::{date, plain, split_head};
use crate::extract::{
    Extracted, FullTextType, MAX_DESCRIPTION, MAX_NAME, MAX_TAG, MAX_TAGS, MAX_TEXT, MAX_TITLE, ParseError,
};
use crate::text::{charset, clean, language, markup};

/// The most entries of the zip.
const MAX_ENTRIES: usize = 2_000;
/// The most bytes that are unpacked in all.
const MAX_UNPACKED: u64 = 200 * 1024 * 1024;
/// How many times its size an entry may become, beyond [`GRACE`].
const MAX_RATIO: u64 = 200;
/// As much may come of any entry, however small, in bytes.
const GRACE: u64 = 1024 * 1024;
/// The most bytes of the files that describe the book.
const MAX_DESCRIPTION_FILE: u64 = 4 * 1024 * 1024;
/// What makes fonts unreadable for others, and nothing else.
const FONT_MANGLING: [&str; 2] = ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];

pub(in crate::extract) fn read(body: &[u8], url: &Url) -> Result<Extracted, ParseError> {
    let mut book = Book::open(body)?;
    let container = book.text("META-INF/container.xml", MAX_DESCRIPTION_FILE)?.ok_or(ParseError::Unreadable)?;
    let path = package::root_file(&container).ok_or(ParseError::Unreadable)?;
    let package = book.text(&path, MAX_DESCRIPTION_FILE)?.ok_or(ParseError::Unreadable)?;
    let package = Package::read(&package);
    let locked = book.text("META-INF/encryption.xml", MAX_DESCRIPTION_FILE)?.unwrap_or_default();
    let is_locked = package::algorithms(&locked).iter().any(|name| !FONT_MANGLING.contains(&name.as_str()));
    let mut parts = Parts::default();
    if !is_locked {
        for chapter in package.chapters() {
            let Some(chapter) = package::joined(&path, chapter) else { continue };
            let Some(html) = book.text(&chapter, MAX_UNPACKED)? else { continue };
            let (_, rest) = split_head(&html);
            if !parts.push(&markup::strip(rest, MAX_TEXT)) {
                break;
            }
        }
    }
    Ok(extracted(&package, parts, is_locked, url))
}

fn extracted(package: &Package, parts: Parts, is_locked: bool, url: &Url) -> Extracted {
    let (text, chapters) = parts.into_text();
    let first = |texts: &[String], max| texts.iter().find_map(|text| clean::line(text, max));
    let mut tags: Vec<String> = package.subjects.iter().filter_map(|tag| clean::line(tag, MAX_TAG)).collect();
    tags.dedup();
    tags.truncate(MAX_TAGS);
    let description =
        first(&package.descriptions, MAX_DESCRIPTION * 4).map(|html| markup::strip(&html, MAX_DESCRIPTION * 4));
    Extracted {
        title: first(&package.titles, MAX_TITLE).or_else(|| plain::file_name(url)),
        description: description.and_then(|text| clean::line(&text, MAX_DESCRIPTION)),
        author: clean::line(&package.creators.join(", "), MAX_NAME),
        published_at: package.dates.iter().find_map(|text| date::parse(text)),
        tags,
        language: package.languages.iter().find_map(|tag| language::primary_subtag(tag)),
        site_name: first(&package.publishers, MAX_NAME).or_else(|| plain::site_name(url)),
        full_text_type: text.is_some().then_some(FullTextType::Plain),
        full_text: text,
        provider_data: Some(json!({ "format": "epub", "chapters": chapters })),
        shortfall: is_locked.then(|| "The book is protected: its text can't be read".to_owned()),
        ..Extracted::default()
    }
}

/// An open zip, and how much may still be unpacked.
struct Book<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl<'a> Book<'a> {
    fn open(body: &'a [u8]) -> Result<Self, ParseError> {
        let archive = ZipArchive::new(Cursor::new(body)).map_err(|_| ParseError::Unreadable)?;
        if archive.len() > MAX_ENTRIES {
            return Err(ParseError::TooCostly);
        }
        Ok(Self { archive, left: MAX_UNPACKED })
    }

    /// A file of the book as text; `None` when there is none, or it is broken.
    ///
    /// # Errors
    /// [`ParseError::TooCostly`] when it becomes more than it may.
    fn text(&mut self, name: &str, most: u64) -> Result<Option<String>, ParseError> {
        let Ok(entry) = self.archive.by_name(name) else { return Ok(None) };
        let most = most.min(self.left).min(GRACE.max(entry.compressed_size().saturating_mul(MAX_RATIO)));
        let mut bytes = Vec::new();
        // What the directory says of sizes is a stranger's word: what comes is counted.
        let unpacked = entry.take(most + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > most {
            return Err(ParseError::TooCostly);
        }
        self.left -= bytes.len() as u64;
        Ok(unpacked.ok().map(|_| charset::decode(&bytes, None, None)))
    }
}
