//! The passage of a text that answers a question best, as HTML.
//!
//! About 240 characters of the original text around the most of the asked words, the rarer of them first; without any,
//! its beginning. It is cut between words, at a sentence's start or end where one is near.

use std::collections::HashMap;
use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

use super::chunks::sentence_ends;
use super::query::Query;
use super::tokens::analyze;

/// Characters of a passage.
const LENGTH: usize = 240;
/// Characters before the first match at most.
const LEAD: usize = 80;
/// Bytes of a text that are looked at.
const MAX_BYTES: usize = 1_000_000;
/// Matches that are weighed.
const MAX_MATCHES: usize = 10_000;

/// A passage of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snippet {
    cut_before: bool,
    /// Text, and whether it was asked for.
    pieces: Vec<(String, bool)>,
    cut_after: bool,
    /// The byte at which the first of the words is that the passage was chosen for.
    found_at: Option<usize>,
}

/// The passage of `text` that answers `query` best.
pub fn snippet(text: &str, language: Option<&str>, query: &Query) -> Snippet {
    let looked_at = &text[..text.floor_char_boundary(MAX_BYTES)];
    let matches = find(looked_at, language, query);
    let best = densest(&matches, query.groups.len());
    let span = best.first().zip(best.last()).map_or(0..0, |(first, last)| first.range.start..last.range.end);
    let passage = passage(looked_at, &span);
    let marks = matches
        .iter()
        .map(|found| found.range.clone())
        .filter(|mark| passage.start <= mark.start && mark.end <= passage.end);
    Snippet {
        cut_before: !text[..passage.start].trim().is_empty(),
        pieces: pieces(text, &passage, marks),
        cut_after: !text[passage.end..].trim().is_empty(),
        found_at: best.first().map(|first| first.range.start),
    }
}

impl Snippet {
    /// Does it have any of the words?
    pub fn has_marks(&self) -> bool {
        self.pieces.iter().any(|(_, marked)| *marked)
    }

    /// The byte of the text at which what was asked for begins; none without any of the words.
    pub const fn found_at(&self) -> Option<usize> {
        self.found_at
    }

    /// The same passage as a part of a longer text.
    #[must_use]
    pub const fn cut_out(mut self, before: bool, after: bool) -> Self {
        self.cut_before |= before;
        self.cut_after |= after;
        self
    }

    /// HTML: escaped, matched words in `<mark>`, `…` where it was cut.
    pub fn to_html(&self) -> String {
        let mut html = String::with_capacity(LENGTH + 64);
        if self.cut_before {
            html.push('…');
        }
        for (text, marked) in &self.pieces {
            html.push_str(if *marked { "<mark>" } else { "" });
            text.chars().for_each(|c| push_escaped(&mut html, c));
            html.push_str(if *marked { "</mark>" } else { "" });
        }
        if self.cut_after {
            html.push('…');
        }
        html
    }
}

fn push_escaped(html: &mut String, c: char) {
    match c {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '"' => html.push_str("&quot;"),
        '\'' => html.push_str("&#39;"),
        _ => html.push(c),
    }
}

/// An asked word, where it is written.
struct Match {
    range: Range<usize>,
    /// Characters before it.
    at: usize,
    group: usize,
}

fn find(text: &str, language: Option<&str>, query: &Query) -> Vec<Match> {
    let mut groups = HashMap::<&str, usize>::new();
    for (number, group) in query.groups.iter().enumerate() {
        for term in &group.alternatives {
            groups.entry(term).or_insert(number);
        }
    }
    let mut matches = Vec::new();
    let (mut byte, mut at) = (0, 0);
    analyze(text, language, |token| {
        if let Some(&group) = groups.get(token.term)
            && matches.len() < MAX_MATCHES
        {
            // A part of a name is given after the name, at the same place.
            at += text.get(byte..token.range.start).unwrap_or_default().chars().count();
            byte = byte.max(token.range.start);
            matches.push(Match { range: token.range, at, group });
        }
    });
    matches
}

