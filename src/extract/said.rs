//! What is said in a recording, whoever wrote it down: pieces with their seconds, as a text to read.
//!
//! The forms are read where they come from: `youtube::captions` and `podcast::transcript`.

use super::{Segment, podcast, youtube};

/// A silence that ends a paragraph, in seconds.
const SILENCE: f64 = 2.0;
/// Words after which a paragraph ends in any case.
const PARAGRAPH: usize = 60;

/// The pieces as paragraphs; pieces overlap, and that is no silence.
pub(super) fn paragraphs(segments: &[Segment]) -> String {
    let mut text = String::new();
    let (mut words, mut end) = (0, f64::INFINITY);
    for segment in segments {
        if !text.is_empty() {
            let is_new = segment.start - end > SILENCE || words >= PARAGRAPH;
            text.push_str(if is_new { "\n\n" } else { " " });
            words = if is_new { 0 } else { words };
        }
        text.push_str(&segment.text);
        words += segment.text.split_whitespace().count();
        end = segment.start + segment.duration;
    }
    text
}

/// The pieces of captions and of transcripts in all forms that are known, first as YouTube's, then as a podcast's: for those who
/// throw strange bytes at both.
#[doc(hidden)]
pub fn captions(text: &str) -> Vec<Segment> {
    [youtube::captions_of(text), podcast::transcript_of(text)].concat()
}
