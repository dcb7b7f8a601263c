//! Mastodon: a post, the rest of its author's thread, and the replies of others.
//!
//! Asks the post's own server (<https://docs.joinmastodon.org/methods/statuses/>). Some servers answer nobody who has not
//! signed in: of their posts what their pages say is kept. Servers are many, and strangers: they are asked as any page is.

use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::post::{self, Thread};
use super::sites::Link;
use super::{Error, Extracted, FullTextType, MAX_DESCRIPTION, MAX_NAME, MAX_TAG, MAX_TAGS, MAX_TEXT};
use super::{Reach, Result, page, reach};
use crate::domain::Timestamp;
use crate::text::{clean, language, markup};

const SERVICE: &str = "Mastodon";
const GONE: Error = Error::Gone("This post");

#[derive(Deserialize)]
struct Status {
    id: String,
    in_reply_to_id: Option<String>,
    created_at: Option<Timestamp>,
    url: Option<String>,
    #[serde(default)]
    content: String,
    #[serde(default)]
    spoiler_text: String,
    language: Option<String>,
    account: Account,
    #[serde(default)]
    media_attachments: Vec<Media>,
    #[serde(default)]
    tags: Vec<Tag>,
    card: Option<Card>,
    poll: Option<Poll>,
    favourites_count: Option<u64>,
    reblogs_count: Option<u64>,
    replies_count: Option<u64>,
}

#[derive(Deserialize)]
struct Account {
    id: String,
    acct: String,
    #[serde(default)]
    display_name: String,
    url: Option<String>,
}

#[derive(Deserialize)]
struct Media {
    #[serde(default)]
    r#type: String,
    preview_url: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
struct Tag {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Card {
    #[serde(default)]
    url: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    image: Option<String>,
}

#[derive(Deserialize)]
struct Poll {
    #[serde(default)]
    options: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    title: String,
}

#[derive(Default, Deserialize)]
struct Context {
    #[serde(default)]
    descendants: Vec<Status>,
}

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let (host, id) = link.recognized.content_id.split_once('/').ok_or(GONE)?;
    let own = || format!("https://{host}").parse().ok();
    let base = reach.services.mastodon.clone().or_else(own).ok_or(GONE)?;
    match post(reach, &base, id).await {
        Err(Error::Fetch(error)) if matches!(error.status(), Some(401 | 403)) => of_page(reach, link).await,
        answer => answer,
    }
}

/// The post `id` of the server at `base`.
pub(super) async fn post(reach: &Reach<'_>, base: &Url, id: &str) -> Result<Extracted> {
    let at = |more: &[&str]| reach::at(base, &[&["api", "v1", "statuses", id], more].concat());
    let status: Status = match ask(reach, &at(&[])).await {
        Err(Error::Fetch(error)) if matches!(error.status(), Some(404 | 410)) => return Err(GONE),
        answer => answer?,
    };
    // The post is there with or without what was said of it.
    let context: Context = ask(reach, &at(&["context"])).await.unwrap_or_default();
    Ok(of_status(&status, &context.descendants))
}

async fn ask<T: serde::de::DeserializeOwned>(reach: &Reach<'_>, url: &Url) -> Result<T> {
    let page = reach.fetcher.get(&reach.page(url).accept("application/json").any_type()).await?;
    reach::json(SERVICE, &page.body)
}

/// What the post's page says to everybody.
async fn of_page(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let mut found = page::read(reach, link.source.target()).await?;
    if found.wall.is_none() {
        found.shortfall =
            Some("The server shows its posts only to people who have signed in; its page was read".into());
    }
    Ok(found)
}

fn of_status(status: &Status, descendants: &[Status]) -> Extracted {
    let own = status.text();
    let mut thread = Thread::default();
    thread.say(&own);
    let chain = continuation(status, descendants);
    for next in &chain {
        thread.say(&next.text());
    }
    for reply in descendants.iter().filter(|reply| !chain.iter().any(|next| next.id == reply.id)) {
        let text = reply.text();
        if !text.is_empty() && !thread.reply(&reply.account.shown(), &text, 0) {
            break;
        }
    }
    let (author, replies) = (status.account.shown(), thread.replies);
    let full_text = thread.into_text();
    let images = status.media_attachments.iter().map(|media| &media.preview_url);
    let image =
        images.chain(status.card.iter().map(|card| &card.image)).flatten().find_map(|link| reach::web_link(link));
    Extracted {
        title: post::title(&own, Some(&author)),
        description: clean::line(&own, MAX_DESCRIPTION),
        author_url: status.account.url.as_deref().and_then(reach::web_link),
        author: clean::line(&author, MAX_NAME),
        thumbnail_url: image,
        published_at: status.created_at,
        tags: status.tags.iter().filter_map(|tag| clean::line(&tag.name, MAX_TAG)).take(MAX_TAGS).collect(),
        language: status.language.as_deref().and_then(language::primary_subtag),
        site_name: Some(SERVICE.into()),
        canonical_link: status.url.as_deref().and_then(reach::web_link),
        full_text_type: full_text.is_some().then_some(FullTextType::Plain),
        full_text,
        provider_data: Some(json!({
            "id": clean::line(&status.id, MAX_NAME), "account": clean::line(&status.account.acct, MAX_NAME),
            "favourites": status.favourites_count, "boosts": status.reblogs_count, "replies": status.replies_count,
            "threadPosts": chain.len() + 1, "repliesKept": replies,
            "contentWarning": clean::line(&status.spoiler_text, MAX_DESCRIPTION),
        })),
        ..Extracted::default()
    }
}

/// How the author goes on: each post answers the one before, and the first of several is the one.
fn continuation<'a>(status: &Status, descendants: &'a [Status]) -> Vec<&'a Status> {
    let mut chain: Vec<&Status> = Vec::new();
    let mut last = status.id.as_str();
    for next in descendants {
        if next.account.id == status.account.id && next.in_reply_to_id.as_deref() == Some(last) {
            last = &next.id;
            chain.push(next);
        }
    }
    chain
}

impl Account {
    /// A name for people.
    fn shown(&self) -> String {
        clean::line(&self.display_name, MAX_NAME).unwrap_or_else(|| format!("@{}", self.acct))
    }
}

impl Status {
    /// What the post says and shows, behind its warning.
    fn text(&self) -> String {
        let words = |html: &str| clean::block(&markup::strip(html, MAX_TEXT), MAX_TEXT).unwrap_or_default();
        let mut parts = vec![self.spoiler_text.clone(), words(&self.content)];
        let choices = self.poll.iter().flat_map(|poll| &poll.options).map(|choice| format!("- {}", choice.title));
        parts.push(choices.collect::<Vec<_>>().join("\n"));
        for media in &self.media_attachments {
            let kind = match media.r#type.as_str() {
                "image" => "Image",
                "audio" => "Recording",
                _ => "Video",
            };
            parts.extend(
                media.description.iter().filter(|text| !text.is_empty()).map(|text| format!("[{kind}: {text}]")),
            );
        }
        parts.extend(self.card.iter().map(|card| format!("{}\n{}\n{}", card.title, card.description, card.url)));
        parts.retain(|part| !part.trim().is_empty());
        parts.join("\n\n")
    }
}
