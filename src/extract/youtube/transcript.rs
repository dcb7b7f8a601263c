//! What is said in a video, as pieces with their seconds and as a text to read.

use serde_json::json;

use crate::extract::{Extracted, FullTextType, MAX_TEXT, Segment};
use crate::text::clean;

/// A silence that ends a paragraph, in seconds.
const SILENCE: f64 = 2.0;
/// Words after which a paragraph ends in any case.
const PARAGRAPH: usize = 60;

/// The captions that were read.
pub(super) struct Transcript {
    pub(super) segments: Vec<Segment>,
    /// Primary subtag of BCP 47.
    pub(super) language: Option<String>,
    pub(super) is_automatic: bool,
}

impl Transcript {
    pub(super) fn put_into(self, found: &mut Extracted) {
        if let Some(data) = found.provider_data.as_mut().and_then(serde_json::Value::as_object_mut) {
            let captions = json!({ "language": self.language, "automatic": self.is_automatic });
            data.insert("captions".into(), captions);
        }
        found.full_text = clean::block(&paragraphs(&self.segments), MAX_TEXT);
        found.full_text_type = found.full_text.is_some().then_some(FullTextType::Transcript);
        found.language = self.language.or(found.language.take());
        found.transcript_segments = self.segments;
    }
}

/// The pieces as paragraphs; pieces overlap, and that is no silence.
fn paragraphs(segments: &[Segment]) -> String {
    let mut text = String::new();
    let (mut words, mut end) = (0, f64::INFINITY);
    for segment in segments {
        if segment.start - end > SILENCE || words >= PARAGRAPH {
            text.push_str("\n\n");
            words = 0;
        } else if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&segment.text);
        words += segment.text.split_whitespace().count();
        end = segment.start + segment.duration;
    }
    text
}
