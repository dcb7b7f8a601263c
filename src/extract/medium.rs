//! Medium: a story's page, or, where that is closed to us, the author's feed, which holds recent free stories whole.
//!
//! Stories for members are told as cut off, under whichever domain they stand ([`mark_paywall`]); no other way to them is tried.

mod feed;

use url::Url;

use super::parser::Raw;
use super::sites::Link;
use super::{Error, Extracted, FullTextType, MAX_DESCRIPTION, MAX_TEXT, Reach, Result, Wall, page, reach};
use crate::fetch::Request;
use crate::text::{clean, language, markup};

const SITE: &str = "Medium";
const HOST: &str = "medium.com";
/// The largest feed that is read, in bytes.
const MAX_FEED: u64 = 8 * 1024 * 1024;
const FOR_MEMBERS: &str = "This story is for Medium's members: only its beginning could be read";
/// What Medium says below the beginning of a story for members, lower case.
const WALLS: [&str; 5] = [
    "the author made this story available to medium members only",
    "become a member to read this story",
    "create an account to read the full story",
    "this is a member-only story",
    "read the full story with a free account",
];

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let (target, id) = (link.source.target(), link.recognized.content_id.as_str());
    let url = address(&reach.services.medium, target, id);
    let closed = match page::read(reach, &url).await {
        Ok(found) if found.wall.is_none() => return Ok(found),
        Ok(closed) => closed,
        Err(Error::Fetch(error)) if matches!(error.status(), Some(404 | 410)) => return Err(Error::Gone("This story")),
        // What Medium's gatekeeper answers instead of "Just a moment…".
        Err(Error::Fetch(error)) if error.status() == Some(403) => Extracted::default(),
        Err(error) => return Err(error),
    };
    match from_feed(reach, target, id).await {
        Some(found) => Ok(found),
        None => Ok(Extracted { wall: closed.wall.or(Some(Wall::BotCheck)), site_name: Some(SITE.into()), ..closed }),
    }
}

/// Where the story is read: where the link says, or on the mirror that is set.
fn address(base: &Url, target: &Url, id: &str) -> Url {
    let (is_mirrored, host) = (base.host_str() != Some(HOST), target.host_str().unwrap_or_default());
    if !is_mirrored {
        return target.clone();
    }
    let segments: Vec<&str> = target.path_segments().map(Iterator::collect).unwrap_or_default();
    if host.trim_start_matches("www.") == HOST { reach::at(base, &segments) } else { reach::at(base, &["p", id]) }
}

/// The feed that a story would stand in: the author's or the publication's, as far as the link names one.
fn feed_of(base: &Url, target: &Url) -> Option<Url> {
    let host = target.host_str()?.trim_start_matches("www.");
    let name = match host.strip_suffix(".medium.com") {
        Some(author) => format!("@{author}"),
        None => target.path_segments()?.next().filter(|first| !matches!(*first, "" | "p" | "s"))?.to_owned(),
    };
    Some(reach::at(base, &["feed", &name]))
}

async fn from_feed(reach: &Reach<'_>, target: &Url, id: &str) -> Option<Extracted> {
    let url = feed_of(&reach.services.medium, target)?;
    let page = reach.ask(Request::get(&url).max_bytes(MAX_FEED)).await.ok()?;
    let story = feed::find(&String::from_utf8_lossy(&page.body), id)?;
    let mut found = match story.html.as_deref() {
        Some(html) => whole(reach, &story.title, html, target).await,
        None => Extracted { shortfall: Some(FOR_MEMBERS.into()), ..Extracted::default() },
    };
    let summary = story.summary.as_deref().map(|html| markup::strip(html, MAX_TEXT));
    found.title = Some(story.title);
    found.description = summary.and_then(|text| clean::line(&text, MAX_DESCRIPTION)).or(found.description);
    found.author = story.author;
    found.published_at = story.published_at;
    found.tags = story.tags;
    found.thumbnail_url = story.image;
    found.site_name = Some(SITE.into());
    found.canonical_link = None;
    Some(found)
}

/// The story that a feed holds whole, read as the page that it would be.
async fn whole(reach: &Reach<'_>, title: &str, html: &str, target: &Url) -> Extracted {
    let title = title.replace('<', "&lt;");
    let html_page = format!(
        "<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body><article>{html}</article></body></html>"
    );
    let content_type = Some("text/html; charset=utf-8".to_owned());
    let raw = Raw { body: html_page.into(), content_type, url: target.clone() };
    let mut found = reach.parser.read(raw).await.unwrap_or_default();
    if found.full_text.is_none() {
        found.full_text = clean::block(&markup::strip(html, MAX_TEXT), MAX_TEXT);
        found.full_text_type = found.full_text.is_some().then_some(FullTextType::Plain);
        found.language = found.full_text.as_deref().and_then(language::detect).map(str::to_owned);
    }
    found.wall = None;
    found
}

/// Tells of a story for members that it is cut off, and takes out what Medium says about that. Medium's stories stand on
/// many domains, and know themselves by a mark in their pages.
pub(super) fn mark_paywall(html: &[u8], found: &mut Extracted) {
    let Ok(html) = std::str::from_utf8(html) else { return };
    let is_medium = || found.site_name.as_deref() == Some(SITE) || html.contains("com.medium.reader");
    if found.wall.is_some() || !is_for_members(html) || !is_medium() {
        return;
    }
    found.shortfall = Some(FOR_MEMBERS.into());
    found.reader_html = None;
    let text = found.full_text.take().map(|text| before_wall(&text));
    found.full_text = text.and_then(|text| clean::block(&text, MAX_TEXT));
    found.full_text_type = found.full_text_type.filter(|_| found.full_text.is_some());
}

/// Does the page's JSON-LD say `"isAccessibleForFree": false`, as a word or as a text?
fn is_for_members(html: &str) -> bool {
    html.match_indices("\"isAccessibleForFree\"").any(|(at, key)| {
        let value = html[at + key.len()..].trim_start().strip_prefix(':').unwrap_or_default();
        let value = value.trim_start().trim_start_matches('"');
        value.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("false"))
    })
}

fn before_wall(text: &str) -> String {
    let lines = text.lines().take_while(|line| {
        let line = line.trim().trim_start_matches(['#', '*', '_', ' ']).to_lowercase();
        !WALLS.iter().any(|wall| line.starts_with(wall))
    });
    lines.collect::<Vec<_>>().join("\n")
}
