//! What is said in a video, as pieces with their seconds and as a text to read.

use serde_json::json;

use crate::extract::said::paragraphs;
use crate::extract::{Extracted, FullTextType, MAX_TEXT, Segment};
use crate::text::clean;

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
