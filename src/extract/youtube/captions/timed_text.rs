//! The two forms in XML: `<text start="0.0" dur="1.54">` (srv1, escaped twice, in seconds) and `<p t="0" d="1540">` (srv3, in
//! milliseconds, its words in `<s>`).

use super::{MAX_PIECE, MAX_SEGMENTS, segment};
use crate::extract::Segment;
use crate::text::markup;

/// A piece whose end has not come yet.
struct Open {
    text: String,
    start: f64,
    duration: f64,
    is_escaped_twice: bool,
}

pub(super) fn parse(xml: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut open: Option<Open> = None;
    for piece in markup::tags(xml) {
        if let Some(open) = &mut open
            && open.text.len() < 4 * MAX_PIECE
        {
            open.text.push_str(piece.before);
        }
        let is_srv1 = piece.name == "text";
        if !is_srv1 && piece.name != "p" {
            continue;
        }
        segments.extend(open.take().and_then(|open| close(&open)));
        if segments.len() >= MAX_SEGMENTS {
            break;
        }
        if !piece.closes {
            let number = |name: &str| piece.attribute(name).and_then(|text| text.trim().parse::<f64>().ok());
            let (start, duration, unit) = if is_srv1 { ("start", "dur", 1.0) } else { ("t", "d", 1_000.0) };
            open = number(start).map(|start| Open {
                text: String::new(),
                start: start / unit,
                duration: number(duration).unwrap_or_default() / unit,
                is_escaped_twice: is_srv1,
            });
        }
    }
    segments
}

fn close(open: &Open) -> Option<Segment> {
    let text = markup::decode_entities(&open.text);
    // What was escaped twice may hold markup of its own.
    let text = if open.is_escaped_twice { markup::strip(&markup::decode_entities(&text), 4 * MAX_PIECE) } else { text };
    segment(&text, open.start, open.duration)
}
