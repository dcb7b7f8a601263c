//! Captions: fetched from YouTube alone, and read in whichever form they come.
//!
//! JSON is asked for. To teach it a further form: a file below, and a line in [`parse`].

mod json3;
mod timed_text;
mod vtt;

use super::SERVICE;
use super::tracks::{self, Place, Track};
use super::transcript::Transcript;
use crate::extract::{Error, Reach, Segment};
use crate::fetch::Request;
use crate::text::clean;

/// The largest captions that are read, in bytes.
const MAX_CAPTIONS: u64 = 8 * 1024 * 1024;
/// The most pieces of a transcript.
const MAX_SEGMENTS: usize = 50_000;
/// The most characters of a piece.
const MAX_PIECE: usize = 2_000;

/// Why there are no words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The video has none.
    None,
    /// YouTube gives them out only to those who prove where they come from.
    NeedsProof,
    /// They are not on YouTube, so they are not fetched.
    Elsewhere,
    /// A page came instead that checks for robots.
    Robots,
    /// YouTube wants to be left alone.
    Busy,
    /// They could not be fetched.
    Unreachable,
    /// They came in a form that is not known.
    Unknown,
}

impl Refused {
    /// What the link's owner is shown.
    pub(super) const fn for_people(self) -> &'static str {
        match self {
            Self::None => "This video has no captions, so its words can't be read",
            Self::NeedsProof => "YouTube does not give this video's captions out to Brainly at the moment",
            Self::Elsewhere => "This video's captions are not on YouTube, so they were not read",
            Self::Robots => "YouTube checks for robots and did not give the captions out",
            Self::Busy => "YouTube answers no more questions for now, so the captions are missing",
            Self::Unreachable => "The captions could not be fetched",
            Self::Unknown => "The captions came in a form that Brainly does not understand",
        }
    }
}

/// Reads the track among `tracks` that suits best.
pub(super) async fn read(reach: &Reach<'_>, tracks: &[Track]) -> Result<Transcript, Refused> {
    let track = tracks::choose(tracks, &reach.languages).ok_or(Refused::None)?;
    let url = match track.place(&reach.services.youtube) {
        Place::At(url) => url,
        Place::NeedsProof => return Err(Refused::NeedsProof),
        Place::Elsewhere => return Err(Refused::Elsewhere),
    };
    let page = match reach.ask(Request::get(&url).max_bytes(MAX_CAPTIONS)).await {
        Ok(page) => page,
        Err(Error::Fetch(error)) if error.status() == Some(429) => return Err(Refused::Busy),
        Err(error) => {
            tracing::debug!(service = SERVICE, %error, "captions could not be fetched");
            return Err(Refused::Unreachable);
        }
    };
    let parsed = tokio::task::spawn_blocking(move || parse(&String::from_utf8_lossy(&page.body)));
    let segments = parsed.await.unwrap_or(Err(Refused::Unknown))?;
    Ok(Transcript { segments, language: track.language(), is_automatic: track.is_automatic() })
}

/// The pieces of captions in any form.
pub(super) fn parse(text: &str) -> Result<Vec<Segment>, Refused> {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let start = text[..text.floor_char_boundary(200)].to_ascii_lowercase();
    let begins = |mark: &str| start.starts_with(mark);
    let segments = if text.is_empty() {
        return Err(Refused::NeedsProof);
    } else if begins("{") {
        json3::parse(text)
    } else if begins("webvtt") {
        vtt::parse(text)
    } else if begins("<transcript") || begins("<timedtext") || begins("<?xml") && !start.contains("<html") {
        timed_text::parse(text)
    } else if begins("<!doctype") || begins("<html") {
        return Err(Refused::Robots);
    } else {
        return Err(Refused::Unknown);
    };
    if segments.is_empty() { Err(Refused::Unknown) } else { Ok(segments) }
}

/// A piece that says something, for as long as it makes sense. Times are in seconds.
fn segment(text: &str, start: f64, duration: f64) -> Option<Segment> {
    let is_time = |time: f64| time.is_finite() && time >= 0.0;
    let text = clean::line(text, MAX_PIECE).filter(|_| is_time(start))?;
    Some(Segment { text, start, duration: if is_time(duration) { duration } else { 0.0 } })
}
