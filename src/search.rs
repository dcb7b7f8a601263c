//! What answers a question best: the index of words and the index of meaning, each asked for its best, fused.
//!
//! - An item's meaning is 0.8 × its best piece + 0.2 × the mean of its best three, so that one good passage counts and a
//!   text that speaks of nothing else counts a little more.
//! - What only one of the two found gets its true score in the other, before the two are put on one scale: a convex sum,
//!   0.45 of it meaning (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023).
//! - Filters hold while an index looks, not for what it found: there are as many answers with one as without.
//! - Where no model answers in time, words answer alone, and [`Ranking::mode`] says so.
//!
//! Texts, snippets and who may ask are the actions' business.

mod fuse;
mod help;
mod legs;
mod mode;
mod near;

use crate::db::{Db, Result};
use crate::domain::{ContentId, UserId};
use crate::embed::Models;
use crate::store::content_list::Filter;
use crate::store::index::meaning::Memory;
use crate::store::index::words::{Hit, Matches};
use crate::text::query::Query;

pub use mode::Mode;
pub use near::related;

/// Items that the index of meaning is asked for.
const DEPTH: u32 = 100;
/// Items that the index of words is asked for. The last of them have little to do with the question, and show what a cosine of such
/// is: the lower end of the scale on which meaning is put.
const WORDS_DEPTH: u32 = 200;

/// A question.
#[derive(Debug)]
pub struct Question<'a> {
    /// Whose items may answer.
    pub owner: UserId,
    /// As it was typed.
    pub text: &'a str,
    /// The same, read.
    pub query: &'a Query,
    /// How to look.
    pub mode: Mode,
    /// Which items may answer.
    pub filter: &'a Filter,
    /// Answers at most.
    pub limit: u32,
}

/// An item with what speaks for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// The item.
    pub id: ContentId,
    /// What it is ranked by; above 0, larger is better, and worth nothing beyond one question.
    pub score: f64,
    /// BM25, when it has some of the words.
    pub words: Option<f64>,
    /// The cosine of its pieces, when they are known.
    pub meaning: Option<f64>,
    /// The piece that is nearest to the question, when its meaning speaks for the item.
    pub chunk: Option<i64>,
}

/// What answers a question, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// The items.
    pub items: Vec<Ranked>,
    /// How they were looked for in the end.
    pub mode: Mode,
    /// The question with words that may have been meant, where no item has any of those that it has.
    pub meant: Option<Query>,
}

/// The items that answer `question` best.
///
/// # Errors
/// What the database meets; never for a model that does not answer.
pub async fn rank(db: &Db, models: &Models, memory: &Memory, question: &Question<'_>) -> Result<Ranking> {
    let meaning =
        async { if question.mode == Mode::Text { Ok(None) } else { near::ask(db, models, memory, question).await } };
    let depth = if question.mode == Mode::Text { question.limit } else { WORDS_DEPTH.max(question.limit) };
    let (meaning, Words { hits, matches, meant }) = futures::try_join!(meaning, words(db, question, depth))?;
    let Some(mut meaning) = meaning else {
        let items = hits.into_iter().take(usize::try_from(question.limit).unwrap_or(usize::MAX)).map(by_words);
        return Ok(Ranking { items: items.collect(), mode: Mode::Text, meant });
    };
    let found: Vec<ContentId> = hits.iter().map(|hit| hit.content_id).collect();
    meaning.complete(&found).await?;
    let more = matches.of_items(&meaning.without(&found)).await?;
    let items = fuse::fuse(question.mode, &hits, &more, &meaning);
    Ok(Ranking { items, mode: question.mode, meant })
}

/// What the index of words says.
struct Words {
    hits: Vec<Hit>,
    /// What the best are among.
    matches: Matches,
    meant: Option<Query>,
}

async fn words(db: &Db, question: &Question<'_>, depth: u32) -> Result<Words> {
    let matches = legs::matches(db, question.owner, question.query).await?;
    let hits = legs::best(&matches, question, depth).await?;
    if hits.is_empty()
        && let Some(meant) = help::meant(db, question.owner, question.query).await?
    {
        let matches = legs::matches(db, question.owner, &meant).await?;
        let hits = legs::best(&matches, question, depth).await?;
        return Ok(Words { hits, matches, meant: Some(meant) });
    }
    Ok(Words { hits, matches, meant: None })
}

fn by_words(hit: Hit) -> Ranked {
    Ranked { id: hit.content_id, score: hit.score, words: Some(hit.score), meaning: None, chunk: None }
}
