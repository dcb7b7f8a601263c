//! Vectors on SQLite: a `vec0` table for each space, which sqlite-vec reads without a step through SQL for each of them.

use super::Near;
use crate::db::{Db, Result, Statement, Tx, sql};
use crate::domain::{ContentId, UserId};
use crate::store::content_list::Filter;
use crate::store::index::filter;

/// The most that `vec0` gives at once.
pub(super) const MOST: u32 = 4096;

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
             vector FLOAT[{dimensions}] DISTANCE_METRIC=cosine, chunk_size=128)"
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
    let mut query = sql(&format!(
        "WITH near AS MATERIALIZED (SELECT chunk_id, distance FROM vectors_{space} WHERE vector MATCH $1 AND k = $2 \
         AND user_id = $3"
    ))
    .bind(vector)
    .bind(i64::from(k))
    .bind(partition(owner));
    if *filter != Filter::default() {
        query = query.push(" AND chunk_id IN (");
        query = allowed(query, owner, filter).push(")");
    }
    query
        .push(
            ") SELECT near.chunk_id, h.content_id, 1 - near.distance AS score FROM near \
             CROSS JOIN content_chunks h ON h.id = near.chunk_id",
        )
        .push_bind(" AND h.user_id = {} ORDER BY near.distance, near.chunk_id", owner)
        .fetch_all(db)
        .await
}

/// The pieces of the items that `filter` lets through.
fn allowed(query: Statement, owner: UserId, filter: &Filter) -> Statement {
    let query = query.push("SELECT h.id FROM contents c JOIN content_chunks h ON h.content_id = c.id WHERE ");
    filter::conditions(query, owner, filter)
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
