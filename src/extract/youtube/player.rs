//! The player's service: what a video is, whether it plays, and where its captions are.

use serde::Deserialize;

use super::tracks::{self, Track};
use super::verdict::{Playability, Verdict};
use super::video::{self, Thumbnails, Video};
use super::{SERVICE, client, or_busy};
use crate::config::YoutubeClient;
use crate::extract::{Error, Reach, Result, reach};
use crate::fetch::{HeaderName, Request};

/// The largest answer that is read, in bytes.
const MAX_ANSWER: u64 = 4 * 1024 * 1024;
/// The longest visitor id that is sent back.
const MAX_VISITOR: usize = 1_024;

/// What the service answers, and what the video's page holds too.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Player {
    playability_status: Playability,
    video_details: Details,
    microformat: Microformat,
    captions: tracks::Captions,
    response_context: ResponseContext,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Details {
    video_id: Option<String>,
    title: Option<String>,
    length_seconds: Option<String>,
    keywords: Vec<String>,
    channel_id: Option<String>,
    short_description: Option<String>,
    thumbnail: Thumbnails,
    view_count: Option<String>,
    author: Option<String>,
    is_live_content: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Microformat {
    player_microformat_renderer: Published,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Published {
    publish_date: Option<String>,
    upload_date: Option<String>,
    category: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct ResponseContext {
    visitor_data: Option<String>,
}

/// Asks as `configured` for the video `id`.
///
/// # Errors
/// [`Error::Busy`] when YouTube wants to be left alone; [`Error::Unexpected`] for an answer about another video, which
/// clients get that are not believed.
pub(super) async fn ask(
    reach: &Reach<'_>,
    id: &str,
    configured: YoutubeClient,
    visitor: Option<&str>,
) -> Result<Player> {
    let client = client::of(configured);
    let mut url = reach::at(&reach.services.youtube, &["youtubei", "v1", "player"]);
    url.query_pairs_mut().append_pair("prettyPrint", "false");
    let visitor = visitor.filter(|visitor| is_visitor(visitor));
    let mut request = Request::post_json(&url, &client.question(id, visitor))
        .header(HeaderName::from_static("user-agent"), client.user_agent)
        .header(HeaderName::from_static("origin"), "https://www.youtube.com")
        .header(HeaderName::from_static("x-youtube-client-name"), client.number)
        .header(HeaderName::from_static("x-youtube-client-version"), client.version)
        .max_bytes(MAX_ANSWER);
    if let Some(visitor) = visitor {
        request = request.header(HeaderName::from_static("x-goog-visitor-id"), visitor);
    }
    let player: Player = reach.ask_json(SERVICE, request).await.map_err(or_busy)?;
    if player.is_about(id) {
        return Ok(player);
    }
    Err(Error::Unexpected { service: SERVICE, what: "the answer is about another video".into() })
}

fn is_visitor(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_VISITOR && text.bytes().all(|b| b.is_ascii_graphic())
}

impl Player {
    /// Is this the answer for the video `id`? One without any video is.
    pub(super) fn is_about(&self, id: &str) -> bool {
        self.video_details.video_id.as_deref().is_none_or(|own| own == id)
    }

    pub(super) fn verdict(&self) -> Verdict {
        self.playability_status.verdict()
    }

    pub(super) fn visitor(&self) -> Option<String> {
        self.response_context.visitor_data.clone()
    }

    pub(super) fn tracks(&self) -> Vec<Track> {
        self.captions.tracks()
    }

    pub(super) fn video(&self) -> Video {
        let (details, published) = (&self.video_details, &self.microformat.player_microformat_renderer);
        let dates = [&published.publish_date, &published.upload_date];
        Video {
            title: details.title.clone().filter(|title| !title.trim().is_empty()),
            author: details.author.clone(),
            author_url: details.channel_id.as_deref().and_then(video::channel_url),
            channel_id: details.channel_id.clone(),
            description: details.short_description.clone(),
            seconds: details.length_seconds.as_deref().and_then(|text| text.parse().ok()).filter(|length| *length > 0),
            published_at: dates.into_iter().flatten().find_map(|date| video::moment(date)),
            tags: details.keywords.clone(),
            thumbnail: details.thumbnail.largest(),
            views: details.view_count.as_deref().and_then(|count| count.parse().ok()),
            category: published.category.clone(),
            was_live: details.is_live_content,
            ..Video::default()
        }
    }
}
