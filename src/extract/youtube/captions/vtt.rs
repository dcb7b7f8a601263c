//! `WebVTT`, the last resort: cues of lines below their times.

use super::{MAX_PIECE, MAX_SEGMENTS, segment};
use crate::extract::Segment;
use crate::text::markup;

pub(super) fn parse(text: &str) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((start, end)) = times(line) else { continue };
        let mut words = String::new();
        for line in lines.by_ref().map(str::trim).take_while(|line| !line.is_empty()) {
            if words.len() < 4 * MAX_PIECE {
                words.push_str(line);
                words.push(' ');
            }
        }
        let Some(segment) = segment(&markup::decode_entities(&without_marks(&words)), start, rounded(end - start))
        else {
            continue;
        };
        // Rolling captions show a line again while the next one comes.
        if segments.last().is_none_or(|last| last.text != segment.text) {
            segments.push(segment);
        }
        if segments.len() >= MAX_SEGMENTS {
            break;
        }
    }
    segments
}

/// `00:01.000 --> 00:02.500 align:start`, in seconds.
fn times(line: &str) -> Option<(f64, f64)> {
    let (start, rest) = line.split_once("-->")?;
    Some((time(start.trim())?, time(rest.split_whitespace().next()?)?))
}

fn time(text: &str) -> Option<f64> {
    let parts: Vec<f64> = text.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    (2..=3).contains(&parts.len()).then(|| parts.iter().fold(0.0, |sum, part| sum * 60.0 + part))
}

/// Whole milliseconds: the difference of two such is none in binary.
fn rounded(seconds: f64) -> f64 {
    (seconds * 1_000.0).round() / 1_000.0
}

/// Without `<c>`, `<00:00:01.000>` and their like; a `<` of the text itself is written as an entity.
fn without_marks(text: &str) -> String {
    let mut parts = text.split('<');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('>').map_or("", |(_, rest)| rest))
}
