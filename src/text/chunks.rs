//! A text cut into the pieces that a model of meaning takes.
//!
//! A piece with the head that is put before it stays within [`WINDOW`] tokens, the smallest window of the models at hand: all
//! models share the pieces, so that a change of model leaves those of the old one standing. It ends where a sentence
//! ends if one does in its second half, and else between words; the next one begins about [`OVERLAP`] characters earlier, so that what is
//! said across a cut is whole in one of the two.
//!
//! Tokens are estimated, since each model counts its own; a model cuts off what is too long for it.

use std::ops::Range;

/// Tokens of a piece with its head and the two that a model puts around it.
pub const WINDOW: usize = 128;
/// Characters of a piece that the next one has, too: a fifth of it.
pub const OVERLAP: usize = 100;
/// Pieces of one text; a novel has about 1,500.
pub const MAX_CHUNKS: usize = 4000;
/// Changes with the rules above, so that texts that were cut by others are cut anew.
pub const VERSION: u8 = 2;

/// Characters of a title in the head of each piece.
const MAX_TITLE: usize = 120;

/// What a model reads before each piece: what the text is called and what it is. Nothing where it has no title: the type alone
/// makes pieces alike, and tells of none of them.
pub fn head(title: &str, kind: &str) -> String {
    let title: String = title.chars().take(MAX_TITLE).collect();
    if title.is_empty() { String::new() } else { format!("Title: {title}\nType: {kind}\n\n") }
}

/// The pieces of `text`, in bytes, when each has a head of `head_tokens`; for an empty text that has a head, one that is empty,
/// so that the head alone can be found.
pub fn cut(text: &str, head_tokens: usize) -> Vec<Range<usize>> {
    let room = WINDOW.saturating_sub(head_tokens + 2).max(WINDOW / 4);
    let mut pieces = Vec::new();
    let mut start = skip_space(text, 0);
    while start < text.len() && pieces.len() < MAX_CHUNKS {
        let limit = reach(text, start, room);
        let end = if limit == text.len() { limit } else { best_cut(text, start, limit) };
        let trimmed = start + text[start..end].trim_end().len();
        pieces.push(start..trimmed);
        if end == text.len() {
            break;
        }
        start = next_start(text, start, end);
    }
    if pieces.is_empty() && head_tokens > 0 {
        pieces.push(0..0);
    }
    pieces
}

/// About how many tokens a model sees in `text`.
pub fn estimate_tokens(text: &str) -> usize {
    Units { text, at: 0 }.map(|(_, tokens)| tokens).sum()
}

/// Where `room` tokens from `start` end.
fn reach(text: &str, start: usize, room: usize) -> usize {
    let mut used = 0;
    let mut end = start;
    for (range, tokens) in (Units { text, at: start }) {
        used += tokens;
        // The first unit is taken however long it is; a model cuts it.
        if used > room && end > start {
            return end;
        }
        end = range.end;
    }
    end
}

/// Where a piece that may go up to `limit` ends best.
fn best_cut(text: &str, start: usize, limit: usize) -> usize {
    let piece = &text[start..limit];
    let half = start + piece.len() / 2;
    let sentence = sentence_ends(piece).map(|end| start + end).filter(|end| *end > half).last();
    let word = || piece.rfind(char::is_whitespace).map(|at| start + at).filter(|at| *at > half);
    sentence.or_else(word).unwrap_or(limit)
}

/// Where the piece after one from `start` to `end` begins: at a sentence or a word that is about [`OVERLAP`] before its end.
fn next_start(text: &str, start: usize, end: usize) -> usize {
    let earliest = text[..end].char_indices().rev().nth(OVERLAP).map_or(0, |(at, _)| at);
    // Each piece brings at least half of it that is new.
    let earliest = text.ceil_char_boundary(earliest.max(start + (end - start) / 2));
    let tail = &text[earliest..end];
    let sentence = sentence_ends(tail).map(|at| earliest + at).find(|at| *at < end);
    let word = || tail.find(char::is_whitespace).map(|at| earliest + at);
    let next = skip_space(text, sentence.or_else(word).unwrap_or(earliest));
    if next >= end { skip_space(text, end) } else { next }
}

fn skip_space(text: &str, at: usize) -> usize {
    at + (text[at..].len() - text[at..].trim_start().len())
}

/// Where sentences end, behind their last character.
pub(super) fn sentence_ends(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().filter_map(|(at, c)| {
        let end = at + c.len_utf8();
        let ends = match c {
            '。' | '！' | '？' | '\n' => true,
            '.' | '!' | '?' | '…' | '।' | '؟' => text[end..].starts_with(char::is_whitespace),
            _ => false,
        };
        ends.then_some(end)
    })
}

/// Words, signs and the space between them, each with the tokens that it is worth.
struct Units<'a> {
    text: &'a str,
    at: usize,
}

/// A longer word is taken for several.
const MAX_UNIT: usize = 64;

impl Iterator for Units<'_> {
    type Item = (Range<usize>, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.text[self.at..];
        let first = rest.chars().next()?;
        let class = Class::of(first);
        let same = |c: char| Class::of(c) == class;
        let letters = match class {
            Class::Sign => 1,
            _ => rest.chars().take(MAX_UNIT).take_while(|c| same(*c)).count(),
        };
        let length = rest.char_indices().nth(letters).map_or(rest.len(), |(at, _)| at);
        let range = self.at..self.at + length;
        self.at = range.end;
        let tokens = match class {
            Class::Space => 0,
            // English words of up to seven letters are mostly one token.
            Class::Latin => 1 + letters.saturating_sub(2) / 6,
            Class::Digit | Class::Letter => letters.div_ceil(2),
            Class::Sign => 1,
        };
        Some((range, tokens))
    }
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Class {
    Space,
    Latin,
    Digit,
    /// Of another script; most models know few of their words.
    Letter,
    /// A sign, or a letter that is a word.
    Sign,
}

impl Class {
    fn of(c: char) -> Self {
        match c {
            _ if c.is_whitespace() => Self::Space,
            _ if c.is_ascii_alphabetic() => Self::Latin,
            _ if c.is_ascii_digit() => Self::Digit,
            '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
                Self::Sign
            }
            _ if c.is_alphanumeric() => Self::Letter,
            _ => Self::Sign,
        }
    }
}
