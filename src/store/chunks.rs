//! `content_chunks` and `content_digests`: the pieces of a text, and what the text was when it was cut.

use std::collections::HashMap;

use crate::db::{On, Result, Tx, Value, sql};
use crate::domain::{ContentId, UserId};

/// A piece before it has an id.
#[derive(Debug, Clone, PartialEq)]
pub struct NewChunk {
    /// First byte of the indexed text.
    pub start: i32,
    /// Behind its last byte.
    pub end: i32,
    /// The second of a transcript at which it begins.
    pub start_seconds: Option<f64>,
    /// Of all that a model is given for it.
    pub hash: Vec<u8>,
}

/// A piece of an item's text.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Chunk {
    /// Its number.
    pub id: i64,
    /// First byte of the indexed text.
    pub text_start: i32,
    /// Behind its last byte.
    pub text_end: i32,
    /// The second of a transcript at which it begins.
    pub start_seconds: Option<f64>,
    /// Of all that a model is given for it.
    pub hash: Vec<u8>,
}

/// What an item's text was when it was cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// Changes with any piece, and with the rules by which they are cut.
    pub revision: Vec<u8>,
    /// Equal for copies; none for a text too short to be one.
    pub text_hash: Option<Vec<u8>>,
    /// Texts that share one, at the same place, may be nearly the same; none for a short text.
    pub bands: Vec<i64>,
}

/// Puts `chunks` and `digest` in place of what the item had; says whether anything changed that a model must see. Pieces that
/// stay as they are keep their vectors.
pub async fn put(
    tx: &mut Tx<'_>,
    owner: UserId,
    item: ContentId,
    chunks: &[NewChunk],
    digest: &Digest,
) -> Result<bool> {
    let before: Option<(Vec<u8>,)> =
        sql("SELECT revision FROM content_digests WHERE content_id = $1").bind(item).fetch_optional(&mut *tx).await?;
    put_digest(tx, owner, item, chunks.len(), digest).await?;
    if before.is_some_and(|(revision,)| revision == digest.revision) {
        return Ok(false);
    }
    let mut old = HashMap::<Vec<u8>, Vec<i64>>::new();
    for chunk in of_item(&mut *tx, item).await? {
        old.entry(chunk.hash).or_default().push(chunk.id);
    }
    let mut new = Vec::new();
    for (seq, chunk) in (0_i32..).zip(chunks) {
        let Some(id) = old.get_mut(&chunk.hash).and_then(Vec::pop) else {
            new.push((seq, chunk));
            continue;
        };
        sql("UPDATE content_chunks SET seq = $1, text_start = $2, text_end = $3, start_seconds = $4 WHERE id = $5")
            .bind(seq)
            .bind(chunk.start)
            .bind(chunk.end)
            .bind(chunk.start_seconds)
            .bind(id)
            .execute(tx)
            .await?;
    }
    for some in old.into_values().flatten().collect::<Vec<_>>().chunks(1000) {
        sql("DELETE FROM content_chunks WHERE id IN ").push_list(some.iter().copied()).execute(tx).await?;
    }
    insert(tx, owner, item, &new).await?;
    Ok(true)
}

async fn insert(tx: &mut Tx<'_>, owner: UserId, item: ContentId, chunks: &[(i32, &NewChunk)]) -> Result<()> {
    for some in chunks.chunks(500) {
        let rows = some.iter().map(|(seq, chunk)| -> [Value; 7] {
            [
                owner.into(),
                item.into(),
                (*seq).into(),
                chunk.start.into(),
                chunk.end.into(),
                chunk.start_seconds.into(),
                chunk.hash.clone().into(),
            ]
        });
        sql("INSERT INTO content_chunks (user_id, content_id, seq, text_start, text_end, start_seconds, hash) VALUES ")
            .push_rows(rows)
            .execute(tx)
            .await?;
    }
    Ok(())
}

async fn put_digest(tx: &mut Tx<'_>, owner: UserId, item: ContentId, chunks: usize, digest: &Digest) -> Result<()> {
    sql("INSERT INTO content_digests (content_id, user_id, chunks, revision, text_hash, full_text_hash) \
         SELECT $1, $2, $3, $4, $5, full_text_hash FROM contents WHERE id = $1 ON CONFLICT (content_id) DO UPDATE SET chunks = excluded.chunks, \
         revision = excluded.revision, full_text_hash = excluded.full_text_hash, text_hash = excluded.text_hash")
    .bind(item)
    .bind(owner)
    .bind(i32::try_from(chunks).unwrap_or(i32::MAX))
    .bind(digest.revision.clone())
    .bind(digest.text_hash.clone())
    .execute(&mut *tx)
    .await?;
    sql("DELETE FROM digest_bands WHERE content_id = $1").bind(item).execute(&mut *tx).await?;
    if !digest.bands.is_empty() {
        let rows = (0_i32..)
            .zip(&digest.bands)
            .map(|(band, hash)| -> [Value; 4] { [owner.into(), band.into(), (*hash).into(), item.into()] });
        sql("INSERT INTO digest_bands (user_id, band, hash, content_id) VALUES ").push_rows(rows).execute(tx).await?;
    }
    Ok(())
}

