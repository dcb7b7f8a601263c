//! Reddit: a post, what it links to, and what was said of it.
//!
//! Reads the post's Atom feed, for everything else wants a login or an approved program: the first entry is the post, the
//! others are comments, without their order of reply. Reddit lets an address read a few feeds a minute.

use std::fmt::Write as _;
use std::time::Duration;

use feed_rs::model::Entry;
use reqwest::header::ACCEPT;
use serde_json::json;

use super::sites::Link;
use super::{Error, Extracted, FullTextType, MAX_NAME, MAX_TEXT, MAX_TITLE, Reach, Result, Wall};
use super::{linked, prose, reach};
use crate::fetch::{self, Page};
use crate::text::{clean, markup};

const SERVICE: &str = "Reddit";
/// Comments that are kept.
const MAX_COMMENTS: usize = 500;
/// Bytes of a feed.
const MAX_FEED: u64 = 8 * 1024 * 1024;
/// How long we stay away when Reddit wants that and does not say how long.
const REST: Duration = Duration::from_mins(2);
/// Around what somebody wrote, within what Reddit adds.
const WRITTEN: [&str; 2] = ["<!-- SC_OFF -->", "<!-- SC_ON -->"];

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let id = link.recognized.content_id.as_str();
    let page = feed(reach, id).await?;
    if let Some(wall) = wall(&page) {
        return Ok(Extracted { wall: Some(wall), ..Extracted::default() });
    }
    let feed = feed_rs::parser::parse(&page.body[..])
        .map_err(|_| Error::Unexpected { service: SERVICE, what: "no feed".to_owned() })?;
    let (post, comments) = feed.entries.split_first().ok_or(Error::Gone("This post"))?;
    let mut found = extracted(post, comments, id);
    if let Some(outside) = linked_to(post) {
        linked::add_article(reach, link, &mut found, &outside).await;
    }
    Ok(found)
}

/// Asks like anybody, in turn with others: Reddit is no service that answers many.
async fn feed(reach: &Reach<'_>, id: &str) -> Result<Page> {
    let url = reach::at(&reach.services.reddit, &["comments", id, ".rss"]);
    let request = reach.page(&url).header(ACCEPT, "application/atom+xml").max_bytes(MAX_FEED);
    reach.fetcher.get(&request).await.map_err(|error| match error {
        fetch::Error::Status { status: 429, retry_after, .. } => {
            Error::Busy { service: SERVICE, after: retry_after.unwrap_or(REST) }
        }
        fetch::Error::Status { status: 404, .. } => Error::Gone("This post"),
        fetch::Error::Status { status: 403, .. } => Error::Closed(
            "Reddit does not let Brainly read this post: its community is private, or Reddit turns programs away"
                .into(),
        ),
        other => other.into(),
    })
}

/// A page for people where a feed should be.
fn wall(page: &Page) -> Option<Wall> {
    if page.final_url.path().starts_with("/login") {
        return Some(Wall::SignIn);
    }
    let start = String::from_utf8_lossy(&page.body[..page.body.len().min(512)]).to_ascii_lowercase();
    (start.contains("<!doctype html") || start.contains("<html")).then_some(Wall::BotCheck)
}

fn extracted(post: &Entry, comments: &[Entry], id: &str) -> Extracted {
    let own = written(post);
    let is_removed = own.as_deref().is_some_and(|text| matches!(text, "[removed]" | "[deleted]"));
    let mut text = own.filter(|_| !is_removed).unwrap_or_default();
    let mut kept = 0;
    for comment in comments {
        if kept == MAX_COMMENTS || text.len() > MAX_TEXT {
            break;
        }
        let Some(body) = written(comment).filter(|body| !matches!(body.as_str(), "[removed]" | "[deleted]")) else {
            continue;
        };
        kept += 1;
        let by = author(comment).unwrap_or_else(|| "somebody".to_owned());
        let _ = write!(text, "\n\n{by}:\n{body}");
    }
    let full_text = clean::block(&text, MAX_TEXT);
    let author = author(post);
    let community = post.categories.first().and_then(|category| clean::line(&category.term, MAX_NAME));
    Extracted {
        title: post.title.as_ref().and_then(|title| prose::line(&title.content, MAX_TITLE)),
        author_url: author.as_ref().and_then(|name| prose::link(&format!("https://www.reddit.com/user/{name}"))),
        author,
        published_at: post.published.or(post.updated),
        thumbnail_url: thumbnail(post),
        tags: community.iter().cloned().collect(),
        site_name: Some(SERVICE.into()),
        full_text_type: full_text.is_some().then_some(FullTextType::Plain),
        full_text,
        provider_data: Some(json!({ "id": id, "subreddit": community, "comments": kept, "url": linked_to(post) })),
        shortfall: is_removed.then(|| "The post's own text was removed from Reddit".into()),
        ..Extracted::default()
    }
}

fn html(entry: &Entry) -> &str {
    entry.content.as_ref().and_then(|content| content.body.as_deref()).unwrap_or_default()
}

/// What somebody wrote; nothing for a bare link.
fn written(entry: &Entry) -> Option<String> {
    let [begin, end] = WRITTEN;
    let (_, rest) = html(entry).split_once(begin)?;
    let own = rest.split_once(end).map_or(rest, |(own, _)| own);
    Some(prose::text(own)).filter(|text| !text.is_empty())
}

fn author(entry: &Entry) -> Option<String> {
    let name = entry.authors.first()?.name.as_deref()?.trim();
    let name = name.trim_start_matches('/').trim_start_matches("u/");
    clean::line(name, MAX_NAME).filter(|name| name != "[deleted]")
}

/// Where a post leads to: what its `[link]` says, unless that is the post itself.
fn linked_to(post: &Entry) -> Option<String> {
    let (before, _) = html(post).split_once(">[link]<")?;
    let (_, href) = before.rsplit_once("href=\"")?;
    let link = prose::link(&markup::decode_entities(href.split('"').next()?))?;
    let host = url::Url::parse(&link).ok()?.host_str()?.to_owned();
    let is_reddits = ["reddit.com", "redd.it"].iter().any(|own| host == *own || host.ends_with(&format!(".{own}")));
    (!is_reddits).then_some(link)
}

fn thumbnail(post: &Entry) -> Option<String> {
    let found = post.media.iter().flat_map(|media| &media.thumbnails).next()?;
    prose::link(&found.image.uri)
}
