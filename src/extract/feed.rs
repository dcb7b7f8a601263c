//! Feeds: RSS, Atom and JSON Feed, each a list of what a site has published lately.
//!
//! A link to a feed is read as its title and its latest entries. Feeds are strangers' documents and mostly not quite well
//! formed: what can be read of them is, within bounds that hold before anything is built (`tree`).

mod json;
mod model;
mod tree;
mod xml;

pub(super) use model::{Entry, Feed, Transcript};
use std::fmt::Write as _;

use serde_json::json;
use url::Url;

use super::{Extracted, FullTextType, MAX_DESCRIPTION, MAX_NAME, MAX_TEXT, MAX_TITLE, Raw, reach};
use crate::text::{charset, clean, language, markup};

/// How far the beginning of a feed is looked for, in bytes.
const PRESCAN: usize = 2_048;
/// Entries whose text is kept of a feed.
const MAX_LATEST: usize = 50;
/// How much of the text of each, in bytes.
const MAX_ENTRY: usize = 4_000;
/// Entries that are named beside the text.
const MAX_LISTED: usize = 20;

/// Is `raw` a feed, whatever its header says?
pub(super) fn is_feed(raw: &Raw) -> bool {
    let start = String::from_utf8_lossy(&raw.body[..raw.body.len().min(PRESCAN)]);
    let start = start.trim_start_matches('\u{FEFF}').trim_start();
    if start.starts_with('{') {
        return start.contains("jsonfeed.org/version/") || start.contains("jsonfeed.org\\/version\\/");
    }
    let mut rest = start;
    // Declarations, style sheets, comments and document types may come first.
    while rest.starts_with("<?") || rest.starts_with("<!") {
        let end = if rest.starts_with("<!--") { "-->" } else { ">" };
        let Some((_, after)) = rest.split_once(end) else { return false };
        // The declarations within a document type are stepped over one by one.
        rest = after.trim_start().trim_start_matches("]>").trim_start();
    }
    let Some(tag) = rest.strip_prefix('<') else { return false };
    let name = tag.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default();
    let name = name.rsplit(':').next().unwrap_or_default();
    match name.to_ascii_lowercase().as_str() {
        "rss" => true,
        "rdf" => tag.contains("purl.org/rss/") || tag.contains("netscape.com/rdf/"),
        "feed" => tag.contains("www.w3.org/2005/Atom") || tag.contains("purl.org/atom/"),
        _ => false,
    }
}

/// Reads a feed as an item, off the threads that serve requests. `None` for what is no feed.
pub(super) async fn read(raw: Raw) -> Option<Extracted> {
    let read = tokio::task::spawn_blocking(move || Some(of_feed(&parsed(&raw)?, &raw.url)));
    read.await.ok().flatten()
}

/// Reads a feed, off the threads that serve requests. `None` for what is no feed.
pub(super) async fn parse(raw: Raw) -> Option<Feed> {
    tokio::task::spawn_blocking(move || parsed(&raw)).await.ok().flatten()
}

fn parsed(raw: &Raw) -> Option<Feed> {
    let label = raw.content_type.as_deref().and_then(label);
    let text = charset::decode(&raw.body, label, raw.url.domain());
    if text.trim_start().starts_with('{') { json::read(&text) } else { xml::read(&text) }
}

/// The `charset` of a `Content-Type`.
fn label(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })
}

/// A feed as an item: what it is, and its latest entries.
pub(super) fn of_feed(feed: &Feed, url: &Url) -> Extracted {
    let title = line(feed.title.as_deref(), MAX_TITLE);
    let description = line(feed.description.as_deref(), MAX_DESCRIPTION);
    let mut text = format!("{}\n\n", description.as_deref().unwrap_or_default());
    for entry in feed.entries.iter().take(MAX_LATEST) {
        push_entry(&mut text, entry);
    }
    let full_text = clean::block(&text, MAX_TEXT);
    Extracted {
        description,
        author: line(feed.author.as_deref(), MAX_NAME),
        author_url: absolute(url, feed.link.as_deref()),
        thumbnail_url: absolute(url, feed.image.as_deref()),
        tags: feed.tags.clone(),
        language: feed
            .language
            .as_deref()
            .and_then(language::primary_subtag)
            .or_else(|| full_text.as_deref().and_then(language::detect).map(str::to_owned)),
        site_name: title
            .clone()
            .and_then(|title| clean::line(&title, MAX_NAME))
            .or_else(|| url.host_str().map(str::to_owned)),
        title: title.or_else(|| url.host_str().map(|host| format!("Feed of {host}"))),
        full_text_type: full_text.is_some().then_some(FullTextType::Plain),
        full_text,
        provider_data: Some(json!({
            "feed": feed.format, "link": absolute(url, feed.link.as_deref()), "entries": feed.entries.len(),
            "isPodcast": feed.is_podcast(),
            "latest": feed.entries.iter().take(MAX_LISTED).map(|entry| listed(entry, url)).collect::<Vec<_>>(),
        })),
        ..Extracted::default()
    }
}

fn push_entry(text: &mut String, entry: &Entry) {
    let words = words(entry).unwrap_or_default();
    let title = line(entry.title.as_deref(), MAX_TITLE).unwrap_or_default();
    let day = entry.published.map(|at| at.format(" (%Y-%m-%d)").to_string()).unwrap_or_default();
    let _ = write!(text, "{title}{day}\n{}\n\n", &words[..words.floor_char_boundary(MAX_ENTRY)]);
}

fn listed(entry: &Entry, url: &Url) -> serde_json::Value {
    json!({
        "title": line(entry.title.as_deref(), MAX_TITLE), "link": absolute(url, entry.link.as_deref()), "publishedAt": entry.published,
    })
}

/// What an entry says, without markup.
pub(super) fn words(entry: &Entry) -> Option<String> {
    clean::block(&markup::strip(entry.html.as_deref()?, MAX_TEXT), MAX_TEXT)
}

/// One line without markup: titles of feeds are HTML as often as not.
pub(super) fn line(text: Option<&str>, max: usize) -> Option<String> {
    clean::line(&markup::strip(text?, MAX_TEXT), max)
}

/// A feed's link, which may be relative to where the feed is.
pub(super) fn absolute(base: &Url, link: Option<&str>) -> Option<String> {
    reach::web_link(base.join(link?.trim()).ok()?.as_str())
}
