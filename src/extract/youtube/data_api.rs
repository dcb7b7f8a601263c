//! The YouTube Data API, for those who have a key: everything about a video but its words.

use std::collections::HashMap;

use serde::Deserialize;

use super::SERVICE;
use super::video::{self, Thumbnail, Video};
use crate::extract::{Error, Reach, Result, reach};
use crate::fetch::Request;

/// The largest answer that is read, in bytes.
const MAX_ANSWER: u64 = 1024 * 1024;

#[derive(Deserialize)]
struct Answer {
    items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    snippet: Snippet,
    #[serde(default)]
    content_details: Content,
    #[serde(default)]
    statistics: Statistics,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Snippet {
    title: String,
    published_at: Option<String>,
    channel_id: Option<String>,
    channel_title: Option<String>,
    description: Option<String>,
    #[serde(default)]
    thumbnails: HashMap<String, Thumbnail>,
    #[serde(default)]
    tags: Vec<String>,
    default_audio_language: Option<String>,
    default_language: Option<String>,
}

#[derive(Deserialize, Default)]
struct Content {
    duration: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Statistics {
    view_count: Option<String>,
}

/// What the API knows of the video `id`.
///
/// # Errors
/// [`Error::MissingKey`] without a key; [`Error::Gone`] when there is no such video.
pub(super) async fn ask(reach: &Reach<'_>, id: &str) -> Result<Video> {
    let key = reach.services.youtube_api_key.as_ref().ok_or(Error::MissingKey("YOUTUBE_API_KEY"))?;
    let mut url = reach::at(&reach.services.youtube_api, &["videos"]);
    url.query_pairs_mut()
        .append_pair("part", "snippet,contentDetails,statistics")
        .append_pair("id", id)
        .append_pair("key", key.expose());
    let answer: Answer = reach.ask_json(SERVICE, Request::get(&url).max_bytes(MAX_ANSWER)).await?;
    let item = answer.items.into_iter().next().ok_or(Error::Gone("This video"))?;
    let snippet = item.snippet;
    Ok(Video {
        title: Some(snippet.title),
        author: snippet.channel_title,
        author_url: snippet.channel_id.as_deref().and_then(video::channel_url),
        channel_id: snippet.channel_id,
        description: snippet.description,
        seconds: item.content_details.duration.as_deref().and_then(seconds),
        published_at: snippet.published_at.as_deref().and_then(video::moment),
        tags: snippet.tags,
        thumbnail: video::largest(snippet.thumbnails.values()),
        views: item.statistics.view_count.and_then(|count| count.parse().ok()),
        language: snippet.default_audio_language.or(snippet.default_language),
        ..Video::default()
    })
}

/// ISO 8601's `P1DT2H3M4S` in seconds.
fn seconds(text: &str) -> Option<u32> {
    let mut sum: u32 = 0;
    let mut digits = String::new();
    for c in text.strip_prefix('P')?.chars() {
        let unit = match c {
            '0'..='9' if digits.len() < 9 => {
                digits.push(c);
                continue;
            }
            'T' if digits.is_empty() => continue,
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            _ => return None,
        };
        sum = sum.checked_add(std::mem::take(&mut digits).parse::<u32>().ok()?.checked_mul(unit)?)?;
    }
    (sum > 0 && digits.is_empty()).then_some(sum)
}
