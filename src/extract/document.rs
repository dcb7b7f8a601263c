//! What is no page: books, papers, pictures. Each file here reads one kind of bytes, whatever is in them.
//!
//! Nothing here bounds time, and memory only where a format has a way to multiply: [`super::Parser`] reads these in a process
//! that has limits.

pub(super) mod epub;
pub(super) mod image;
pub(super) mod pdf;

use super::MAX_TEXT;
use crate::text::clean;

/// A text made of parts, such as pages or chapters, that knows where each begins.
#[derive(Default)]
struct Parts {
    text: String,
    starts: Vec<usize>,
}

impl Parts {
    /// Adds a part, which may be empty. Says whether there is room for more.
    fn push(&mut self, text: &str) -> bool {
        let gap = if self.text.is_empty() { "" } else { "\n\n" };
        let room = MAX_TEXT.saturating_sub(self.text.len() + gap.len());
        match clean::block(text, room) {
            Some(text) => {
                self.text.push_str(gap);
                self.starts.push(self.text.len());
                self.text.push_str(&text);
            }
            None => self.starts.push(self.text.len()),
        }
        room > 0
    }

    /// The text, and where its parts begin, in bytes.
    fn into_text(self) -> (Option<String>, Vec<usize>) {
        (Some(self.text).filter(|text| !text.is_empty()), self.starts)
    }
}
