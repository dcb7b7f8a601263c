//! What was sent: a page, a text, or something that can't be read? The bytes are believed more than the header.

use url::Url;

use crate::extract::ParseError;
use crate::text::clean;

/// The header `Content-Type`, taken apart.
#[derive(Default)]
pub(super) struct ContentType {
    /// `type/subtype`, lower case; empty when the header is missing or says nothing.
    essence: String,
    pub(super) charset: Option<String>,
}

impl ContentType {
    pub(super) fn parse(header: &str) -> Self {
        let mut parts = header.split(';');
        let essence = clean::line(parts.next().unwrap_or_default(), 100).unwrap_or_default().to_ascii_lowercase();
        let charset = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            let value = value.trim().trim_matches(['"', '\'']);
            name.trim().eq_ignore_ascii_case("charset").then(|| value.to_owned())
        });
        Self { essence, charset }
    }

    /// Does the header say no more than "some bytes"?
    fn is_vague(&self) -> bool {
        !self.essence.contains('/')
            || matches!(self.essence.as_str(), "application/octet-stream" | "unknown/unknown" | "*/*")
    }
}

/// What can be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Html,
    Xml,
    Markdown,
    /// JSON too: it is text, and a person saved it for its words.
    Plain,
}

/// Where something begins in a file of its kind, and what people call it.
const MAGIC: [(usize, &[u8], &str); 25] = [
    (0, b"%PDF-", "a PDF document"),
    (0, b"PK\x03\x04", "an archive or office document"),
    (0, b"\x1F\x8B", "a compressed file"),
    (0, b"Rar!\x1A", "an archive"),
    (0, b"7z\xBC\xAF\x27\x1C", "an archive"),
    (0, b"\xFD7zXZ\0", "a compressed file"),
    (0, b"\x28\xB5\x2F\xFD", "a compressed file"),
    (0, b"\x89PNG\r\n", "an image"),
    (0, b"GIF87a", "an image"),
    (0, b"GIF89a", "an image"),
    (0, b"\xFF\xD8\xFF", "an image"),
    (8, b"WEBP", "an image"),
    (4, b"ftypavif", "an image"),
    (4, b"ftypheic", "an image"),
    (0, b"\0\0\x01\0", "an image"),
    (4, b"ftypM4A", "a recording"),
    (4, b"ftyp", "a video"),
    (0, b"\x1A\x45\xDF\xA3", "a video"),
    (8, b"AVI ", "a video"),
    (8, b"WAVE", "a recording"),
    (0, b"OggS\0", "a recording"),
    (0, b"fLaC\0", "a recording"),
    (0, b"\x7FELF", "a program"),
    (0, b"\0asm", "a program"),
    (0, b"SQLite format 3\0", "a database"),
];

impl Kind {
    /// # Errors
    /// [`ParseError::UnsupportedType`] for what is no text.
    pub(super) fn of(body: &[u8], declared: &ContentType, url: &Url) -> Result<Self, ParseError> {
        if let Some(what) = magic(body) {
            return Err(unsupported(what));
        }
        let start = &body[..body.len().min(512)];
        let kind = Self::declared(declared, url);
        if is_binary(start, declared) && !looks_like_html(start) {
            return Err(kind.err().filter(|_| !declared.is_vague()).unwrap_or_else(|| unsupported("binary data")));
        }
        if declared.is_vague() {
            return Ok(if looks_like_html(start) { Self::Html } else { kind.unwrap_or(Self::Plain) });
        }
        // XHTML comes as XML, and RSS readers are not the only ones to mislabel it.
        if kind == Ok(Self::Xml) && looks_like_html(start) { Ok(Self::Html) } else { kind }
    }

    fn declared(declared: &ContentType, url: &Url) -> Result<Self, ParseError> {
        let (family, subtype) = declared.essence.split_once('/').unwrap_or_default();
        let is_markdown = matches!(extension(url).as_str(), "md" | "markdown");
        match (family, subtype) {
            ("text", "html") | ("application", "xhtml+xml") => Ok(Self::Html),
            ("text", "markdown" | "x-markdown") => Ok(Self::Markdown),
            ("image", _) => Err(unsupported("an image")),
            (_, xml) if xml == "xml" || xml.ends_with("+xml") => Ok(Self::Xml),
            (_, json) if json == "json" || json.ends_with("+json") => Ok(Self::Plain),
            ("text", _) if is_markdown => Ok(Self::Markdown),
            ("text", _) | ("application", "javascript" | "yaml" | "toml" | "x-sh" | "x-ndjson") => Ok(Self::Plain),
            ("video", _) => Err(unsupported("a video")),
            ("audio", _) => Err(unsupported("a recording")),
            ("font", _) => Err(unsupported("a font")),
            ("application", "pdf") => Err(unsupported("a PDF document")),
            ("application", "zip" | "gzip" | "x-tar") => Err(unsupported("an archive")),
            _ if declared.is_vague() && is_markdown => Ok(Self::Markdown),
            _ if declared.is_vague() => Ok(Self::Plain),
            _ => Err(unsupported(&format!("a file of the type {}", declared.essence))),
        }
    }
}

/// What the first bytes give away.
fn magic(body: &[u8]) -> Option<&'static str> {
    // A word in the middle proves nothing in a text: files that have one there begin with RIFF or a NUL.
    let is_container = body.starts_with(b"RIFF") || body.starts_with(b"\0");
    let is_at = |at: usize, magic: &[u8]| body.get(at..).is_some_and(|bytes| bytes.starts_with(magic));
    MAGIC.iter().find(|(at, magic, _)| (*at == 0 || is_container) && is_at(*at, magic)).map(|(.., what)| *what)
}

fn unsupported(what: &str) -> ParseError {
    ParseError::UnsupportedType(what.into())
}

fn extension(url: &Url) -> String {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// Control characters that no text has, unless it is UTF-16.
fn is_binary(start: &[u8], declared: &ContentType) -> bool {
    let wide = start.starts_with(b"\xFF\xFE")
        || start.starts_with(b"\xFE\xFF")
        || declared.charset.as_deref().is_some_and(|label| label.to_ascii_lowercase().starts_with("utf-16"));
    !wide && start.iter().any(|b| matches!(b, 0..=8 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F))
}

/// What a page begins with, lower case.
const STARTS: [&str; 10] =
    ["<!doctype html", "<html", "<head", "<body", "<title", "<meta", "<script", "<div", "<p>", "<h1"];
/// What may stand before that.
const PREAMBLES: [&str; 2] = ["<?xml", "<!--"];

fn looks_like_html(start: &[u8]) -> bool {
    // UTF-16 reads as ASCII once its NULs are gone.
    let ascii: String = start.iter().filter(|b| b.is_ascii() && **b != 0).map(|&b| char::from(b)).collect();
    let ascii = ascii.to_ascii_lowercase();
    let first = ascii.trim_start();
    STARTS.iter().any(|tag| first.starts_with(tag))
        || PREAMBLES.iter().any(|start| first.starts_with(start))
            && ["<html", "<!doctype html"].iter().any(|tag| ascii.contains(tag))
}
