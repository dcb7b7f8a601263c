//! YouTube: what is said in a video with the seconds at which it is said, its chapters, and what is told about it. No key.
//!
//! The video's page tells when it was published; the player's service, asked as the clients of `YOUTUBE_CLIENTS` in turn,
//! tells the rest and where the captions are. What the player keeps to itself, the Data API (with `YOUTUBE_API_KEY`) or
//! oEmbed may tell. That captions can't be had never fails an item: it says what is missing.
//!
//! YouTube changes often. What it is asked as stands in `client`, what it answers in `player` and `watch`, what its refusals
//! mean in `verdict`, and each form of captions in a file below `captions`.

mod captions;
mod chapters;
mod client;
mod data_api;
mod oembed;
mod player;
mod tracks;
mod transcript;
mod verdict;
mod video;
mod watch;

use std::time::Duration;

use self::captions::Refused;
use self::tracks::Track;
use self::transcript::Transcript;
use self::verdict::Verdict;
use self::video::Video;
use self::watch::Watch;
use super::sites::Link;
use super::{Error, Extracted, Reach, Result, Segment, Wall};
use crate::fetch::{self, Retry};

const SERVICE: &str = "YouTube";
/// How long YouTube is left alone at least when it says that we ask too much.
const PEACE: Duration = Duration::from_mins(15);

/// What asking came to.
#[derive(Default)]
struct Asked {
    video: Video,
    transcript: Option<Transcript>,
    /// What the last client was told that was told anything.
    verdict: Option<Verdict>,
    /// Why there are no words although the video plays.
    missing: Option<Refused>,
    /// What went wrong on the way, the first thing first.
    failure: Option<Error>,
}

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let id = link.recognized.content_id.as_str();
    let watch = watch::look(reach, id).await?;
    let mut asked = Asked::default();
    if watch.is_blocked {
        asked.verdict = Some(Verdict::Blocked);
    } else {
        ask_clients(reach, id, &watch, &mut asked).await?;
    }
    asked.video.fill(watch.video);
    if let Err(error) = fill(reach, id, &mut asked.video).await
        && asked.video.title.is_none()
    {
        return nothing_told(id, asked, error);
    }
    Ok(conclude(id, asked, reach))
}

/// Asks one client after the other, until one gets the words or says that there are none.
async fn ask_clients(reach: &Reach<'_>, id: &str, watch: &Watch, asked: &mut Asked) -> Result<()> {
    let mut visitor = watch.visitor.clone();
    for client in &reach.services.youtube_clients {
        let player = match player::ask(reach, id, *client, visitor.as_deref()).await {
            Ok(player) => player,
            Err(error @ Error::Busy { .. }) => return Err(error),
            Err(error) => {
                asked.failure.get_or_insert(error);
                continue;
            }
        };
        visitor = visitor.or_else(|| player.visitor());
        let verdict = player.verdict();
        asked.video.fill(player.video());
        let (plays, may_differ) = (verdict.plays(), verdict.may_differ());
        asked.verdict = Some(verdict);
        if plays && try_tracks(reach, &player.tracks(), asked).await || !plays && !may_differ {
            return Ok(());
        }
    }
    if asked.transcript.is_none() && !watch.tracks.is_empty() {
        try_tracks(reach, &watch.tracks, asked).await;
    }
    Ok(())
}

/// Reads the best of `tracks`; false when another client may do better.
async fn try_tracks(reach: &Reach<'_>, tracks: &[Track], asked: &mut Asked) -> bool {
    match captions::read(reach, tracks).await {
        Ok(transcript) => {
            asked.transcript = Some(transcript);
            asked.missing = None;
            true
        }
        Err(why) => {
            let is_final = matches!(why, Refused::None | Refused::Robots | Refused::Busy);
            asked.missing = Some(why);
            is_final
        }
    }
}

/// Asks elsewhere for what the player did not tell. A video that has a title needs nothing more.
async fn fill(reach: &Reach<'_>, id: &str, video: &mut Video) -> Result<()> {
    let has_key = reach.services.youtube_api_key.is_some();
    if has_key && (video.title.is_none() || video.published_at.is_none()) {
        // Its quota may be used up; oEmbed has none.
        match data_api::ask(reach, id).await {
            Err(Error::Gone(what)) if video.title.is_none() => return Err(Error::Gone(what)),
            Err(_) => {}
            Ok(told) => video.fill(told),
        }
    }
    if video.title.is_none() {
        video.fill(oembed::ask(reach, id).await?);
    }
    Ok(())
}

/// For a video of which not even the title could be had.
fn nothing_told(id: &str, asked: Asked, error: Error) -> Result<Extracted> {
    match asked.verdict {
        Some(Verdict::Blocked) => Ok(Extracted { wall: Some(Wall::BotCheck), ..asked.video.into_extracted(id) }),
        Some(Verdict::Gone) => Err(Error::Gone("This video")),
        Some(verdict) if !verdict.plays() => Err(Error::Closed(verdict.for_people())),
        _ => Err(asked.failure.filter(|first| first.retry() != Retry::Never).unwrap_or(error)),
    }
}

fn conclude(id: &str, asked: Asked, reach: &Reach<'_>) -> Extracted {
    let has_words = asked.transcript.is_some();
    let mut found = asked.video.into_extracted(id);
    if let Some(transcript) = asked.transcript {
        transcript.put_into(&mut found);
    }
    match asked.verdict {
        Some(Verdict::Blocked) if !has_words => found.wall = Some(Wall::BotCheck),
        Some(verdict) if !verdict.plays() && !has_words => {
            found.again_after = verdict.again_after(reach.now);
            found.shortfall = Some(verdict.for_people());
        }
        _ if has_words => {}
        _ => {
            let why = asked.missing.map(|why| why.for_people().to_owned());
            let failed = asked.failure.map(|error| format!("The captions could not be had: {}", error.for_people()));
            found.shortfall = why.or(failed).or_else(|| Some(Refused::None.for_people().to_owned()));
        }
    }
    found
}

/// `error`, and for how long we are to stay away where it says so.
fn or_busy(error: Error) -> Error {
    match error {
        Error::Fetch(fetch::Error::Status { status: 429, retry_after, .. }) => {
            Error::Busy { service: SERVICE, after: retry_after.unwrap_or_default().max(PEACE) }
        }
        other => other,
    }
}

/// The pieces of captions in any of YouTube's forms.
pub(super) fn captions_of(text: &str) -> Vec<Segment> {
    captions::parse(text).unwrap_or_default()
}
