//! The items that have the words of a question.
//!
//! The postings of each word come out of the database as lists and are summed here: a database that groups rows by item takes several
//! times as long, and would read them twice, since a word's weight follows from how many there are.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::db::{Db, Error, Result, sql};
use crate::domain::{ContentId, UserId};
use crate::store::content_list::Filter;
use crate::store::index::{busy, filter};

const K1: f64 = 1.2;
const B: f64 = 0.75;
/// Bytes of lists from which on reading them takes longer than a millisecond: about 5,000 postings.
const LONG_TEXT: usize = 64 * 1024;
/// Documents from which on finding the best takes about as long.
const MANY: usize = 50_000;

/// One word of a question: spellings that count as the same word, and how often it was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Terms, any of which will do.
    pub terms: Vec<String>,
    /// How often the question has it.
    pub frequency: f64,
}

/// An item that has some of the words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The item.
    pub content_id: ContentId,
    /// BM25, above zero; larger is better.
    pub score: f64,
}

/// Every item of a user that has some of the words of a question, with its score.
#[derive(Debug)]
pub struct Matches {
    db: Db,
    owner: UserId,
    brain: i64,
    /// The number of each document and its score, by the numbers.
    scores: Arc<[(i64, f64)]>,
}

/// The items of `owner` that have some of `words`, each weighed by how rare it is among them.
pub async fn matches(db: &Db, owner: UserId, words: &[Wanted]) -> Result<Matches> {
    let of = |brain, scores| Matches { db: db.clone(), owner, brain, scores };
    let totals: Option<(i64, i64, i64)> = sql("SELECT brain, documents, words FROM word_totals WHERE user_id = $1")
        .bind(owner)
        .fetch_optional(db)
        .await?;
    let Some((brain, documents, length)) = totals.filter(|(_, documents, _)| *documents > 0) else {
        return Ok(of(0, Arc::default()));
    };
    let lists = lists(db, brain, words).await?;
    #[expect(clippy::cast_precision_loss, reason = "an average needs no more than 52 bits")]
    let average = (length.max(1) as f64) / (documents as f64);
    let (long, words) = (lists.iter().map(List::bytes).sum::<usize>() > LONG_TEXT, words.to_vec());
    let scores = in_its_place(long, move || scores(&lists, &words, documents, average)).await??;
    Ok(of(brain, scores))
}

/// What each document is worth, by their numbers.
fn scores(lists: &[List], words: &[Wanted], documents: i64, average: f64) -> Result<Arc<[(i64, f64)]>> {
    let postings =
        lists.iter().map(|list| Ok((list.term.as_str(), list.read()?))).collect::<Result<HashMap<_, _>>>()?;
    let mut scores = Vec::with_capacity(postings.values().map(|postings| postings.documents.len()).sum());
    for (term, weight) in weights(words, &postings, documents) {
        if let Some(postings) = postings.get(term) {
            scores.extend(postings.scores(weight, average));
        }
    }
    // Lists mostly come in the order of their documents, so that this is a merge; a map takes ten times as long.
    scores.sort_by_key(|(document, _)| *document);
    scores.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0.0 };
        same
    });
    Ok(scores.into())
}

/// Does what takes long where that keeps nobody from being answered.
async fn in_its_place<T: Send + 'static>(long: bool, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    if long { busy(work).await } else { Ok(work()) }
}

impl Matches {
    /// The best `limit`, among those that `filter` lets through and that have none of the terms of `excluded`; of equals the newest.
    pub async fn best(&self, excluded: &[String], filter: &Filter, limit: u32) -> Result<Vec<Hit>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let is_open = excluded.is_empty() && *filter == Filter::default();
        let first = self.first(if is_open { limit } else { limit.saturating_mul(4) }).await?;
        let mut hits = self.hits(&first, &self.passing(excluded, filter, Some(&first)).await?);
        if hits.len() < limit && first.len() < self.scores.len() {
            // Few pass: all that do cost less than looking further down.
            hits = self.hits(&self.first(self.scores.len()).await?, &self.passing(excluded, filter, None).await?);
        }
        hits.truncate(limit);
        Ok(hits)
    }

    /// The scores of those of `items` that have some of the words.
    pub async fn of_items(&self, items: &[ContentId]) -> Result<Vec<Hit>> {
        if items.is_empty() || self.scores.is_empty() {
            return Ok(Vec::new());
        }
        let documents: Vec<(i64, ContentId)> =
            sql("SELECT document, content_id FROM word_documents WHERE brain = $1 AND content_id IN ")
                .bind(self.brain)
                .push_list(items.iter().copied())
                .fetch_all(&self.db)
                .await?;
        let scored = documents
            .into_iter()
            .filter_map(|(document, content_id)| Some(Hit { content_id, score: self.score(document)? }));
        Ok(scored.collect())
    }

    fn score(&self, document: i64) -> Option<f64> {
        let at = self.scores.binary_search_by_key(&document, |(document, _)| *document).ok()?;
        Some(self.scores[at].1)
    }

    /// The numbers of the `count` best documents, the best first.
    async fn first(&self, count: usize) -> Result<Vec<i64>> {
        let scores = Arc::clone(&self.scores);
        in_its_place(scores.len() > MANY, move || first(&scores, count)).await
    }

    /// The items of those documents that pass, of all or of `some`.
    async fn passing(
        &self,
        excluded: &[String],
        filter: &Filter,
        some: Option<&[i64]>,
    ) -> Result<HashMap<i64, ContentId>> {
        let mut query = sql("SELECT d.document, d.content_id FROM word_documents d");
        if *filter != Filter::default() {
            query = filter::conditions(query.push(" JOIN contents c ON c.id = d.content_id AND "), self.owner, filter);
        }
        query = query.push_bind(" WHERE d.brain = {}", self.brain);
        if let Some(some) = some {
            query = query.push(" AND d.document IN ").push_list(some.iter().copied());
        }
        if !excluded.is_empty() {
            query = query
                .push(" AND NOT EXISTS (SELECT 1 FROM word_postings x WHERE x.brain = d.brain AND x.document = d.document AND x.term IN ")
                .push_list(excluded.iter().map(String::as_str))
                .push(")");
        }
        let rows: Vec<(i64, ContentId)> = query.fetch_all(&self.db).await?;
        Ok(rows.into_iter().collect())
    }

    /// Those of `documents` that are among `items`, in their order.
    fn hits(&self, documents: &[i64], items: &HashMap<i64, ContentId>) -> Vec<Hit> {
        let hits = documents
            .iter()
            .filter_map(|document| Some(Hit { content_id: *items.get(document)?, score: self.score(*document)? }));
        hits.collect()
    }
}

