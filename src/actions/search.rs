//! Finds items by what was asked for.
//!
//! Words are ranked by BM25 over the asker's own items; phrases and exclusions are checked on the text itself, since the
//! index keeps no positions.

use std::str::FromStr;

use super::Result;
use crate::app::App;
use crate::domain::{ContentId, UserId};
use crate::store::content_list::Filter;
use crate::store::contents::{self, FoundItem};
use crate::store::index::words::{self, Hit, Wanted};
use crate::text::query::{Phrase, Query};
use crate::text::snippet::snippet;

/// How a search looks for items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// By words and by meaning; by words alone while nothing knows of meaning.
    #[default]
    Hybrid,
    /// By meaning; by words while nothing knows of meaning.
    Semantic,
    /// By words.
    Text,
}

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
    /// What matched: `words`.
    pub matched: Vec<&'static str>,
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
    let wanted: Vec<Wanted> = query
        .groups
        .iter()
        .map(|group| Wanted { terms: group.alternatives.clone(), frequency: f64::from(group.frequency) })
        .collect();
    let candidates = if query.has_conditions() { CANDIDATES.max(search.limit) } else { search.limit };
    let excluded = excluded_words(&query.excluded);
    let hits = words::search(&app.db, owner, &wanted, &excluded, &search.filter, candidates).await?;
    let best = hits.first().map_or(1.0, |hit| hit.score);

    let wanted = usize::try_from(search.limit).unwrap_or(usize::MAX);
    let mut results = Vec::with_capacity(hits.len().min(wanted));
    // In small steps: a question without conditions needs one, and no text is read in vain.
    for step in hits.chunks(wanted.clamp(1, 50)) {
        let ids: Vec<ContentId> = step.iter().map(|hit| hit.content_id).collect();
        let mut items = contents::find_many(&app.db, owner, &ids).await?;
        for hit in step {
            let Some(at) = items.iter().position(|item| item.id == hit.content_id) else { continue };
            results.extend(answer(&query, &items.swap_remove(at), *hit, best));
        }
        if results.len() >= wanted {
            break;
        }
    }
    results.truncate(wanted);
    Ok(SearchAnswer { results, mode: Mode::Text })
}

/// A single excluded word can be left out by the index itself; an excluded phrase can't.
fn excluded_words(excluded: &[Phrase]) -> Vec<String> {
    let single = excluded.iter().filter_map(|phrase| match phrase.as_slice() {
        [word] => Some(word.alternatives.iter().cloned()),
        _ => None,
    });
    single.flatten().collect()
}

fn answer(query: &Query, item: &FoundItem, hit: Hit, best: f64) -> Option<Found> {
    let text = item.readable();
    let language = item.meta_language.as_deref();
    if query.has_conditions() && !query.accepts(&item.title, &text, language) {
        return None;
    }
    Some(Found {
        id: item.id,
        title: item.title.clone(),
        link: item.link.clone(),
        kind: item.kind.clone(),
        relevance: hit.score / best,
        snippet: snippet(&text, language, query).to_html(),
        matched: vec!["words"],
    })
}

impl FromStr for Mode {
    type Err = &'static str;

    fn from_str(word: &str) -> std::result::Result<Self, Self::Err> {
        let mut all = [Self::Hybrid, Self::Semantic, Self::Text].into_iter();
        all.find(|mode| mode.as_str() == word).ok_or("mode must be one of hybrid, semantic, text")
    }
}

impl Mode {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hybrid => "hybrid",
            Self::Semantic => "semantic",
            Self::Text => "text",
        }
    }
}
