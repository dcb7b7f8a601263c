//! Vectors on PostgreSQL: `halfvec`, compared exactly within one user's.
//!
//! A user with very many has an index of their own, which names them ([`open_index`]): comparing a hundred thousand takes a
//! tenth of a second. There is none of all users: whoever has few items among many others would get next to nothing from it.

use super::{Near, among_allowed, filter, filtered, with_items};
use crate::db::{Db, On, Result, Tx, Value, sql};
use crate::domain::{ContentId, UserId};
use crate::store::content_list::Filter;

/// Vectors in one statement.
const BATCH: usize = 256;

pub(super) async fn drop_space(tx: &mut Tx<'_>, space: i64) -> Result<()> {
    let indexes: Vec<(String,)> =
        sql("SELECT CAST(indexname AS text) FROM pg_indexes WHERE schemaname = current_schema() AND tablename = 'chunk_vectors'")
            .fetch_all(&mut *tx)
            .await?;
    let own = format!("vectors_{space}_");
    for (index,) in indexes.iter().filter(|(index,)| index.starts_with(&own)) {
        sql(&format!("DROP INDEX IF EXISTS {index}")).execute(tx).await?;
    }
    sql("DELETE FROM chunk_vectors WHERE space_id = $1").bind(space).execute(tx).await.map(drop)
}

pub(super) async fn put(tx: &mut Tx<'_>, space: i64, owner: UserId, vectors: Vec<(i64, Vec<f32>)>) -> Result<()> {
    let mut vectors = vectors.into_iter().peekable();
    while vectors.peek().is_some() {
        let rows = vectors.by_ref().take(BATCH).map(|(chunk, vector)| [Value::from(chunk), vector.into()]);
        sql("INSERT INTO chunk_vectors (chunk_id, space_id, user_id, vector) \
             SELECT h.id, $1, $2, n.vector FROM (VALUES ")
        .bind(space)
        .bind(owner)
        .push_rows(rows)
        .push(
            ") AS n (chunk_id, vector) JOIN content_chunks h ON h.id = n.chunk_id AND h.user_id = $2 \
             ORDER BY h.id FOR KEY SHARE OF h ON CONFLICT DO NOTHING",
        )
        .execute(tx)
        .await?;
    }
    Ok(())
}

pub(super) async fn missing(db: &Db, space: i64, item: ContentId) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = sql("SELECT h.id FROM content_chunks h WHERE h.content_id = $1 AND NOT EXISTS \
         (SELECT 1 FROM chunk_vectors v WHERE v.chunk_id = h.id AND v.space_id = $2) ORDER BY h.seq")
    .bind(item)
    .bind(space)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Pieces from which on a user has an index.
pub(super) const LARGE: i64 = 50_000;
/// Candidates that an index keeps at hand while it is walked; at least as many come back.
const CANDIDATES: u32 = 400;
/// Numbers that an index of `halfvec` can take.
const MAX_DIMENSIONS: i32 = 4000;

/// Gives a user an index of their own when they have very many pieces, and none has been made. Writes wait while it is made.
pub(super) async fn open_index(tx: &mut Tx<'_>, space: i64, owner: UserId, dimensions: i32) -> Result<bool> {
    if dimensions > MAX_DIMENSIONS || has_index(&mut *tx, space, owner).await? {
        return Ok(false);
    }
    let name = index_name(space, owner);
    sql(&format!(
        "CREATE INDEX IF NOT EXISTS {name} ON chunk_vectors USING hnsw ((CAST(vector AS halfvec({dimensions}))) \
         halfvec_cosine_ops) WITH (m = 16, ef_construction = 128) WHERE space_id = {space} AND user_id = '{}'",
        owner.0
    ))
    .execute(tx)
    .await?;
    Ok(true)
}

async fn has_index<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, space: i64, owner: UserId) -> Result<bool> {
    let (found,): (bool,) =
        sql("SELECT to_regclass($1) IS NOT NULL").bind(index_name(space, owner)).fetch_one(on).await?;
    Ok(found)
}

fn index_name(space: i64, owner: UserId) -> String {
    format!("vectors_{space}_{}", owner.0.simple())
}

