//! What posts of social sites have in common: no title, a thread by their author, and replies.

use super::{MAX_TEXT, MAX_TITLE};
use crate::text::clean;

/// A title that is made of a text has no more characters than this.
const MAX_MADE_TITLE: usize = 120;
/// Replies of others that are kept.
pub(super) const MAX_REPLIES: usize = 200;

/// What a post is called: its first words, or whose it is.
pub(super) fn title(text: &str, author: Option<&str>) -> Option<String> {
    let Some(line) = text.lines().find_map(|line| clean::line(line, MAX_TITLE)) else {
        return author.map(|author| format!("A post by {author}"));
    };
    let Some((end, _)) = line.char_indices().nth(MAX_MADE_TITLE) else { return Some(line) };
    let cut = &line[..end];
    let words = cut.rsplit_once(' ').map_or(cut, |(words, _)| words);
    Some(format!("{words}…"))
}

/// The text of a thread, as it grows.
#[derive(Default)]
pub(super) struct Thread {
    text: String,
    /// Replies of others so far.
    pub(super) replies: usize,
}

impl Thread {
    /// Adds a paragraph of the author's.
    pub(super) fn say(&mut self, text: &str) {
        self.push(text, 0);
    }

    /// Adds somebody else's reply, `depth` replies below the post; `false` when there is no room for more.
    pub(super) fn reply(&mut self, author: &str, text: &str, depth: usize) -> bool {
        if self.replies == MAX_REPLIES || self.text.len() > MAX_TEXT {
            return false;
        }
        self.replies += 1;
        self.push(&format!("{author}:\n{text}"), depth);
        true
    }

    fn push(&mut self, text: &str, depth: usize) {
        let indent = "  ".repeat(depth);
        for line in text.trim().lines() {
            self.text.push_str(&indent);
            self.text.push_str(line);
            self.text.push('\n');
        }
        self.text.push('\n');
    }

    pub(super) fn into_text(self) -> Option<String> {
        clean::block(&self.text, MAX_TEXT)
    }
}
