//! Where in a transcript's text each second is.

use serde_json::Value;

/// Places in a text with the second at which they are spoken.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Timeline(Vec<(usize, f64)>);

impl Timeline {
    /// From `[{text, start, …}]`, the segments of which `text` was put together, in their order. A segment that is not found
    /// there is left out.
    pub fn new(text: &str, segments: &Value) -> Self {
        let mut places = Vec::new();
        let mut from = 0;
        for segment in segments.as_array().into_iter().flatten() {
            let (Some(said), Some(start)) = (segment["text"].as_str().map(str::trim), segment["start"].as_f64()) else {
                continue;
            };
            if said.is_empty() || !start.is_finite() {
                continue;
            }
            if let Some(at) = find_near(text, from, said) {
                places.push((at, start));
                from = at + said.len();
            }
        }
        Self(places)
    }

    /// The second at which what stands at byte `at` is spoken; none without a transcript.
    pub fn second_at(&self, at: usize) -> Option<f64> {
        let after = self.0.partition_point(|(place, _)| *place <= at);
        self.0.get(after.saturating_sub(1)).map(|(_, second)| *second)
    }
}

/// Bytes behind the last segment in which the next one is looked for, so that a text without it costs little.
const NEAR: usize = 4096;

fn find_near(text: &str, from: usize, said: &str) -> Option<usize> {
    let end = text.ceil_char_boundary((from + said.len() + NEAR).min(text.len()));
    text[from..end].find(said).map(|at| from + at)
}
