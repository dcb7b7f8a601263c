//! The word index: BM25 over postings, with the statistics of each user's own brain.
//!
//! Okapi BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009), k1 = 1.2, b = 0.75, and the
//! idf that is never negative. Both engines keep the same tokens, and [`matches()`] weighs them for both, so both give the same scores.
//! Every row carries the brain it belongs to and every statement names it: nobody's words reach another's results.
//!
//! What words *are* is [`crate::text`]'s business; this file takes terms as they come.

mod matches;

use crate::db::{Engine, On, Result, Tx, Value, sql};
use crate::domain::{ContentId, UserId};

pub use matches::{Hit, Matches, Wanted, matches};

/// An item's words, ready to be stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// Each distinct term with how often it occurs, at most [`MAX_TERMS`].
    pub terms: Vec<(String, u32)>,
    /// Distinct terms, also those beyond [`MAX_TERMS`]: what long and short items are compared by.
    pub length: u32,
    /// Its language, a primary subtag.
    pub language: Option<String>,
}

/// Distinct terms that are kept of one item; a novel has about 15,000.
pub const MAX_TERMS: usize = 20_000;
/// Values in one statement: SQLite's limit is 32,766.
const BATCH: usize = 5_000;

/// Makes an item findable by `document`'s words, in place of those it had.
pub async fn put(tx: &mut Tx<'_>, owner: UserId, item: ContentId, document: &Document) -> Result<()> {
    let Brain { brain, mut languages } = brain_of(tx, owner).await?;
    let old = take_out(tx, brain, item).await?;
    let terms = &document.terms[..document.terms.len().min(MAX_TERMS)];
    let length = i32::try_from(document.length).unwrap_or(i32::MAX);
    let names: Vec<&str> = terms.iter().map(|(term, _)| term.as_str()).collect();
    let (number,) = sql("INSERT INTO word_documents (brain, content_id, length, terms) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (content_id) DO UPDATE SET length = excluded.length, terms = excluded.terms RETURNING document")
    .bind(brain)
    .bind(item)
    .bind(length)
    .bind(names.join(" "))
    .fetch_one::<(i64,)>(&mut *tx)
    .await?;
    insert_postings(tx, brain, number, length, terms).await?;
    let (documents, words) = match old {
        Some(length) => (0, -i64::from(length)),
        None => (1, 0),
    };
    if let Some(language) = document.language.as_deref().filter(|new| !languages.split(' ').any(|old| old == *new)) {
        if !languages.is_empty() {
            languages.push(' ');
        }
        languages.push_str(language);
    }
    count(tx, brain, documents, words + i64::from(length), &languages).await
}

/// Makes new items of an owner findable; none of them has been before.
pub async fn put_new(tx: &mut Tx<'_>, owner: UserId, items: &[(ContentId, &Document)]) -> Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    let Brain { brain, languages } = brain_of(tx, owner).await?;
    let length = |document: &Document| i32::try_from(document.length).unwrap_or(i32::MAX);
    let at_once = tx.engine().values_at_once();
    let mut numbers = std::collections::BTreeMap::<ContentId, i64>::new();
    for some in items.chunks(at_once / 4) {
        let rows = some.iter().map(|(item, document)| {
            let names: Vec<&str> = document.terms.iter().map(|(term, _)| term.as_str()).collect();
            [Value::from(brain), (*item).into(), length(document).into(), names.join(" ").into()]
        });
        let written: Vec<(ContentId, i64)> =
            sql("INSERT INTO word_documents (brain, content_id, length, terms) VALUES ")
                .push_rows(rows)
                .push(" RETURNING content_id, document")
                .fetch_all(&mut *tx)
                .await?;
        numbers.extend(written);
    }
    let postings = items.iter().filter_map(|(item, document)| Some((*numbers.get(item)?, document)));
    let postings = postings.flat_map(|(number, document)| {
        let length = length(document);
        document.terms.iter().map(move |(term, frequency)| (term.as_str(), number, *frequency, length))
    });
    // In the order of the primary key: rows that lie beside each other are written one after the other.
    let mut postings: Vec<(&str, i64, u32, i32)> = postings.collect();
    postings.sort_unstable();
    // A statement of one length is prepared once.
    for some in postings.chunks(at_once / 5) {
        let insert = sql("INSERT INTO word_postings (brain, term, document, frequency, length) VALUES ");
        let insert = insert.push_rows(some.iter().map(|(term, number, frequency, length)| {
            let frequency = i32::try_from(*frequency).unwrap_or(i32::MAX);
            [Value::from(brain), (*term).into(), (*number).into(), frequency.into(), (*length).into()]
        }));
        let insert = if some.len() == at_once / 5 { insert.keep() } else { insert };
        insert.execute(tx).await?;
    }
    let words = items.iter().map(|(_, document)| i64::from(length(document))).sum();
    count(tx, brain, i64::try_from(items.len()).unwrap_or(i64::MAX), words, &languages).await
}

