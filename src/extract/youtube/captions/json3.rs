//! `fmt=json3`: events with a time, each of a few words.

use serde::Deserialize;

use super::{MAX_SEGMENTS, segment};
use crate::extract::Segment;

#[derive(Deserialize)]
struct Captions {
    #[serde(default)]
    events: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(default)]
    t_start_ms: f64,
    #[serde(default)]
    d_duration_ms: f64,
    /// None in events that only style others.
    #[serde(default)]
    segs: Vec<Words>,
}

#[derive(Deserialize)]
struct Words {
    #[serde(default)]
    utf8: String,
}

/// The pieces. Events that only roll the lines on (`aAppend`) hold a line break and nothing else.
pub(super) fn parse(text: &str) -> Vec<Segment> {
    let Ok(captions) = serde_json::from_str::<Captions>(text) else { return Vec::new() };
    let pieces = captions.events.iter().filter_map(|event| {
        let words: String = event.segs.iter().map(|words| words.utf8.as_str()).collect();
        segment(&words, event.t_start_ms / 1_000.0, event.d_duration_ms / 1_000.0)
    });
    pieces.take(MAX_SEGMENTS).collect()
}
