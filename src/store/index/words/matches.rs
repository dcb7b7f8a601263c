//! The items that have the words of a question.
//!
//! The postings of each word come out of the database as lists and are summed here: a database that groups rows by item takes several
//! times as long, and would read them twice, since a word's weight follows from how many there are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::db::{Db, Error, Result, sql};
use crate::domain::{ContentId, UserId};
use crate::store::content_list::Filter;
use crate::store::index::filter;

const K1: f64 = 1.2;
const B: f64 = 0.75;

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
    /// By the number of the document.
    scores: HashMap<i64, f64>,
}

/// The items of `owner` that have some of `words`, each weighed by how rare it is among them.
pub async fn matches(db: &Db, owner: UserId, words: &[Wanted]) -> Result<Matches> {
    let none = |brain| Matches { db: db.clone(), owner, brain, scores: HashMap::new() };
    let totals: Option<(i64, i64, i64)> = sql("SELECT brain, documents, words FROM word_totals WHERE user_id = $1")
        .bind(owner)
        .fetch_optional(db)
        .await?;
    let Some((brain, documents, length)) = totals.filter(|(_, documents, _)| *documents > 0) else {
        return Ok(none(0));
    };
    let postings = postings(db, brain, words).await?;
    #[expect(clippy::cast_precision_loss, reason = "an average needs no more than 52 bits")]
    let average = (length.max(1) as f64) / (documents as f64);
    let mut matches = none(brain);
    for (term, weight) in weights(words, &postings, documents) {
        if let Some(postings) = postings.get(term) {
            postings.add_to(&mut matches.scores, weight, average);
        }
    }
    Ok(matches)
}

impl Matches {
    /// The best `limit`, among those that `filter` lets through and that have none of the terms of `excluded`; of equals the newest.
    pub async fn best(&self, excluded: &[String], filter: &Filter, limit: u32) -> Result<Vec<Hit>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let is_open = excluded.is_empty() && *filter == Filter::default();
        let first = self.first(if is_open { limit } else { limit.saturating_mul(4) });
        let mut hits = self.hits(&first, &self.passing(excluded, filter, Some(&first)).await?);
        if hits.len() < limit && first.len() < self.scores.len() {
            // Few pass: all that do cost less than looking further down.
            hits = self.hits(&self.first(self.scores.len()), &self.passing(excluded, filter, None).await?);
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
            .filter_map(|(document, content_id)| Some(Hit { content_id, score: *self.scores.get(&document)? }));
        Ok(scored.collect())
    }

    /// The numbers of the `count` best documents, the best first.
    fn first(&self, count: usize) -> Vec<i64> {
        let mut all: Vec<(i64, f64)> = self.scores.iter().map(|(document, score)| (*document, *score)).collect();
        let better = |a: &(i64, f64), b: &(i64, f64)| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0));
        if count < all.len() {
            all.select_nth_unstable_by(count, better);
            all.truncate(count);
        }
        all.sort_unstable_by(better);
        all.into_iter().map(|(document, _)| document).collect()
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
            .filter_map(|document| Some(Hit { content_id: *items.get(document)?, score: *self.scores.get(document)? }));
        hits.collect()
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
    /// Adds what the term speaks for each document, when documents have `average` words.
    fn add_to(&self, scores: &mut HashMap<i64, f64>, weight: f64, average: f64) {
        for ((document, frequency), length) in self.documents.iter().zip(&self.frequencies).zip(&self.lengths) {
            let frequency = f64::from(*frequency);
            let long = 1.0 - B + B * f64::from(*length) / average;
            *scores.entry(*document).or_default() += weight * frequency * (K1 + 1.0) / (frequency + K1 * long);
        }
    }
}

/// The postings of all terms of `words` that the brain has.
async fn postings(db: &Db, brain: i64, words: &[Wanted]) -> Result<HashMap<String, Postings>> {
    let terms: BTreeSet<&str> = words.iter().flat_map(|word| word.terms.iter().map(String::as_str)).collect();
    if terms.is_empty() {
        return Ok(HashMap::new());
    }
    let (list, _) = db.engine().json_functions();
    let rows: Vec<(String, String, String, String)> = sql(&format!(
        "SELECT term, CAST({list}(document) AS TEXT), CAST({list}(frequency) AS TEXT), CAST({list}(length) AS TEXT) \
         FROM word_postings WHERE brain = $1 AND term IN "
    ))
    .bind(brain)
    .push_list(terms)
    .push(" GROUP BY term")
    .fetch_all(db)
    .await?;
    let read = |(term, documents, frequencies, lengths): (String, String, String, String)| {
        let postings = Postings {
            documents: list_of(&documents)?,
            frequencies: list_of(&frequencies)?,
            lengths: list_of(&lengths)?,
        };
        Ok((term, postings))
    };
    rows.into_iter().map(read).collect()
}

fn list_of<T: serde::de::DeserializeOwned>(json: &str) -> Result<Vec<T>> {
    serde_json::from_str(json).map_err(|error| Error::Unreadable(error.to_string()))
}

/// Each term with its idf × its frequency in the question; spellings of one word are as rare as they are together.
fn weights<'a>(words: &'a [Wanted], postings: &HashMap<String, Postings>, documents: i64) -> BTreeMap<&'a str, f64> {
    let mut weights = BTreeMap::<&str, f64>::new();
    for word in words {
        let found: usize =
            word.terms.iter().filter_map(|term| postings.get(term)).map(|list| list.documents.len()).sum();
        #[expect(clippy::cast_precision_loss, reason = "counts of items are far below 2^52")]
        let (all, with) = (documents as f64, (found as f64).min(documents as f64));
        let idf = (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
        for term in &word.terms {
            *weights.entry(term).or_default() += idf * word.frequency;
        }
    }
    weights
}
