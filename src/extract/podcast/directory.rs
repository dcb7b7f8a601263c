//! What Apple's directory says of a show and its latest episodes.

use std::time::Duration;

use serde::Deserialize;

use crate::domain::Timestamp;
use crate::extract::{Error, MAX_TAG, MAX_TAGS, Reach, Result, reach};
use crate::fetch::Request;
use crate::text::clean;

pub(super) const SERVICE: &str = "Apple's directory of podcasts";
/// Episodes that are asked for: as many as it tells.
const LIMIT: &str = "200";
/// How long it is left alone when it has had enough. It allows some twenty questions a minute, and says 403 after that.
const REST: Duration = Duration::from_mins(1);

/// A show, and those of its episodes that the directory tells of.
pub(super) struct Listing {
    pub(super) show: Show,
    episodes: Vec<Episode>,
}

#[derive(Default)]
pub(super) struct Show {
    pub(super) title: Option<String>,
    pub(super) author: Option<String>,
    pub(super) feed_url: Option<String>,
    image: Option<String>,
    pub(super) genres: Vec<String>,
}

pub(super) struct Episode {
    number: Option<u64>,
    pub(super) title: Option<String>,
    pub(super) notes: Option<String>,
    pub(super) guid: Option<String>,
    pub(super) recording: Option<String>,
    pub(super) published: Option<Timestamp>,
    milliseconds: Option<u64>,
}

#[derive(Deserialize)]
struct Answer {
    results: Vec<Row>,
}

/// A show or an episode; what `genres` are differs between them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(default)]
    wrapper_type: String,
    #[serde(default)]
    kind: String,
    track_id: Option<u64>,
    track_name: Option<String>,
    collection_name: Option<String>,
    artist_name: Option<String>,
    feed_url: Option<String>,
    #[serde(rename = "artworkUrl600")]
    artwork: Option<String>,
    #[serde(default)]
    genres: Vec<serde_json::Value>,
    description: Option<String>,
    episode_guid: Option<String>,
    episode_url: Option<String>,
    release_date: Option<Timestamp>,
    track_time_millis: Option<u64>,
}

/// Asks for a show, with its latest episodes if they matter.
///
/// # Errors
/// [`Error::Gone`] when it has none of that number.
pub(super) async fn ask(reach: &Reach<'_>, show: &str, with_episodes: bool) -> Result<Listing> {
    let mut url = reach::at(&reach.services.itunes, &["lookup"]);
    url.query_pairs_mut().append_pair("id", show).append_pair("media", "podcast");
    if with_episodes {
        url.query_pairs_mut().append_pair("entity", "podcastEpisode").append_pair("limit", LIMIT);
    }
    let answer: Answer = match reach.ask_json(SERVICE, Request::get(&url)).await {
        Err(Error::Fetch(error)) if matches!(error.status(), Some(403 | 429)) => {
            return Err(Error::Busy { service: SERVICE, after: REST });
        }
        answer => answer?,
    };
    let (episodes, shows): (Vec<Row>, Vec<Row>) = answer.results.into_iter().partition(Row::is_episode);
    let show = shows.into_iter().find(|row| row.kind == "podcast" || row.feed_url.is_some());
    Ok(Listing {
        show: show.map(Show::from).ok_or(Error::Gone("This podcast"))?,
        episodes: episodes.into_iter().map(Episode::from).collect(),
    })
}

impl Listing {
    pub(super) fn episode(&self, number: &str) -> Option<&Episode> {
        let number = number.parse().ok()?;
        self.episodes.iter().find(|episode| episode.number == Some(number))
    }
}

impl Row {
    fn is_episode(&self) -> bool {
        self.wrapper_type == "podcastEpisode" || self.kind == "podcast-episode"
    }
}

impl Show {
    pub(super) fn image(&self) -> Option<String> {
        reach::web_link(self.image.as_deref()?)
    }
}

impl Episode {
    pub(super) fn seconds(&self) -> Option<u32> {
        u32::try_from(self.milliseconds? / 1_000).ok()
    }
}

impl From<Row> for Show {
    fn from(row: Row) -> Self {
        let genres = row.genres.iter().filter_map(serde_json::Value::as_str).filter(|genre| *genre != "Podcasts");
        Self {
            title: row.collection_name.or(row.track_name),
            author: row.artist_name,
            feed_url: row.feed_url,
            image: row.artwork,
            genres: genres.filter_map(|genre| clean::line(genre, MAX_TAG)).take(MAX_TAGS).collect(),
        }
    }
}

impl From<Row> for Episode {
    fn from(row: Row) -> Self {
        Self {
            number: row.track_id,
            title: row.track_name,
            notes: row.description,
            guid: row.episode_guid,
            recording: row.episode_url,
            published: row.release_date,
            milliseconds: row.track_time_millis,
        }
    }
}
