//! YouTube's oEmbed: title, author and picture, without a key and for almost every video.

use serde::Deserialize;

use super::SERVICE;
use super::video::Video;
use crate::extract::{Error, MAX_LINK, Reach, Result, reach};
use crate::fetch::Request;

/// The largest answer that is read, in bytes.
const MAX_ANSWER: u64 = 256 * 1024;

#[derive(Deserialize)]
struct Told {
    title: Option<String>,
    author_name: Option<String>,
    author_url: Option<String>,
    thumbnail_url: Option<String>,
}

/// What oEmbed knows of the video `id`.
///
/// # Errors
/// [`Error::Gone`] and [`Error::Closed`] when YouTube says so.
pub(super) async fn ask(reach: &Reach<'_>, id: &str) -> Result<Video> {
    let mut url = reach::at(&reach.services.youtube, &["oembed"]);
    let watch = format!("https://www.youtube.com/watch?v={id}");
    url.query_pairs_mut().append_pair("format", "json").append_pair("url", &watch);
    let told: Told = match reach.ask_json(SERVICE, Request::get(&url).max_bytes(MAX_ANSWER)).await {
        Err(Error::Fetch(error)) => match error.status() {
            Some(400 | 404 | 410) => return Err(Error::Gone("This video")),
            Some(401 | 403) => return Err(Error::Closed("This video is private, or may not be embedded".into())),
            _ => return Err(super::or_busy(error.into())),
        },
        other => other?,
    };
    let link = |link: String| (link.starts_with("https://") && link.len() <= MAX_LINK).then_some(link);
    Ok(Video {
        title: told.title,
        author: told.author_name,
        author_url: told.author_url.and_then(link),
        thumbnail: told.thumbnail_url.and_then(link),
        ..Video::default()
    })
}
