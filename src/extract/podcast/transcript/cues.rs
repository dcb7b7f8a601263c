//! `WebVTT` (<https://www.w3.org/TR/webvtt1/>) and SRT, which differ in a comma.

use super::{MAX_SEGMENTS, segment};
use crate::extract::{MAX_TEXT, Segment};
use crate::text::markup;

/// Everything that has a time. Headers, notes, styles and numbers have none.
pub(super) fn read(text: &str) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut lines = text.lines();
    let mut speaker = String::new();
    while let Some(line) = lines.next() {
        let Some((start, rest)) = line.split_once("-->") else { continue };
        let end = rest.split_whitespace().next().unwrap_or_default();
        let (Some(start), Some(end)) = (seconds(start), seconds(end)) else { continue };
        let said: Vec<&str> = lines.by_ref().take_while(|line| !line.trim().is_empty()).collect();
        let mut said = markup::strip(&with_speakers(&said.join(" "), &mut speaker), MAX_TEXT);
        // Rolling captions say each line twice.
        if let Some(last) = segments.last() {
            said = said.trim().strip_prefix(&last.text).map_or(said.clone(), str::to_owned);
        }
        segments.extend(segment(&said, start, end));
        if segments.len() == MAX_SEGMENTS {
            break;
        }
    }
    segments
}

/// `<v Ada>` becomes `Ada: ` where another one was speaking before.
fn with_speakers(text: &str, last: &mut String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once("<v") {
        out.push_str(before);
        let Some((tag, after)) = tag.split_once('>') else { return out };
        let name = tag.split_once(' ').map_or("", |(_, name)| name).trim();
        if !name.is_empty() && name != last.as_str() {
            out.push_str(name);
            out.push_str(": ");
            name.clone_into(last);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// `01:02:03.456`, `02:03.456` or `01:02:03,456`.
fn seconds(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    let mut total = 0.0;
    for part in text.split(':') {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        total = total * 60.0 + part.parse::<f64>().ok().filter(|_| is_number)?;
    }
    Some(total)
}
