//! The podcast namespace's own JSON: pieces with times and speakers, down to single words.

use serde::Deserialize;

use super::{MAX_SEGMENTS, segment};
use crate::extract::Segment;

/// Words are joined to pieces of about so many characters.
const PIECE: usize = 100;
/// But not over a silence of so many seconds.
const PAUSE: f64 = 2.0;

#[derive(Deserialize)]
struct Document {
    segments: Vec<Piece>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Piece {
    speaker: Option<String>,
    start_time: f64,
    end_time: Option<f64>,
    #[serde(default)]
    body: String,
}

pub(super) fn read(json: &str) -> Vec<Segment> {
    let Ok(document) = serde_json::from_str::<Document>(json) else { return Vec::new() };
    let mut segments: Vec<Segment> = Vec::new();
    let mut speaker = None;
    for piece in document.segments.into_iter().take(MAX_SEGMENTS) {
        let is_new = piece.speaker.is_some() && piece.speaker != speaker;
        let body = match &piece.speaker {
            Some(name) if is_new => format!("{name}: {}", piece.body),
            _ => piece.body,
        };
        let Some(next) = segment(&body, piece.start_time, piece.end_time.unwrap_or(piece.start_time)) else { continue };
        match segments.last_mut() {
            Some(last) if !is_new && last.text.len() < PIECE && next.start - last.start - last.duration < PAUSE => {
                // Marks of punctuation come alone.
                if !next.text.starts_with(|c: char| c.is_ascii_punctuation()) {
                    last.text.push(' ');
                }
                last.text.push_str(&next.text);
                last.duration = (next.start + next.duration - last.start).max(last.duration);
            }
            _ => segments.push(next),
        }
        speaker = piece.speaker.or(speaker);
    }
    segments
}