/// The nearest by the index of a user who has one, as many as it reaches. Its predicate is matched by the text of the statement
/// alone. The filter is asked of each piece that the index gives, as it gives more until there are enough.
async fn nearest_by_index(
    db: &Db,
    space: i64,
    owner: UserId,
    vector: &[f32],
    filter: &Filter,
    k: u32,
) -> Result<Vec<Near>> {
    let mut tx = db.begin().await?;
    sql("SELECT set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'relaxed_order', true), \
         set_config('enable_sort', 'off', true)")
    .bind(k.clamp(CANDIDATES, 1000).to_string())
    .fetch_one::<(String, String, String)>(&mut tx)
    .await?;
    let dimensions = vector.len();
    let distance = format!("CAST(v.vector AS halfvec({dimensions})) <=> CAST($1 AS halfvec({dimensions}))");
    let mut query = sql(&format!(
        "WITH near AS MATERIALIZED (SELECT v.chunk_id, {distance} AS distance FROM chunk_vectors v \
         WHERE v.space_id = {space} AND v.user_id = '{}'",
        owner.0
    ))
    .bind(vector);
    if *filter != Filter::default() {
        query = query.push(
            " AND (SELECT TRUE FROM content_chunks h JOIN contents c ON c.id = h.content_id WHERE h.id = v.chunk_id AND ",
        );
        query = filter::conditions(query, owner, filter).push(")");
    }
    let query = query.push(&format!(" ORDER BY {distance}")).push_bind(" LIMIT {}", i64::from(k));
    let rows = with_items(query.push(") "), "JOIN", owner).fetch_all(&mut tx).await?;
    tx.commit().await?;
    Ok(rows)
}

/// The sum with nothing keeps the planner from any index of vectors: it compares all that are the user's.
pub(super) async fn nearest(
    db: &Db,
    space: i64,
    owner: UserId,
    vector: &[f32],
    filter: &Filter,
    k: u32,
) -> Result<Vec<Near>> {
    if has_index(db, space, owner).await? && filtered::is_wide(db, owner, filter).await? {
        let near = nearest_by_index(db, space, owner, vector, filter, k).await?;
        // An index may not reach all that there are: whoever has k pieces gets k.
        if near.len() == usize::try_from(k).unwrap_or(usize::MAX) {
            return Ok(near);
        }
    }
    let mut query =
        sql("WITH near AS MATERIALIZED (SELECT v.chunk_id, v.vector <=> $1 AS distance FROM chunk_vectors v \
         WHERE v.space_id = $2 AND v.user_id = $3")
        .bind(vector)
        .bind(space)
        .bind(owner);
    query = among_allowed(query, "v.chunk_id", owner, filter);
    let query = query.push(" ORDER BY (v.vector <=> $1) + 0, v.chunk_id").push_bind(" LIMIT {}", i64::from(k));
    with_items(query.push(") "), "JOIN", owner).fetch_all(db).await
}

pub(super) async fn of_items(
    db: &Db,
    space: i64,
    owner: UserId,
    vector: &[f32],
    items: &[ContentId],
) -> Result<Vec<Near>> {
    sql("SELECT h.id AS chunk_id, h.content_id, 1 - (v.vector <=> $1) AS score FROM content_chunks h \
         JOIN chunk_vectors v ON v.chunk_id = h.id AND v.space_id = $2 AND v.user_id = h.user_id \
         WHERE h.user_id = $3 AND h.content_id IN ")
    .bind(vector)
    .bind(space)
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
    let rows: Vec<(String,)> = sql("SELECT CAST(v.vector AS text) FROM content_chunks h \
         JOIN chunk_vectors v ON v.chunk_id = h.id AND v.space_id = $1 AND v.user_id = h.user_id \
         WHERE h.user_id = $2 AND h.content_id = $3 ORDER BY h.seq LIMIT $4")
    .bind(space)
    .bind(owner)
    .bind(item)
    .bind(i64::from(limit))
    .fetch_all(db)
    .await?;
    // Written as a JSON array is.
    Ok(rows.iter().filter_map(|(vector,)| serde_json::from_str(vector).ok()).collect())
}