/// Makes an item unfindable; one that was not indexed is left alone.
pub async fn remove(tx: &mut Tx<'_>, owner: UserId, item: ContentId) -> Result<()> {
    let Brain { brain, languages } = brain_of(tx, owner).await?;
    if let Some(length) = take_out(tx, brain, item).await? {
        sql("DELETE FROM word_documents WHERE content_id = $1").bind(item).execute(tx).await?;
        count(tx, brain, -1, -i64::from(length), &languages).await?;
    }
    Ok(())
}

/// Removes every posting of a user; their other rows go with the user.
pub async fn forget_user(tx: &mut Tx<'_>, owner: UserId) -> Result<()> {
    // The totals first: whoever is indexing holds that row, so this waits for their postings.
    let brain: Option<(i64,)> =
        sql("DELETE FROM word_totals WHERE user_id = $1 RETURNING brain").bind(owner).fetch_optional(&mut *tx).await?;
    let Some((brain,)) = brain else { return Ok(()) };
    sql("DELETE FROM word_postings WHERE brain = $1").bind(brain).execute(tx).await.map(drop)
}

/// The languages of a user's items, those with words in them.
pub async fn languages<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, owner: UserId) -> Result<Vec<String>> {
    let row: Option<(String,)> =
        sql("SELECT languages FROM word_totals WHERE user_id = $1").bind(owner).fetch_optional(on).await?;
    Ok(row.map(|(list,)| list.split_whitespace().map(str::to_owned).collect()).unwrap_or_default())
}

/// Terms of a user's items that begin with `beginning`, in their order, at most `limit`: each costs one look into the index, however
/// often it occurs.
pub async fn terms(db: &crate::db::Db, owner: UserId, beginning: &str, limit: u32) -> Result<Vec<String>> {
    let brain: Option<(i64,)> =
        sql("SELECT brain FROM word_totals WHERE user_id = $1").bind(owner).fetch_optional(db).await?;
    let Some((brain,)) = brain else { return Ok(Vec::new()) };
    let rows: Vec<(String,)> = sql("WITH RECURSIVE found (term) AS (\
         SELECT (SELECT MIN(term) FROM word_postings WHERE brain = $1 AND term >= $2 AND term < $3) \
         UNION ALL SELECT (SELECT MIN(p.term) FROM word_postings p WHERE p.brain = $1 AND p.term > found.term AND p.term < $3) \
         FROM found WHERE found.term IS NOT NULL) \
         SELECT term FROM found WHERE term IS NOT NULL LIMIT $4")
    .bind(brain)
    .bind(beginning)
    .bind(format!("{beginning}\u{10ffff}"))
    .bind(i64::from(limit))
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(term,)| term).collect())
}

#[derive(sqlx::FromRow)]
struct Brain {
    brain: i64,
    /// Languages with a space between.
    languages: String,
}

/// A user's brain; made at its first word. Locks its row until the transaction ends.
async fn brain_of(tx: &mut Tx<'_>, owner: UserId) -> Result<Brain> {
    sql("INSERT INTO word_totals (user_id) VALUES ($1) \
         ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id RETURNING brain, languages")
    .bind(owner)
    .fetch_one(tx)
    .await
}

/// Removes the postings of an item and gives the length that it had.
async fn take_out(tx: &mut Tx<'_>, brain: i64, item: ContentId) -> Result<Option<i32>> {
    let row: Option<(i64, i32, String)> =
        sql("SELECT document, length, terms FROM word_documents WHERE content_id = $1 AND brain = $2")
            .bind(item)
            .bind(brain)
            .fetch_optional(&mut *tx)
            .await?;
    let Some((document, length, terms)) = row else { return Ok(None) };
    let terms: Vec<&str> = terms.split(' ').filter(|term| !term.is_empty()).collect();
    for batch in terms.chunks(BATCH) {
        sql("DELETE FROM word_postings WHERE brain = $1 AND document = $2 AND term IN ")
            .bind(brain)
            .bind(document)
            .push_list(batch.iter().copied())
            .execute(tx)
            .await?;
    }
    Ok(Some(length))
}

/// One statement for all terms: a JSON object goes over the wire, rows come out of it on the other side.
async fn insert_postings(
    tx: &mut Tx<'_>,
    brain: i64,
    document: i64,
    length: i32,
    terms: &[(String, u32)],
) -> Result<()> {
    let object: serde_json::Map<String, serde_json::Value> =
        terms.iter().map(|(term, frequency)| (term.clone(), (*frequency).into())).collect();
    let rows = match tx.engine() {
        Engine::Sqlite => "json_each($4)",
        Engine::Postgres => "jsonb_each_text($4)",
    };
    sql(&format!(
        "INSERT INTO word_postings (brain, term, document, frequency, length) \
         SELECT $1, key, $2, CAST(value AS INTEGER), $3 FROM {rows}"
    ))
    .bind(brain)
    .bind(document)
    .bind(length)
    .bind(serde_json::Value::Object(object))
    .execute(tx)
    .await
    .map(drop)
}

async fn count(tx: &mut Tx<'_>, brain: i64, documents: i64, words: i64, languages: &str) -> Result<()> {
    sql("UPDATE word_totals SET documents = documents + $1, words = words + $2, languages = $3 WHERE brain = $4")
        .bind(documents)
        .bind(words)
        .bind(languages)
        .bind(brain)
        .execute(tx)
        .await
        .map(drop)
}
