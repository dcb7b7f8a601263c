//! Vectors on SQLite: a `vec0` table for each space, which sqlite-vec reads without a step through SQL for each of them.

use super::account::{self, Listed};
use super::{Near, among_allowed, with_items};
use crate::db::{Db, Result, Tx, sql};
use crate::domain::{ContentId, UserId};
use crate::store::content_list::Filter;

/// The most that `vec0` gives at once.
pub(super) const MOST: u32 = 4096;
/// Pieces that `vec0` keeps side by side.
const BLOCK: usize = 128;

/// The user as `vec0` takes a partition's key: text.
fn partition(owner: UserId) -> String {
    owner.0.simple().to_string()
}

/// The index finds a user's blocks without a look at everybody's. The trigger is what a foreign key is elsewhere: a
/// virtual table has none.
pub(super) async fn open_space(tx: &mut Tx<'_>, space: i64, dimensions: i32) -> Result<()> {
    for statement in [
        format!(
            "CREATE VIRTUAL TABLE vectors_{space} USING vec0(chunk_id INTEGER PRIMARY KEY, user_id TEXT PARTITION KEY, \
             vector FLOAT[{dimensions}] DISTANCE_METRIC=cosine, chunk_size={BLOCK})"
        ),
        format!("CREATE INDEX vectors_{space}_of_user ON vectors_{space}_chunks (partition00)"),
        format!(
            "CREATE TRIGGER vectors_{space}_forget AFTER DELETE ON content_chunks BEGIN \
             DELETE FROM vectors_{space} WHERE chunk_id = OLD.id; END"
        ),
    ] {
        sql(&statement).execute(tx).await?;
    }
    Ok(())
}

pub(super) async fn drop_space(tx: &mut Tx<'_>, space: i64) -> Result<()> {
    sql(&format!("DROP TRIGGER IF EXISTS vectors_{space}_forget")).execute(&mut *tx).await?;
    sql(&format!("DROP TABLE IF EXISTS vectors_{space}")).execute(tx).await.map(drop)
}

pub(super) async fn put(tx: &mut Tx<'_>, space: i64, owner: UserId, vectors: Vec<(i64, Vec<f32>)>) -> Result<()> {
    let insert = format!(
        "INSERT INTO vectors_{space} (chunk_id, user_id, vector) SELECT h.id, $1, $2 FROM content_chunks h \
         WHERE h.id = $3 AND h.user_id = $4 AND NOT EXISTS (SELECT 1 FROM vectors_{space} v WHERE v.chunk_id = $3)"
    );
    sql("INSERT INTO vector_revisions (user_id, revision) SELECT id, randomblob(16) FROM users WHERE id = $1 \
         ON CONFLICT (user_id) DO UPDATE SET revision = excluded.revision")
    .bind(owner)
    .execute(tx)
    .await?;
    for (chunk, vector) in vectors {
        sql(&insert).bind(partition(owner)).bind(vector).bind(chunk).bind(owner).execute(tx).await?;
    }
    Ok(())
}

pub(super) async fn missing(db: &Db, space: i64, item: ContentId) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = sql(&format!(
        "SELECT h.id FROM content_chunks h WHERE h.content_id = $1 \
         AND NOT EXISTS (SELECT 1 FROM vectors_{space} v WHERE v.chunk_id = h.id) ORDER BY h.seq"
    ))
    .bind(item)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn nearest(
    db: &Db,
    space: i64,
    owner: UserId,
    vector: &[f32],
    filter: &Filter,
    k: u32,
) -> Result<Vec<Near>> {
    let query = sql(&format!(
        "WITH near AS MATERIALIZED (SELECT chunk_id, distance FROM vectors_{space} WHERE vector MATCH $1 AND k = $2 \
         AND user_id = $3"
    ))
    .bind(vector)
    .bind(i64::from(k))
    .bind(partition(owner));
    let query = among_allowed(query, "chunk_id", owner, filter).push(") ");
    with_items(query, "CROSS JOIN", owner).fetch_all(db).await
}

pub(super) async fn of_items(
    db: &Db,
    space: i64,
    owner: UserId,
    vector: &[f32],
    items: &[ContentId],
) -> Result<Vec<Near>> {
    sql(&format!(
        "SELECT h.id AS chunk_id, h.content_id, 1 - vec_distance_cosine(v.vector, $1) AS score FROM content_chunks h \
         CROSS JOIN vectors_{space} v ON v.chunk_id = h.id WHERE h.user_id = $2 AND h.content_id IN "
    ))
    .bind(vector)
    .bind(owner)
    .push_list(items.iter().copied())
    .fetch_all(db)
    .await
}

pub(super) async fn vectors_of(
    db: &Db,
    space: i64,
    owner: UserId,
    item: ContentId,
    limit: u32,
) -> Result<Vec<Vec<f32>>> {
    let rows: Vec<(Vec<u8>,)> = sql(&format!(
        "SELECT v.vector FROM content_chunks h CROSS JOIN vectors_{space} v ON v.chunk_id = h.id \
         WHERE h.user_id = $1 AND h.content_id = $2 ORDER BY h.seq LIMIT $3"
    ))
    .bind(owner)
    .bind(item)
    .bind(i64::from(limit))
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(bytes,)| floats(&bytes)).collect())
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|number| f32::from_ne_bytes(*number)).collect()
}

/// About how many pieces of a user there are: whole blocks are counted.
pub(super) async fn count(db: &Db, space: i64, owner: UserId) -> Result<usize> {
    let (blocks,): (i64,) = sql(&format!("SELECT COUNT(*) FROM vectors_{space}_chunks WHERE partition00 = $1"))
        .bind(partition(owner))
        .fetch_one(db)
        .await?;
    Ok(usize::try_from(blocks).unwrap_or_default() * BLOCK)
}

/// The blocks of a user, without what is in them. `vec0` keeps its lists in tables that can be read as any.
pub(super) async fn blocks(db: &Db, space: i64, owner: UserId) -> Result<Vec<Listed>> {
    sql(&format!(
        "SELECT chunk_id AS id, validity AS taken, rowids AS numbers FROM vectors_{space}_chunks WHERE partition00 = $1"
    ))
    .bind(partition(owner))
    .fetch_all(db)
    .await
}

/// These blocks, each with a vector for every place.
pub(super) async fn vectors(db: &Db, space: i64, blocks: &[i64]) -> Result<Vec<(Listed, Vec<f32>)>> {
    let rows: Vec<account::Row> = sql(&format!(
        "SELECT c.chunk_id, c.validity, c.rowids, v.vectors FROM vectors_{space}_vector_chunks00 v \
         JOIN vectors_{space}_chunks c ON c.chunk_id = v.rowid WHERE v.rowid IN "
    ))
    .push_list(blocks.iter().copied())
    .fetch_all(db)
    .await?;
    let block = |(id, taken, numbers, vectors): (_, _, _, Vec<u8>)| (Listed { id, taken, numbers }, floats(&vectors));
    Ok(rows.into_iter().map(block).collect())
}
