//! `enrichment_attempts`: what was tried to understand an item, attempt by attempt.

use uuid::Uuid;

use crate::db::{On, Result, Tx, sql};
use crate::domain::{ContentId, Timestamp};

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// What read the page.
    pub extractor: String,
    /// How long it took.
    pub duration_ms: i64,
    /// `enriched`, `partial`, `unchanged`, `failed`, `retry` or `skipped`.
    pub outcome: String,
    /// Why not, in words for people.
    pub error: Option<String>,
}

/// How many attempts of an item are kept.
const KEPT: i64 = 50;

/// Notes an attempt; of very many only the newest stay.
pub async fn record(tx: &mut Tx<'_>, id: Uuid, item: ContentId, attempt: &Attempt) -> Result<()> {
    sql("INSERT INTO enrichment_attempts (id, content_id, at, extractor, duration_ms, outcome, error) \
         SELECT $1, id, $3, $4, $5, $6, $7 FROM contents WHERE id = $2")
    .bind(id)
    .bind(item)
    .bind(attempt.at)
    .bind(attempt.extractor.as_str())
    .bind(attempt.duration_ms)
    .bind(attempt.outcome.as_str())
    .bind(attempt.error.as_deref())
    .execute(tx)
    .await?;
    sql("DELETE FROM enrichment_attempts WHERE id IN (SELECT id FROM enrichment_attempts WHERE content_id = $1 \
         ORDER BY at DESC, id DESC LIMIT 1000 OFFSET $2)")
    .bind(item)
    .bind(KEPT)
    .execute(tx)
    .await
    .map(drop)
}

/// The attempts of an item, oldest first.
pub async fn list<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, item: ContentId) -> Result<Vec<Attempt>> {
    sql("SELECT at, extractor, duration_ms, outcome, error FROM enrichment_attempts WHERE content_id = $1 ORDER BY at, id")
        .bind(item)
        .fetch_all(on)
        .await
}
