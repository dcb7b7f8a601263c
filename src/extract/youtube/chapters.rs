//! The chapters of a video: from its description, by YouTube's own rule, or as the player's bar shows them.

use serde::{Deserialize, Serialize};

use crate::text::clean;

/// The most chapters of a video.
const MAX_CHAPTERS: usize = 200;
/// The most characters of a chapter's title.
const MAX_TITLE: usize = 200;
/// Fewer times in a description are no list of chapters.
const MIN_CHAPTERS: usize = 3;

/// A chapter, and at which second it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Chapter {
    title: String,
    start: u32,
}

/// The chapters that a description lists: three lines or more that begin or end with a time, the first of which is 0:00 and
/// none earlier than the one before (<https://support.google.com/youtube/answer/9884579>).
pub(super) fn of_description(text: &str, seconds: Option<u32>) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    for chapter in text.lines().filter_map(of_line) {
        let in_order = chapters.last().map_or(chapter.start == 0, |last| chapter.start > last.start);
        if in_order && seconds.is_none_or(|length| chapter.start < length) && chapters.len() < MAX_CHAPTERS {
            chapters.push(chapter);
        }
    }
    if chapters.len() < MIN_CHAPTERS { Vec::new() } else { chapters }
}

fn of_line(line: &str) -> Option<Chapter> {
    let line = line.trim();
    let (first, rest) = line.split_once(char::is_whitespace)?;
    let (title, start) = match time(first) {
        Some(start) => (rest, start),
        None => line.rsplit_once(char::is_whitespace).and_then(|(rest, last)| Some((rest, time(last)?)))?,
    };
    let is_frame = |c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':' | '|' | '•' | '·');
    Some(Chapter { title: clean::line(title.trim_matches(is_frame), MAX_TITLE)?, start })
}

/// `0:00`, `12:34` or `1:02:03`, in brackets or not, in seconds.
fn time(text: &str) -> Option<u32> {
    let text = text.trim_matches(|c: char| !c.is_ascii_digit());
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    let is_part = |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !parts.iter().all(is_part) || parts.last()?.len() != 2 {
        return None;
    }
    parts.iter().try_fold(0_u32, |sum, part| Some(sum * 60 + part.parse::<u32>().ok()?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    title: Title,
    time_range_start_millis: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Title {
    simple_text: String,
}

/// The chapters that a video's page holds for the player's bar. It may hold them twice.
pub(super) fn of_page(html: &str) -> Vec<Chapter> {
    const MARK: &str = "\"chapterRenderer\":";
    let mut chapters: Vec<Chapter> = Vec::new();
    for (at, _) in html.match_indices(MARK).take(2 * MAX_CHAPTERS) {
        let mut reader = serde_json::Deserializer::from_str(&html[at + MARK.len()..]);
        let Ok(shown) = Shown::deserialize(&mut reader) else { continue };
        let Some(title) = clean::line(&shown.title.simple_text, MAX_TITLE) else { continue };
        let chapter = Chapter { title, start: shown.time_range_start_millis / 1_000 };
        if chapters.last().is_none_or(|last| chapter.start > last.start) {
            chapters.push(chapter);
        }
    }
    chapters
}
