//! The words of a text: those that the index keeps, and how many there are.
//!
//! Every word is kept, the most frequent ones too: a question that has nothing else is answered by them, and what each
//! is worth is the ranking's business. Questions leave them out ([`super::query`]).

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation;

use super::tokens::{analyze, is_hangul, runs};

/// How often a word of the title counts.
const TITLE_WEIGHT: u32 = 3;
/// Distinct terms that are kept; those that come first.
const MAX_TERMS: usize = 20_000;

/// A text as the index keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// Each distinct term with how often it occurs, sorted, at most 20,000. A term is at most 64 bytes long and holds
    /// neither white space nor NUL.
    pub terms: Vec<(String, u32)>,
    /// How long the text is to the ranking: its distinct terms. A text that repeats itself says no more, and is not held
    /// to be longer (Singhal, Buckley and Mitra, "Pivoted Document Length Normalization", 1996, pivoted unique terms).
    pub length: u32,
}

/// Counts the terms of an item, those of its title three times.
///
/// `language` is a BCP 47 tag; English where it is unknown.
pub fn term_frequencies(title: &str, body: &str, language: Option<&str>) -> Document {
    let mut terms = HashMap::<String, u32>::new();
    for (text, weight) in [(title, TITLE_WEIGHT), (body, 1)] {
        analyze(text, language, |token| {
            if let Some(count) = terms.get_mut(token.term) {
                *count = count.saturating_add(weight);
            } else if terms.len() < MAX_TERMS {
                terms.insert(token.term.to_owned(), weight);
            }
        });
    }
    let mut terms: Vec<_> = terms.into_iter().collect();
    terms.sort_unstable();
    let length = u32::try_from(terms.len()).unwrap_or(u32::MAX);
    Document { terms, length }
}

/// How long a text is to its reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Words. Where a script puts no spaces between them, two characters count as one.
    pub words: u32,
    /// Those of `words` that are two characters, not a word with spaces around it.
    pub pairs: u32,
}

/// Counts the words of a text.
pub fn size(text: &str) -> Size {
    let mut size = Size::default();
    for (range, unspaced) in runs(text) {
        let run = &text[range];
        let words = if !unspaced {
            run.unicode_words().count()
        } else if run.contains(is_hangul) {
            1
        } else {
            let pairs = run.graphemes(true).count().div_ceil(2);
            size.pairs = size.pairs.saturating_add(u32::try_from(pairs).unwrap_or(u32::MAX));
            pairs
        };
        size.words = size.words.saturating_add(u32::try_from(words).unwrap_or(u32::MAX));
    }
    size
}