/// The matches of one passage with the most words, the rarer of them counting up to twice.
fn densest(matches: &[Match], groups: usize) -> &[Match] {
    let mut occurs = vec![0_usize; groups];
    for found in matches {
        occurs[found.group] += 1;
    }
    let mut inside = vec![0_usize; groups];
    let (mut start, mut weight) = (0, 0);
    let (mut best, mut best_score) = (0..0, (0, 0));
    for (end, last) in matches.iter().enumerate() {
        inside[last.group] += 1;
        if inside[last.group] == 1 {
            weight += 1000 + 1000 / occurs[last.group];
        }
        // The passage needs room around the words.
        while last.at - matches[start].at > LENGTH - LEAD {
            let first = matches[start].group;
            inside[first] -= 1;
            if inside[first] == 0 {
                weight -= 1000 + 1000 / occurs[first];
            }
            start += 1;
        }
        let score = (weight, end + 1 - start);
        if score > best_score {
            (best, best_score) = (start..end + 1, score);
        }
    }
    &matches[best]
}

/// The passage around `span`, in bytes.
fn passage(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = begin(text, span.start);
    let end = finish(text, start, span.end);
    start..end
}

fn begin(text: &str, first: usize) -> usize {
    let Some((earliest, _)) = text[..first].char_indices().rev().nth(LEAD) else { return 0 };
    let lead = &text[earliest..first];
    let sentence = sentence_ends(lead).next().map(|end| end + lead[end..].len() - lead[end..].trim_start().len());
    let word = lead.char_indices().find(|(_, c)| c.is_whitespace()).map(|(at, c)| at + c.len_utf8());
    let start = earliest + sentence.or(word).unwrap_or(0);
    whole_grapheme(text, start)
}

fn finish(text: &str, start: usize, last: usize) -> usize {
    let Some((limit, _)) = text[start..].char_indices().nth(LENGTH) else { return text.len() };
    let limit = start + limit;
    let Some(tail) = text.get(last.max(start)..limit) else { return whole_grapheme(text, limit) };
    let from = limit - tail.len();
    // A sentence may end early, but not so early that little is left to read.
    let sentence = sentence_ends(tail).last().map(|end| from + end).filter(|end| end - start > (limit - start) / 2);
    let word = tail.char_indices().rev().find(|(_, c)| c.is_whitespace()).map(|(at, _)| from + at);
    whole_grapheme(text, sentence.or(word).unwrap_or(limit))
}

/// The nearest place at or before `at` where no grapheme is cut.
fn whole_grapheme(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(false) => cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0),
        _ => at,
    }
}

/// The passage with its marks, white space collapsed, control characters dropped.
fn pieces(text: &str, passage: &Range<usize>, marks: impl Iterator<Item = Range<usize>>) -> Vec<(String, bool)> {
    let mut pieces = Vec::<(String, bool)>::new();
    let mut at = passage.start;
    for mark in marks {
        if mark.start > at {
            push(&mut pieces, &text[at..mark.start], false);
        }
        // Pairs of characters overlap.
        if mark.end > at {
            push(&mut pieces, &text[mark.start.max(at)..mark.end], true);
            at = mark.end;
        }
    }
    push(&mut pieces, &text[at..passage.end], false);
    if let Some((last, _)) = pieces.last_mut() {
        last.truncate(last.trim_end().len());
    }
    pieces
}

fn push(pieces: &mut Vec<(String, bool)>, text: &str, marked: bool) {
    let mut after_space = pieces.last().is_none_or(|(text, _)| text.ends_with(' '));
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !after_space {
                clean.push(' ');
            }
        } else if c.is_control() {
            continue;
        } else {
            clean.push(c);
        }
        after_space = c.is_whitespace();
    }
    match pieces.last_mut() {
        _ if clean.is_empty() => {}
        Some((last, same)) if *same == marked => last.push_str(&clean),
        _ => pieces.push((clean, marked)),
    }
}