/// Removes an item's pieces, their vectors and its digest.
pub async fn remove(tx: &mut Tx<'_>, item: ContentId) -> Result<()> {
    sql("DELETE FROM content_chunks WHERE content_id = $1").bind(item).execute(&mut *tx).await?;
    sql("DELETE FROM content_digests WHERE content_id = $1").bind(item).execute(tx).await.map(drop)
}

/// The pieces of an item, in their order.
pub async fn of_item<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, item: ContentId) -> Result<Vec<Chunk>> {
    sql("SELECT id, text_start, text_end, start_seconds, hash FROM content_chunks WHERE content_id = $1 ORDER BY seq")
        .bind(item)
        .fetch_all(on)
        .await
}

/// Some pieces of an owner, in no order.
pub async fn find_many<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, owner: UserId, ids: &[i64]) -> Result<Vec<Chunk>> {
    sql("SELECT id, text_start, text_end, start_seconds, hash FROM content_chunks WHERE user_id = $1 AND id IN ")
        .bind(owner)
        .push_list(ids.iter().copied())
        .fetch_all(on)
        .await
}

/// The pieces in which a byte of an item's text is, which may be two, those of one item in their order.
pub async fn at<'a, 'c: 'a>(
    on: impl Into<On<'a, 'c>>,
    owner: UserId,
    places: &[(ContentId, i32)],
) -> Result<Vec<(ContentId, Chunk)>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Placed> = sql("WITH places (item, byte) AS (VALUES ")
        .push_rows(places.iter().map(|(item, byte)| [Value::from(*item), (*byte).into()]))
        .push(
            ") SELECT h.content_id, h.id, h.text_start, h.text_end, h.start_seconds, h.hash FROM places p \
             CROSS JOIN content_chunks h WHERE h.content_id = p.item AND h.text_start <= p.byte AND h.text_end > p.byte",
        )
        .push_bind(" AND h.user_id = {} ORDER BY h.text_start", owner)
        .fetch_all(on)
        .await?;
    Ok(rows.into_iter().map(|row| (row.content_id, row.chunk)).collect())
}

#[derive(sqlx::FromRow)]
struct Placed {
    content_id: ContentId,
    #[sqlx(flatten)]
    chunk: Chunk,
}

/// The revision of an item's text and how many pieces it has; none when it was not cut.
pub async fn revision<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, item: ContentId) -> Result<Option<(Vec<u8>, i32)>> {
    sql("SELECT revision, chunks FROM content_digests WHERE content_id = $1").bind(item).fetch_optional(on).await
}

/// Live items whose text has yet to be cut, or has changed since, that nobody is reading; of all users, at most `limit`.
pub async fn uncut<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, limit: u32) -> Result<Vec<(UserId, ContentId)>> {
    sql("SELECT c.user_id, c.id FROM contents c LEFT JOIN content_digests d ON d.content_id = c.id \
         WHERE c.deleted_at IS NULL AND c.enrichment_status IN ('enriched', 'failed', 'skipped') \
         AND (d.content_id IS NULL OR d.full_text_hash IS DISTINCT FROM c.full_text_hash) LIMIT $1")
    .bind(i64::from(limit))
    .fetch_all(on)
    .await
}

/// An owner's items with the very text of `item`.
pub async fn copies<'a, 'c: 'a>(
    on: impl Into<On<'a, 'c>>,
    owner: UserId,
    item: ContentId,
    limit: u32,
) -> Result<Vec<ContentId>> {
    let rows: Vec<(ContentId,)> = sql("SELECT d.content_id FROM content_digests o \
         JOIN content_digests d ON d.user_id = o.user_id AND d.text_hash = o.text_hash AND d.content_id <> o.content_id \
         WHERE o.content_id = $1 AND o.user_id = $2 ORDER BY d.content_id DESC LIMIT $3")
    .bind(item)
    .bind(owner)
    .bind(i64::from(limit))
    .fetch_all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// An owner's items that may be nearly the same as `item`, those that share most first.
pub async fn alike<'a, 'c: 'a>(
    on: impl Into<On<'a, 'c>>,
    owner: UserId,
    item: ContentId,
    limit: u32,
) -> Result<Vec<ContentId>> {
    let rows: Vec<(ContentId,)> = sql("SELECT b.content_id FROM digest_bands o \
         JOIN digest_bands b ON b.user_id = o.user_id AND b.band = o.band AND b.hash = o.hash AND b.content_id <> o.content_id \
         WHERE o.content_id = $1 AND o.user_id = $2 GROUP BY b.content_id ORDER BY COUNT(*) DESC, b.content_id DESC LIMIT $3")
    .bind(item)
    .bind(owner)
    .bind(i64::from(limit))
    .fetch_all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
