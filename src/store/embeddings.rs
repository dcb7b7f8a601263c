//! `content_embeddings`: how far each model has come with each item.

use crate::db::{On, Result, Tx, sql};
use crate::domain::{ContentId, Timestamp, UserId};

/// How far a model has come with an item.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Progress {
    /// The model.
    pub model: String,
    /// `embedded`, `retry` or `failed`.
    pub state: String,
    /// Which revision of the text that is about.
    pub revision: Vec<u8>,
    /// Why not further, in words for people.
    pub error: Option<String>,
}

/// How far a model has come with everybody's items.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Totals {
    /// Items that were cut into pieces.
    pub items: i64,
    /// Their pieces.
    pub chunks: i64,
    /// Items that the model knows as they are.
    pub embedded_items: i64,
    /// Their pieces.
    pub embedded_chunks: i64,
    /// Items of which the last attempt failed.
    pub troubled_items: i64,
}

/// Notes how an attempt with an item ended; nothing for an item that was not cut, or is gone.
pub async fn note(
    tx: &mut Tx<'_>,
    space: i64,
    item: ContentId,
    state: &str,
    revision: &[u8],
    error: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    sql("INSERT INTO content_embeddings (content_id, space_id, state, revision, chunks, error, updated_at) \
         SELECT content_id, $1, $2, $3, chunks, $4, $5 FROM content_digests WHERE content_id = $6 \
         ON CONFLICT (content_id, space_id) DO UPDATE SET state = excluded.state, revision = excluded.revision, \
         chunks = excluded.chunks, error = excluded.error, updated_at = excluded.updated_at")
    .bind(space)
    .bind(state)
    .bind(revision.to_vec())
    .bind(error)
    .bind(now)
    .bind(item)
    .execute(tx)
    .await
    .map(drop)
}

/// How far each model has come with an item, the one that serves last.
pub async fn of_item<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, item: ContentId) -> Result<Vec<Progress>> {
    sql("SELECT s.model, e.state, e.revision, e.error FROM content_embeddings e JOIN embedding_spaces s ON s.id = e.space_id \
         WHERE e.content_id = $1 ORDER BY CASE WHEN s.state = 'serving' THEN 1 ELSE 0 END, s.id")
    .bind(item)
    .fetch_all(on)
    .await
}

/// Items that `space` lacks, or knows as they were; at most `limit`.
pub async fn missing<'a, 'c: 'a>(
    on: impl Into<On<'a, 'c>>,
    space: i64,
    limit: u32,
) -> Result<Vec<(UserId, ContentId)>> {
    sql("SELECT d.user_id, d.content_id FROM content_digests d \
         LEFT JOIN content_embeddings e ON e.content_id = d.content_id AND e.space_id = $1 \
         WHERE e.content_id IS NULL OR e.state <> 'embedded' OR e.revision <> d.revision LIMIT $2")
    .bind(space)
    .bind(i64::from(limit))
    .fetch_all(on)
    .await
}

/// Why the last attempts with items failed in `space`, in words for people, each with how many items that concerns; the most frequent
/// first, at most `limit`.
pub async fn troubles<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, space: i64, limit: u32) -> Result<Vec<(String, i64)>> {
    sql("SELECT error, COUNT(*) FROM content_embeddings WHERE space_id = $1 AND state <> 'embedded' AND error IS NOT NULL \
         GROUP BY error ORDER BY COUNT(*) DESC, error LIMIT $2")
    .bind(space)
    .bind(i64::from(limit))
    .fetch_all(on)
    .await
}

/// How far `space` has come with everybody's items; without one, what there is to do.
pub async fn totals<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, space: Option<i64>) -> Result<Totals> {
    sql("SELECT COUNT(*) AS items, CAST(COALESCE(SUM(d.chunks), 0) AS BIGINT) AS chunks, \
         COUNT(*) FILTER (WHERE e.state = 'embedded' AND e.revision = d.revision) AS embedded_items, \
         CAST(COALESCE(SUM(d.chunks) FILTER (WHERE e.state = 'embedded' AND e.revision = d.revision), 0) AS BIGINT) \
             AS embedded_chunks, \
         COUNT(*) FILTER (WHERE e.state <> 'embedded') AS troubled_items \
         FROM content_digests d LEFT JOIN content_embeddings e ON e.content_id = d.content_id AND e.space_id = $1")
    .bind(space.unwrap_or_default())
    .fetch_one(on)
    .await
}
