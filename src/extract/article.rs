//! Any page of the web: its text without menus and advertisements, and what it says about itself.
//!
//! HTML is parsed once for what it says about itself and its article; a page too complex for that still gives what
//! stands in its head, and its words. Texts, Markdown, JSON and XML are read as they are; what is no text at all, by `document`.
//!
//! To teach it a place where pages keep something: a line in `metadata`, ranked against the others there.

mod body;
mod byline;
mod candidates;
pub(super) mod date;
mod icon;
mod json_ld;
mod kind;
mod metadata;
mod missing;
mod onward;
mod page;
pub(super) mod plain;
mod reader;
mod readers;
mod title;
mod vote;
mod wall;

use url::Url;

pub use self::byline::name as name_in_byline;
pub use self::date::parse as parse_moment;

use self::body::{Body, Found};
use self::kind::{ContentType, Kind};
use self::metadata::Facts;
use self::readers::First;
use super::{Extracted, FullTextType, MAX_TEXT, ParseError, Wall, document};
use crate::text::{charset, clean, language, markup};

/// How much of a page too complex for a tree may be its head, in bytes.
const MAX_HEAD: usize = 512 * 1024;
/// What may stand in a head.
const HEAD: [&str; 10] = ["base", "head", "html", "link", "meta", "noscript", "script", "style", "template", "title"];
/// How much is read of a page that could not be read in bounds, in bytes.
const MAX_CHEAP: usize = 256 * 1024;
/// What is missing then.
const SHORTFALL: &str = "The page is too large or too complex to be read in full";
/// What is told of a page that says something of itself and nothing else.
const NOTHING: &str = "There is no text on this page";
/// What is told of a page that shows only how it begins.
const CLOSED: &str = "Only the beginning of this page is open to everybody";

/// Reads the answer to a request for `final_url`, the end of all redirects.
///
/// # Errors
/// [`ParseError::UnsupportedType`] for what is no text, [`ParseError::Unreadable`] when there is nothing in it.
pub fn read(body: &[u8], content_type: Option<&str>, final_url: &Url) -> Result<Extracted, ParseError> {
    let declared = content_type.map(ContentType::parse).unwrap_or_default();
    let kind = Kind::of(body, &declared, final_url)?;
    let text = || charset::decode(body, declared.charset.as_deref(), final_url.domain());
    let found = match kind {
        Kind::Html => read_html(&text(), final_url),
        Kind::Xml => plain::read(&words_of_xml(&text()), FullTextType::Plain, final_url),
        Kind::Markdown => plain::read(&text(), FullTextType::Markdown, final_url),
        Kind::Plain => plain::read(&text(), FullTextType::Plain, final_url),
        Kind::Pdf => document::pdf::read(body, final_url)?,
        Kind::Epub => document::epub::read(body, final_url)?,
        Kind::Image(format) => document::image::read(format, body, final_url),
    };
    if found.wall.is_some() || found.onward_link.is_some() {
        return Ok(found);
    }
    if found.title.is_none() && found.description.is_none() && found.full_text.is_none() {
        return Err(ParseError::Unreadable);
    }
    Ok(with_language_and_time(found))
}

/// What follows from a text where its source does not say it: its language, if that is clear, and how long it takes to read.
pub(super) fn with_language_and_time(mut found: Extracted) -> Extracted {
    if let Some(text) = &found.full_text {
        found.language = found.language.or_else(|| language::detect(text).map(str::to_owned));
        found.reading_time_seconds = found.reading_time_seconds.or_else(|| Some(body::reading_time_seconds(text)));
    }
    found
}

fn read_html(html: &str, url: &Url) -> Extracted {
    let Ok(document) = markup::parse(html) else { return read_without_tree(html, url) };
    let wall = wall::of(&document, url);
    if wall.is_none() && missing::is_missing(&document) {
        return Extracted { wall: Some(Wall::Missing), ..Extracted::default() };
    }
    let onward = onward::of(&document, url).filter(|_| wall.is_none());
    let Some(first) = First::new(document, url) else { return Extracted::default() };
    let mut facts = Facts::read(&first, url);
    if wall.is_some() {
        return Extracted { wall, ..facts.into_extracted_before_wall(url, wall::names_wall) };
    }
    if let Some(onward) = onward {
        return Extracted { onward_link: Some(onward.into()), ..facts.into_extracted(url) };
    }
    let body = body::read(first, &mut facts, html, url);
    let closed = facts.closed;
    let found = facts.into_extracted(url);
    let Body { text, kind, html } = match body {
        Found::Text(body) => body,
        Found::Undrawn => return Extracted { wall: Some(Wall::Scripts), ..found },
        Found::Nothing => return Extracted { shortfall: Some(NOTHING.to_owned()), ..found },
    };
    let shortfall = closed.filter(|closed| closed.is_short(&text)).map(|_| CLOSED.to_owned());
    Extracted { full_text: Some(text), full_text_type: Some(kind), reader_html: html, shortfall, ..found }
}

/// What a page's head says and its first words, in a bounded time; nothing for what is no page.
pub fn read_cheaply(body: &[u8], content_type: Option<&str>, final_url: &Url) -> Option<Extracted> {
    let declared = content_type.map(ContentType::parse).unwrap_or_default();
    if Kind::of(body, &declared, final_url) != Ok(Kind::Html) {
        return None;
    }
    let text = charset::decode(&body[..body.len().min(MAX_CHEAP)], declared.charset.as_deref(), final_url.domain());
    let found = read_without_tree(&text, final_url);
    (found.title.is_some() || found.full_text.is_some()).then_some(found)
}

/// Is it something that must be read in a process of its own, whatever the header says?
pub fn is_document(body: &[u8]) -> bool {
    kind::is_document(body)
}

/// For a page whose tree would cost too much: its head as a tree, its words as they come.
fn read_without_tree(html: &str, url: &Url) -> Extracted {
    let start = &html[..html.floor_char_boundary(markup::MAX_BYTES)];
    let (head, rest) = split_head(start);
    let first = markup::parse(head).ok().and_then(|head| First::new(head, url));
    let found = first.map(|first| Facts::read(&first, url).into_extracted(url)).unwrap_or_default();
    let text = clean::block(&markup::strip(rest, MAX_TEXT), MAX_TEXT);
    Extracted {
        full_text_type: text.is_some().then_some(FullTextType::Plain),
        full_text: text,
        shortfall: Some(SHORTFALL.into()),
        ..found
    }
}

/// A page's head, and what comes after it. Where nothing marks its end, it ends with the first words or tag that have no place there.
pub(super) fn split_head(html: &str) -> (&str, &str) {
    let start = &html[..html.floor_char_boundary(MAX_HEAD)];
    let lower = start.to_ascii_lowercase();
    let marked = ["</head", "<body"].iter().filter_map(|tag| lower.find(tag)).min();
    let end = marked.or_else(|| {
        // What a declaration says is no word of the page.
        let speaks = |before: &str| before.rsplit('>').next().is_some_and(|words| !words.trim().is_empty());
        let is_no_head = |piece: &markup::Piece<'_>| {
            !HEAD.contains(&piece.name.as_str()) || speaks(piece.before) && !(piece.closes && piece.name == "title")
        };
        let after = markup::tags(start).find(is_no_head)?;
        Some(after.before.as_ptr() as usize - start.as_ptr() as usize)
    });
    end.map_or((start, html), |end| html.split_at(end))
}

/// The words of a feed or another document, those within CDATA too.
fn words_of_xml(xml: &str) -> String {
    markup::strip(&xml.replace("<![CDATA[", "").replace("]]>", ""), MAX_TEXT)
}
