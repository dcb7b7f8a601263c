//! Finds items by what was asked for.
//!
//! What answers best is [`crate::search`]'s business; here the answers get their texts. Phrases and exclusions are checked
//! on the text itself, since no index keeps positions.

use std::collections::HashMap;

use super::Result;
use crate::app::App;
use crate::domain::{ContentId, UserId};
use crate::search::{self, Mode, Question, Ranked};
use crate::store::chunks::{self, Chunk};
use crate::store::content_list::Filter;
use crate::store::contents::{self, FoundItem};
use crate::store::index::words;
use crate::text::query::Query;
use crate::text::snippet::{Snippet, snippet};

/// A question.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// What was typed.
    pub text: String,
    /// How to look.
    pub mode: Mode,
    /// Which items may answer.
    pub filter: Filter,
    /// How many answers at most.
    pub limit: u32,
}

/// An item that answers.
#[derive(Debug, Clone)]
pub struct Found {
    /// The item.
    pub id: ContentId,
    /// Its title.
    pub title: String,
    /// Its link; empty for a note.
    pub link: String,
    /// The stored word of its kind.
    pub kind: String,
    /// Above 0 and at most 1, the best answer's.
    pub relevance: f64,
    /// HTML, escaped, with the matched words in `<mark>`.
    pub snippet: String,
    /// What matched: `words`, `meaning` or both.
    pub matched: Vec<&'static str>,
    /// Where in the item its snippet is, when that is known.
    pub position: Option<Position>,
    /// What the answer was ranked by.
    pub scores: Scores,
}

/// Where in an item a passage is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// First byte of the full text.
    pub start: i32,
    /// Behind its last byte.
    pub end: i32,
    /// The second of a transcript at which it begins.
    pub start_seconds: Option<f64>,
    /// The page of a document, from 1: where the first of the words is, or the passage begins.
    pub page: Option<u32>,
}

/// What an answer was ranked by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scores {
    /// The sum.
    pub score: f64,
    /// BM25, when it has some of the words.
    pub words: Option<f64>,
    /// The cosine of its pieces, −1 to 1, when they are known.
    pub meaning: Option<f64>,
}

/// All answers to a question.
#[derive(Debug, Clone)]
pub struct SearchAnswer {
    /// Best first.
    pub results: Vec<Found>,
    /// How it was looked for in the end.
    pub mode: Mode,
}

/// Candidates of which the text is read when the question has conditions that only the text can answer.
const CANDIDATES: u32 = 200;

/// The items of `owner` that answer `search` best.
///
/// # Errors
/// [`super::Error::Database`].
pub async fn search(app: &App, owner: UserId, search: &Search) -> Result<SearchAnswer> {
    let languages = words::languages(&app.db, owner).await?;
    let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
    let query = Query::parse(&search.text, &languages);
    let question = Question {
        owner,
        text: &search.text,
        query: &query,
        mode: search.mode,
        filter: &search.filter,
        limit: if query.has_conditions() { CANDIDATES.max(search.limit) } else { search.limit },
    };
    let ranking = search::rank(&app.db, &app.models, &app.memory, &question).await?;
    let query = ranking.meant.as_ref().unwrap_or(&query);
    let results = answers(app, owner, query, &ranking.items, search.limit).await?;
    Ok(SearchAnswer { results, mode: ranking.mode })
}

/// The first `limit` of `ranked` that meet the conditions of `query`, with their texts.
pub(super) async fn answers(
    app: &App,
    owner: UserId,
    query: &Query,
    ranked: &[Ranked],
    limit: u32,
) -> Result<Vec<Found>> {
    let best = ranked.first().map_or(1.0, |item| item.score);
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut results = Vec::with_capacity(ranked.len().min(wanted));
    // In small steps: a question without conditions needs one, and no text is read in vain.
    for step in ranked.chunks(wanted.clamp(1, 50)) {
        let ids: Vec<ContentId> = step.iter().map(|hit| hit.id).collect();
        let mut items = contents::find_many(&app.db, owner, &ids).await?;
        let pieces: Vec<i64> = step.iter().filter_map(|hit| hit.chunk).collect();
        let pieces = chunks::find_many(&app.db, owner, &pieces).await?;
        let pieces: HashMap<i64, Chunk> = pieces.into_iter().map(|piece| (piece.id, piece)).collect();
        for hit in step {
            let Some(at) = items.iter().position(|item| item.id == hit.id) else { continue };
            let piece = hit.chunk.and_then(|id| pieces.get(&id));
            results.extend(answer(query, &items.swap_remove(at), *hit, piece, best));
        }
        if results.len() >= wanted {
            break;
        }
    }
    results.truncate(wanted);
    Ok(results)
}

fn answer(query: &Query, item: &FoundItem, hit: Ranked, piece: Option<&Chunk>, best: f64) -> Option<Found> {
    if query.has_conditions() && !query.accepts(&item.title, &item.readable(), item.meta_language.as_deref()) {
        return None;
    }
    let (snippet, position) = passage(query, item, piece);
    let matched = [("words", hit.words.is_some()), ("meaning", hit.chunk.is_some())];
    Some(Found {
        id: item.id,
        title: item.title.clone(),
        link: item.link.clone(),
        kind: item.kind.clone(),
        relevance: if best > 0.0 { (hit.score / best).clamp(f64::MIN_POSITIVE, 1.0) } else { 1.0 },
        snippet: snippet.to_html(),
        matched: matched.into_iter().filter_map(|(word, matches)| matches.then_some(word)).collect(),
        position,
        scores: Scores { score: hit.score, words: hit.words, meaning: hit.meaning },
    })
}

/// The piece that is nearest to the question, or where the words of the question are when it has none of them.
fn passage(query: &Query, item: &FoundItem, piece: Option<&Chunk>) -> (Snippet, Option<Position>) {
    let language = item.meta_language.as_deref();
    let in_words = || (snippet(&item.readable(), language, query), None);
    let Some(piece) = piece else { return in_words() };
    let prose = item.prose();
    let span = usize::try_from(piece.text_start).ok().zip(usize::try_from(piece.text_end).ok());
    let Some(text) = span.and_then(|(start, end)| prose.get(start..end)).filter(|text| !text.is_empty()) else {
        return in_words();
    };
    let near = snippet(text, language, query);
    if !near.has_marks() {
        let (words, _) = in_words();
        if words.has_marks() {
            return (words, None);
        }
    }
    // A piece of the owner's own words is no place in the full text.
    let length = item.full_text.as_ref().map_or(0, String::len);
    let position = usize::try_from(piece.text_end).is_ok_and(|end| end <= length).then_some(Position {
        start: piece.text_start,
        end: piece.text_end,
        start_seconds: piece.start_seconds,
        page: span.and_then(|(start, _)| item.page_at(start + near.found_at().unwrap_or_default())),
    });
    let end = usize::try_from(piece.text_end).unwrap_or_default();
    (near.cut_out(piece.text_start > 0, end < prose.len()), position)
}
