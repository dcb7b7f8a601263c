//! What was sent: a page, a text, or something that can't be read? The bytes are believed more than the header.

use url::Url;

use crate::extract::ParseError;
use crate::extract::document::image::Format;
use crate::text::clean;
use Magic::{Read, Refused};

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
    Pdf,
    Epub,
    Image(Format),
}

/// What a file's first bytes give away.
enum Magic {
    Read(Kind),
    /// What people call it.
    Refused(&'static str),
}

/// Where something begins in a file of its kind.
const MAGIC: [(usize, &[u8], Magic); 25] = [
    (0, b"%PDF-", Read(Kind::Pdf)),
    // A book says so in its first entry, which is not packed.
    (0, b"PK\x03\x04", Refused("an archive or office document")),
    (0, b"\x1F\x8B", Refused("a compressed file")),
    (0, b"Rar!\x1A", Refused("an archive")),
    (0, b"7z\xBC\xAF\x27\x1C", Refused("an archive")),
    (0, b"\xFD7zXZ\0", Refused("a compressed file")),
    (0, b"\x28\xB5\x2F\xFD", Refused("a compressed file")),
    (0, b"\x89PNG\r\n", Read(Kind::Image(Format::Png))),
    (0, b"GIF87a", Read(Kind::Image(Format::Gif))),
    (0, b"GIF89a", Read(Kind::Image(Format::Gif))),
    (0, b"\xFF\xD8\xFF", Read(Kind::Image(Format::Jpeg))),
    (8, b"WEBP", Read(Kind::Image(Format::Webp))),
    (4, b"ftypavif", Read(Kind::Image(Format::Avif))),
    (4, b"ftypheic", Read(Kind::Image(Format::Heic))),
    (0, b"\0\0\x01\0", Read(Kind::Image(Format::Ico))),
    (4, b"ftypM4A", Refused("a recording")),
    (4, b"ftyp", Refused("a video")),
    (0, b"\x1A\x45\xDF\xA3", Refused("a video")),
    (8, b"AVI ", Refused("a video")),
    (8, b"WAVE", Refused("a recording")),
    (0, b"OggS\0", Refused("a recording")),
    (0, b"fLaC\0", Refused("a recording")),
    (0, b"\x7FELF", Refused("a program")),
    (0, b"\0asm", Refused("a program")),
    (0, b"SQLite format 3\0", Refused("a database")),
];

/// How far into a file a PDF may begin, in bytes: readers of PDFs look as far.
const PDF_WITHIN: usize = 1024;

impl Kind {
    /// # Errors
    /// [`ParseError::UnsupportedType`] for what can't be read.
    pub(super) fn of(body: &[u8], declared: &ContentType, url: &Url) -> Result<Self, ParseError> {
        if is_book(body, declared, url) {
            return Ok(Self::Epub);
        }
        match magic(body) {
            Some(Read(kind)) => return Ok(*kind),
            Some(Refused(what)) => return Err(unsupported(what)),
            None => {}
        }
        let start = &body[..body.len().min(512)];
        let kind = Self::declared(declared, url);
        if declared.essence == "application/pdf" && has_pdf(body) {
            return Ok(Self::Pdf);
        }
        if declared.essence == "image/svg+xml" && looks_like_svg(body) {
            return Ok(Self::Image(Format::Svg));
        }
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
            ("application", "pdf") => Err(unsupported("a damaged PDF document")),
            ("application", "epub+zip") => Err(unsupported("a damaged book")),
            ("application", "zip" | "gzip" | "x-tar") => Err(unsupported("an archive")),
            _ if declared.is_vague() && is_markdown => Ok(Self::Markdown),
            _ if declared.is_vague() => Ok(Self::Plain),
            _ => Err(unsupported(&format!("a file of the type {}", declared.essence))),
        }
    }
}

/// Is it, or may it be, a document: a PDF or a book, whatever its header says?
pub(super) fn is_document(body: &[u8]) -> bool {
    body.starts_with(b"PK\x03\x04") || has_pdf(body)
}

fn has_pdf(body: &[u8]) -> bool {
    body[..body.len().min(PDF_WITHIN)].windows(5).any(|bytes| bytes == b"%PDF-")
}

/// A zip that says that it is a book, or is called one.
fn is_book(body: &[u8], declared: &ContentType, url: &Url) -> bool {
    let says = body.get(30..58).is_some_and(|bytes| bytes == b"mimetypeapplication/epub+zip");
    body.starts_with(b"PK\x03\x04") && (says || declared.essence == "application/epub+zip" || extension(url) == "epub")
}

fn looks_like_svg(body: &[u8]) -> bool {
    body[..body.len().min(PDF_WITHIN)].windows(4).any(|bytes| bytes == b"<svg")
}

fn magic(body: &[u8]) -> Option<&'static Magic> {
    // A word in the middle proves nothing in a text: files that have one there begin with RIFF or a NUL.
    let is_container = body.starts_with(b"RIFF") || body.starts_with(b"\0");
    let is_at = |at: usize, magic: &[u8]| body.get(at..).is_some_and(|bytes| bytes.starts_with(magic));
    MAGIC.iter().find(|(at, magic, _)| (*at == 0 || is_container) && is_at(*at, magic)).map(|(.., what)| what)
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