fn first(scores: &[(i64, f64)], count: usize) -> Vec<i64> {
    let mut all = scores.to_vec();
    let better = |a: &(i64, f64), b: &(i64, f64)| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0));
    if count < all.len() {
        all.select_nth_unstable_by(count, better);
        all.truncate(count);
    }
    all.sort_unstable_by(better);
    all.into_iter().map(|(document, _)| document).collect()
}

/// Where a term occurs, as the database gives it: three lists in JSON, of one length.
#[derive(Debug, sqlx::FromRow)]
struct List {
    term: String,
    documents: String,
    frequencies: String,
    lengths: String,
}

impl List {
    fn bytes(&self) -> usize {
        self.documents.len() + self.frequencies.len() + self.lengths.len()
    }

    fn read(&self) -> Result<Postings> {
        Ok(Postings {
            documents: list_of(&self.documents)?,
            frequencies: list_of(&self.frequencies)?,
            lengths: list_of(&self.lengths)?,
        })
    }
}

/// Where a term occurs: the number of each document, how often it has the term, how long it is.
#[derive(Debug)]
struct Postings {
    documents: Vec<i64>,
    frequencies: Vec<i32>,
    lengths: Vec<i32>,
}

impl Postings {
    /// What the term speaks for each document, when documents have `average` words.
    fn scores(&self, weight: f64, average: f64) -> impl Iterator<Item = (i64, f64)> {
        self.documents.iter().zip(&self.frequencies).zip(&self.lengths).map(move |((document, frequency), length)| {
            let frequency = f64::from(*frequency);
            let long = 1.0 - B + B * f64::from(*length) / average;
            (*document, weight * frequency * (K1 + 1.0) / (frequency + K1 * long))
        })
    }
}

/// The lists of all terms of `words` that the brain has.
async fn lists(db: &Db, brain: i64, words: &[Wanted]) -> Result<Vec<List>> {
    let terms: BTreeSet<&str> = words.iter().flat_map(|word| word.terms.iter().map(String::as_str)).collect();
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let (list, _) = db.engine().json_functions();
    sql(&format!(
        "SELECT term, CAST({list}(document) AS TEXT) AS documents, CAST({list}(frequency) AS TEXT) AS frequencies, \
         CAST({list}(length) AS TEXT) AS lengths FROM word_postings WHERE brain = $1 AND term IN "
    ))
    .bind(brain)
    .push_list(terms)
    .push(" GROUP BY term")
    .fetch_all(db)
    .await
}

fn list_of<T: serde::de::DeserializeOwned>(json: &str) -> Result<Vec<T>> {
    serde_json::from_str(json).map_err(|error| Error::Unreadable(error.to_string()))
}

/// Each term with its idf × its frequency in the question; spellings of one word are as rare as they are together.
fn weights<'a>(words: &'a [Wanted], postings: &HashMap<&str, Postings>, documents: i64) -> BTreeMap<&'a str, f64> {
    let mut weights = BTreeMap::<&str, f64>::new();
    for word in words {
        let found: usize =
            word.terms.iter().filter_map(|term| postings.get(term.as_str())).map(|list| list.documents.len()).sum();
        #[expect(clippy::cast_precision_loss, reason = "counts of items are far below 2^52")]
        let (all, with) = (documents as f64, (found as f64).min(documents as f64));
        let idf = (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
        for term in &word.terms {
            *weights.entry(term).or_default() += idf * word.frequency;
        }
    }
    weights
}
