//! Hacker News: a story, its discussion, and the article that it is about.
//!
//! Asks the search service's API, which gives a whole discussion in one answer (<https://hn.algolia.com/api>), and
//! Hacker News's own when that has no answer.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::json;

use super::sites::Link;
use super::{Error, Extracted, FullTextType, MAX_NAME, MAX_TEXT, MAX_TITLE, Reach, Result, linked, prose, reach};
use crate::domain::Timestamp;
use crate::fetch::Request;
use crate::text::clean;

const SERVICE: &str = "Hacker News";
/// Comments that are kept, and how deep they may hang.
const MAX_COMMENTS: usize = 500;
const MAX_DEPTH: usize = 8;

/// A story or a comment, as the search service tells it.
#[derive(Deserialize)]
struct Item {
    created_at: Option<Timestamp>,
    author: Option<String>,
    title: Option<String>,
    url: Option<String>,
    text: Option<String>,
    points: Option<i64>,
    #[serde(default)]
    children: Vec<Item>,
    /// Comments that are there but were not told.
    #[serde(skip)]
    untold: u64,
}

impl Item {
    fn says_something(&self) -> bool {
        self.title.is_some() || self.text.is_some() || !self.children.is_empty()
    }
}

/// The same as Hacker News itself tells it, without what hangs below.
#[derive(Deserialize)]
struct Told {
    by: Option<String>,
    time: Option<i64>,
    title: Option<String>,
    url: Option<String>,
    text: Option<String>,
    score: Option<i64>,
    descendants: Option<u64>,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    dead: bool,
}

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let id = link.recognized.content_id.as_str();
    // Whatever is wrong with the search service, Hacker News itself knows best what is gone.
    let item = match searched(reach, id).await {
        Ok(item) if item.says_something() => item,
        _ => told(reach, id).await?,
    };
    let mut found = of_item(&item, id);
    if item.children.is_empty() && item.untold > 0 {
        found.shortfall = Some("What was said of it could not be read".into());
    }
    if let Some(article) = &item.url {
        linked::add_article(reach, link, &mut found, article).await;
    }
    Ok(found)
}

async fn searched(reach: &Reach<'_>, id: &str) -> Result<Item> {
    reach.ask_json(SERVICE, Request::get(&reach::at(&reach.services.hn_api, &["items", id]))).await
}

async fn told(reach: &Reach<'_>, id: &str) -> Result<Item> {
    let request = Request::get(&reach::at(&reach.services.hn_firebase, &["item", &format!("{id}.json")]));
    let told: Option<Told> = reach.ask_json(SERVICE, request).await?;
    let told = told.filter(|told| !told.deleted && !told.dead).ok_or(Error::Gone("This post"))?;
    Ok(Item {
        created_at: told.time.and_then(|seconds| Timestamp::from_timestamp(seconds, 0)),
        author: told.by,
        title: told.title,
        url: told.url,
        text: told.text,
        points: told.score,
        children: Vec::new(),
        untold: told.descendants.unwrap_or_default(),
    })
}

fn of_item(item: &Item, id: &str) -> Extracted {
    let mut text = String::new();
    push_post(&mut text, item.text.as_deref().unwrap_or_default(), 0);
    let mut left = MAX_COMMENTS;
    push_comments(&mut text, &item.children, 0, &mut left);
    let author = item.author.as_deref().and_then(|name| clean::line(name, MAX_NAME));
    let own_words = item.text.as_deref().and_then(|html| clean::line(&prose::text(html), MAX_TITLE));
    let full_text = clean::block(&text, MAX_TEXT);
    Extracted {
        title: item.title.as_deref().and_then(|title| clean::line(title, MAX_TITLE)).or(own_words),
        author_url: author.as_ref().map(|name| format!("https://news.ycombinator.com/user?id={name}")),
        author,
        published_at: item.created_at,
        site_name: Some(SERVICE.into()),
        full_text_type: full_text.is_some().then_some(FullTextType::Plain),
        full_text,
        provider_data: Some(json!({
            "id": id, "points": item.points, "comments": MAX_COMMENTS - left, "url": item.url,
        })),
        ..Extracted::default()
    }
}

fn push_post(text: &mut String, html: &str, depth: usize) {
    let indent = "  ".repeat(depth);
    for line in prose::text(html).lines() {
        text.push_str(&indent);
        text.push_str(line);
        text.push('\n');
    }
    text.push('\n');
}

fn push_comments(text: &mut String, comments: &[Item], depth: usize, left: &mut usize) {
    for comment in comments {
        if *left == 0 || depth == MAX_DEPTH || text.len() > MAX_TEXT {
            return;
        }
        if let (Some(author), Some(html)) = (&comment.author, &comment.text) {
            *left -= 1;
            let _ = writeln!(text, "{}{author}:", "  ".repeat(depth));
            push_post(text, html, depth);
        }
        // Replies stay when what they reply to was deleted.
        push_comments(text, &comment.children, depth + 1, left);
    }
}
