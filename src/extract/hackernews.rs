//! Hacker News: a story, its discussion, and the article that it is about.
//!
//! Asks the search service's API, which gives a whole discussion in one answer (<https://hn.algolia.com/api>), and
//! Hacker News's own when that has no answer.

use serde::Deserialize;
use serde_json::json;

use super::sites::Link;
use super::{Error, Extracted, FullTextType, MAX_NAME, MAX_TEXT, MAX_TITLE, Reach, Result, page, reach};
use crate::domain::Timestamp;
use crate::fetch::Request;
use crate::text::{clean, markup};

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
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    dead: bool,
}

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let id = link.recognized.content_id.as_str();
    let item = match searched(reach, id).await {
        Ok(item) => item,
        Err(_) => told(reach, id).await?,
    };
    let mut found = of_item(&item, id);
    if let Some(article) = item.url.as_deref().and_then(|link| link.parse().ok()) {
        // The discussion is there with or without the article.
        match page::read(reach, &article).await {
            Ok(article) if article.wall.is_none() => with_article(&mut found, article),
            Ok(_) => found.shortfall = Some("The article itself could not be read".into()),
            Err(error) => {
                found.shortfall = Some(format!("The article itself could not be read: {}", error.for_people()));
            }
        }
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
    })
}

fn of_item(item: &Item, id: &str) -> Extracted {
    let mut text = String::new();
    push_post(&mut text, item.text.as_deref().unwrap_or_default(), 0);
    let mut left = MAX_COMMENTS;
    push_comments(&mut text, &item.children, 0, &mut left);
    let author = item.author.as_deref().and_then(|name| clean::line(name, MAX_NAME));
    let own_words = item.text.as_deref().and_then(|html| clean::line(&markup::strip(html, MAX_TEXT), MAX_TITLE));
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
    for line in markup::strip(html, MAX_TEXT).lines() {
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
        let (Some(author), Some(html)) = (&comment.author, &comment.text) else { continue };
        *left -= 1;
        push_post(text, &format!("<p>{author}:</p>{html}"), depth);
        push_comments(text, &comment.children, depth + 1, left);
    }
}

/// The article comes first; what was said of it after.
fn with_article(found: &mut Extracted, article: Extracted) {
    let discussion = found.full_text.take();
    let texts: Vec<String> = article.full_text.into_iter().chain(discussion).collect();
    found.full_text = clean::block(&texts.join("\n\n"), MAX_TEXT);
    found.full_text_type = found.full_text.is_some().then_some(FullTextType::Plain);
    found.description = article.description;
    found.thumbnail_url = article.thumbnail_url;
    found.language = article.language;
    found.tags = article.tags;
}
