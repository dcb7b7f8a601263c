//! X's API, for those who have a token: whole posts, however long.

use serde::Deserialize;

use super::SERVICE;
use super::post::{Post, written_out};
use super::syndication::handle;
use crate::domain::Timestamp;
use crate::extract::{Error, Reach, Result, reach};
use crate::fetch::{HeaderName, Request};

const FIELDS: [(&str, &str); 4] = [
    ("tweet.fields", "attachments,author_id,created_at,entities,lang,note_tweet,public_metrics,referenced_tweets"),
    ("expansions", "attachments.media_keys,author_id,referenced_tweets.id,referenced_tweets.id.author_id"),
    ("media.fields", "alt_text,preview_image_url,url"),
    ("user.fields", "name,username"),
];
/// The largest answer that is read, in bytes.
const MAX_ANSWER: u64 = 1024 * 1024;

#[derive(Deserialize)]
struct Answer {
    data: Option<Told>,
    #[serde(default)]
    includes: Includes,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Includes {
    users: Vec<User>,
    media: Vec<Media>,
    tweets: Vec<Told>,
}

#[derive(Deserialize)]
struct User {
    id: String,
    name: String,
    username: String,
}

#[derive(Deserialize)]
struct Media {
    url: Option<String>,
    preview_image_url: Option<String>,
    alt_text: Option<String>,
}

#[derive(Deserialize)]
struct Told {
    id: String,
    text: String,
    author_id: Option<String>,
    created_at: Option<Timestamp>,
    lang: Option<String>,
    #[serde(default)]
    entities: Entities,
    note_tweet: Option<Note>,
    #[serde(default)]
    public_metrics: Metrics,
    #[serde(default)]
    referenced_tweets: Vec<Reference>,
}

#[derive(Deserialize)]
struct Note {
    text: String,
    #[serde(default)]
    entities: Entities,
}

#[derive(Deserialize, Default)]
struct Entities {
    #[serde(default)]
    urls: Vec<Short>,
}

#[derive(Deserialize)]
struct Short {
    url: String,
    expanded_url: Option<String>,
    /// Only links to the post's own pictures have one.
    media_key: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Metrics {
    like_count: Option<i64>,
    reply_count: Option<i64>,
}

#[derive(Deserialize)]
struct Reference {
    r#type: String,
    id: String,
}

/// The post `id`.
///
/// # Errors
/// [`Error::MissingKey`] without a token; [`Error::Gone`] when X says that there is no such post.
pub(super) async fn ask(reach: &Reach<'_>, id: &str) -> Result<Post> {
    let token = reach.services.twitter_bearer_token.as_ref().ok_or(Error::MissingKey("TWITTER_BEARER_TOKEN"))?;
    let mut url = reach::at(&reach.services.twitter_api, &["tweets", id]);
    url.query_pairs_mut().extend_pairs(FIELDS);
    let bearer = format!("Bearer {}", token.expose());
    let request = Request::get(&url).header(HeaderName::from_static("authorization"), &bearer).max_bytes(MAX_ANSWER);
    let answer: Answer = match reach.ask_json(SERVICE, request).await {
        Err(Error::Fetch(error)) if error.status() == Some(404) => return Err(Error::Gone("This post")),
        other => other?,
    };
    // A post that is gone comes as `errors` beside a status of 200.
    let told = answer.data.ok_or(Error::Gone("This post"))?;
    let quoted = told.referenced_tweets.iter().find(|other| other.r#type == "quoted").map(|other| other.id.clone());
    let quoted = answer.includes.tweets.iter().find(|other| Some(&other.id) == quoted.as_ref());
    let quoted = quoted.map(|quoted| Box::new(to_post(quoted, &answer.includes.users)));
    let media = &answer.includes.media;
    Ok(Post {
        pictures: media.iter().filter_map(|media| media.alt_text.clone()).collect(),
        image: media.iter().find_map(|media| media.url.clone().or_else(|| media.preview_image_url.clone())),
        quoted,
        ..to_post(&told, &answer.includes.users)
    })
}

fn to_post(told: &Told, users: &[User]) -> Post {
    let user = users.iter().find(|user| Some(&user.id) == told.author_id.as_ref());
    let (text, entities) = match &told.note_tweet {
        Some(note) => (&note.text, &note.entities),
        None => (&told.text, &told.entities),
    };
    let links = entities.urls.iter().map(|short| {
        let long = short.expanded_url.as_deref().filter(|_| short.media_key.is_none());
        (short.url.as_str(), long)
    });
    Post {
        name: user.map(|user| user.name.clone()).unwrap_or_default(),
        handle: user.map(|user| handle(user.username.clone())).unwrap_or_default(),
        text: written_out(text, links),
        created_at: told.created_at,
        language: told.lang.clone(),
        likes: told.public_metrics.like_count,
        replies: told.public_metrics.reply_count,
        ..Post::default()
    }
}
