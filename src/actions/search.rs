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
        let mut found = Vec::with_capacity(step.len());
        for hit in step {
            let Some(at) = items.iter().position(|item| item.id == hit.id) else { continue };
            let piece = hit.chunk.and_then(|id| pieces.get(&id));
            found.extend(answer(query, &items.swap_remove(at), *hit, piece, best));
        }
        results.extend(placed(app, owner, found).await?);
        if results.len() >= wanted {
            break;
        }
    }
    results.truncate(wanted);
    Ok(results)
}

/// Where in the full text the words of a question are, before it is known in which piece that is.
struct Mark {
    byte: i32,
    page: Option<u32>,
}

/// Looks up in which pieces the words of those answers are that have them elsewhere than where they are nearest in meaning.
async fn placed(app: &App, owner: UserId, found: Vec<(Found, Option<Mark>)>) -> Result<Vec<Found>> {
    let places: Vec<(ContentId, i32)> =
        found.iter().filter_map(|(found, mark)| Some((found.id, mark.as_ref()?.byte))).collect();
    // Of two that have a word, the later one begins nearer to it.
    let pieces: HashMap<ContentId, Chunk> = chunks::at(&app.db, owner, &places).await?.into_iter().collect();
    let known = found.into_iter().map(|(mut found, mark)| {
        if let Some((mark, piece)) = mark.zip(pieces.get(&found.id)) {
            found.position = Some(position(piece, mark.page));
        }
        found
    });
    Ok(known.collect())
}

const fn position(piece: &Chunk, page: Option<u32>) -> Position {
    Position { start: piece.text_start, end: piece.text_end, start_seconds: piece.start_seconds, page }
}

fn answer(
    query: &Query,
    item: &FoundItem,
    hit: Ranked,
    piece: Option<&Chunk>,
    best: f64,
) -> Option<(Found, Option<Mark>)> {
    if query.has_conditions() && !query.accepts(&item.title, &item.readable(), item.meta_language.as_deref()) {
        return None;
    }
    let (snippet, position, mark) = passage(query, item, piece);
    let matched = [("words", hit.words.is_some()), ("meaning", hit.chunk.is_some())];
    let found = Found {
        id: item.id,
        title: item.title.clone(),
        link: item.link.clone(),
        kind: item.kind.clone(),
        relevance: if best > 0.0 { (hit.score / best).clamp(f64::MIN_POSITIVE, 1.0) } else { 1.0 },
        snippet: snippet.to_html(),
        matched: matched.into_iter().filter_map(|(word, matches)| matches.then_some(word)).collect(),
        position,
        scores: Scores { score: hit.score, words: hit.words, meaning: hit.meaning },
    };
    Some((found, mark))
}

/// The piece that is nearest to the question, or where the words of the question are when it has none of them.
fn passage(query: &Query, item: &FoundItem, piece: Option<&Chunk>) -> (Snippet, Option<Position>, Option<Mark>) {
    let near = piece.and_then(|piece| near_passage(query, item, piece));
    if let Some((near, position)) = near.as_ref().filter(|(near, _)| near.has_marks()) {
        return (near.clone(), *position, None);
    }
    let (words, mark) = words_passage(query, item);
    match near {
        Some((near, position)) if !words.has_marks() => (near, position, None),
        _ => (words, None, mark),
    }
}

fn near_passage(query: &Query, item: &FoundItem, piece: &Chunk) -> Option<(Snippet, Option<Position>)> {
    let prose = item.prose();
    let (start, end) = (usize::try_from(piece.text_start).ok()?, usize::try_from(piece.text_end).ok()?);
    let text = prose.get(start..end).filter(|text| !text.is_empty())?;
    let near = snippet(text, item.meta_language.as_deref(), query);
    // A piece of the owner's own words is no place in the full text.
    let is_of_the_page = end <= item.full_text.as_ref().map_or(0, String::len);
    let page = item.page_at(start + near.found_at().unwrap_or_default());
    let position = is_of_the_page.then_some(position(piece, page));
    Some((near.cut_out(start > 0, end < prose.len()), position))
}

fn words_passage(query: &Query, item: &FoundItem) -> (Snippet, Option<Mark>) {
    let readable = item.readable();
    let snippet = snippet(&readable, item.meta_language.as_deref(), query);
    // The owner's own words stand before the page's here.
    let page_begins = item.full_text.as_ref().and_then(|text| readable.len().checked_sub(text.len()));
    let byte = snippet.found_at().zip(page_begins).and_then(|(at, begins)| at.checked_sub(begins));
    let mark = byte.and_then(|byte| Some(Mark { byte: i32::try_from(byte).ok()?, page: item.page_at(byte) }));
    (snippet, mark)
}
