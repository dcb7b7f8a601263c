//! The service behind embedded posts, as the widgets of X and of others ask it (`react-tweet` describes its answers).

use serde::Deserialize;

use super::post::{Post, written_out};
use super::{SERVICE, token};
use crate::domain::Timestamp;
use crate::extract::{Error, Reach, Result, reach};
use crate::fetch::Request;

/// The largest answer that is read, in bytes.
const MAX_ANSWER: u64 = 1024 * 1024;
/// The most pictures whose words are kept.
const MAX_PICTURES: usize = 20;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Told {
    #[serde(rename = "__typename")]
    typename: Option<String>,
    text: Option<String>,
    display_text_range: Option<(usize, usize)>,
    created_at: Option<Timestamp>,
    lang: Option<String>,
    user: User,
    entities: Entities,
    #[serde(rename = "mediaDetails")]
    media: Vec<Media>,
    photos: Vec<Photo>,
    video: Option<Video>,
    quoted_tweet: Option<Box<Told>>,
    note_tweet: Option<serde_json::Value>,
    favorite_count: Option<i64>,
    conversation_count: Option<i64>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct User {
    name: String,
    screen_name: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entities {
    urls: Vec<Short>,
    media: Vec<Short>,
}

#[derive(Deserialize)]
struct Short {
    url: String,
    expanded_url: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Media {
    media_url_https: Option<String>,
    ext_alt_text: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Photo {
    url: Option<String>,
    #[serde(rename = "accessibilityLabel")]
    label: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Video {
    poster: Option<String>,
}

/// The post `id`; `None` when the service shows none, which it sometimes does for posts that are there.
pub(super) async fn ask(reach: &Reach<'_>, id: &str) -> Result<Option<Post>> {
    let mut url = reach::at(&reach.services.twitter_syndication, &["tweet-result"]);
    url.query_pairs_mut().append_pair("id", id).append_pair("token", &token::of(id)).append_pair("lang", "en");
    match reach.ask_json::<Told>(SERVICE, Request::get(&url).max_bytes(MAX_ANSWER)).await {
        Ok(told) => Ok(to_post(told)),
        Err(Error::Fetch(error)) if matches!(error.status(), Some(403 | 404 | 410)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn to_post(told: Told) -> Option<Post> {
    let text = told.text.filter(|_| told.typename.as_deref() != Some("TweetTombstone"))?;
    let own = |short: &Short| (short.url.clone(), None);
    let written = |short: &Short| (short.url.clone(), short.expanded_url.clone());
    let links: Vec<(String, Option<String>)> =
        told.entities.media.iter().map(own).chain(told.entities.urls.iter().map(written)).collect();
    let links = links.iter().map(|(short, long)| (short.as_str(), long.as_deref()));
    let labels: Vec<String> = told.media.iter().filter_map(|media| media.ext_alt_text.clone()).collect();
    let labels =
        if labels.is_empty() { told.photos.iter().filter_map(|photo| photo.label.clone()).collect() } else { labels };
    let photo = told.photos.iter().find_map(|photo| photo.url.clone());
    let poster = told.video.and_then(|video| video.poster);
    let still = told.media.iter().find_map(|media| media.media_url_https.clone());
    Some(Post {
        name: told.user.name,
        handle: handle(told.user.screen_name),
        text: written_out(&shown(&text, told.display_text_range), links),
        created_at: told.created_at,
        language: told.lang,
        pictures: labels.into_iter().filter(|label| !label.trim().is_empty()).take(MAX_PICTURES).collect(),
        image: photo.or(poster).or(still),
        quoted: told.quoted_tweet.and_then(|quoted| to_post(*quoted)).map(Box::new),
        is_cut: told.note_tweet.is_some_and(|note| !note.is_null()),
        likes: told.favorite_count,
        replies: told.conversation_count,
    })
}

/// The part of `text` that is shown: without the names that it answers and the link to its own pictures. The range counts
/// characters.
fn shown(text: &str, range: Option<(usize, usize)>) -> String {
    let Some((start, end)) = range.filter(|(start, end)| start < end) else { return text.to_owned() };
    text.chars().skip(start).take(end - start).collect()
}

/// A handle is letters, digits and underscores; anything else makes no address.
pub(super) fn handle(name: String) -> String {
    let is_one = !name.is_empty() && name.len() <= 50 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if is_one { name } else { String::new() }
}
