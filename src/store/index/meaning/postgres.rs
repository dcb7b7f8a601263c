//! Vectors on PostgreSQL: `halfvec`, compared exactly within one user's.
//!
//! A large account is kept in memory, read in blocks of pieces whose numbers follow one another. One for which there is no room has an
//! index of its own, which names its user ([`super::tend_indexes`]): comparing a hundred thousand takes a tenth of a second. There is none of
//! all users: whoever has few items among many others would get next to nothing from it.

use std::collections::HashSet;

use super::account::{self, Listed};
use super::{Near, among_allowed, filter, filtered, with_items};
use crate::db::{Db, On, Result, Tx, Value, sql};
use crate::domain::{ContentId, UserId};
use crate::store::content_list::Filter;

/// Vectors in one statement.
const BATCH: usize = 256;

pub(super) async fn drop_space(tx: &mut Tx<'_>, space: i64) -> Result<()> {
    drop_indexes(tx, space, &[]).await?;
    sql("DELETE FROM chunk_vectors WHERE space_id = $1").bind(space).execute(tx).await.map(drop)
}

/// Drops the indexes of all users but some.
pub(super) async fn drop_indexes(tx: &mut Tx<'_>, space: i64, but: &[UserId]) -> Result<()> {
    let indexes: Vec<(String,)> =
        sql("SELECT CAST(indexname AS text) FROM pg_indexes WHERE schemaname = current_schema() AND tablename = 'chunk_vectors'")
            .fetch_all(&mut *tx)
            .await?;
    let (own, kept) = (format!("vectors_{space}_"), but.iter().map(|owner| index_name(space, *owner)));
    let kept: HashSet<String> = kept.collect();
    for (index,) in indexes.iter().filter(|(index,)| index.starts_with(&own) && !kept.contains(index)) {
        sql(&format!("DROP INDEX IF EXISTS {index}")).execute(tx).await?;
    }
    Ok(())
}

pub(super) async fn put(tx: &mut Tx<'_>, space: i64, owner: UserId, vectors: Vec<(i64, Vec<f32>)>) -> Result<()> {
    sql("INSERT INTO vector_revisions (user_id, revision) SELECT id, $2 FROM users WHERE id = $1 FOR KEY SHARE \
         ON CONFLICT DO NOTHING")
    .bind(owner)
    .bind(Vec::<u8>::new())
    .execute(tx)
    .await?;
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

/// How many pieces of a user there are, at most `most`.
pub(super) async fn count(db: &Db, space: i64, owner: UserId, most: usize) -> Result<usize> {
    let (count,): (i64,) =
        sql("SELECT COUNT(*) FROM (SELECT 1 FROM chunk_vectors WHERE space_id = $1 AND user_id = $2 LIMIT $3) v")
            .bind(space)
            .bind(owner)
            .bind(i64::try_from(most).unwrap_or(i64::MAX))
            .fetch_one(db)
            .await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Pieces whose numbers follow one another are a block: so many numbers.
const BLOCK: i64 = 256;
/// What gives a block's number, the places that are taken, and the numbers of the pieces.
const LISTED: &str = "chunk_id / 256 AS id, decode(repeat('ff', CAST(COUNT(*) / 8 + 1 AS integer)), 'hex') AS taken, \
                      string_agg(int8send(chunk_id), '' ORDER BY chunk_id) AS numbers";

/// The blocks of a user, without what is in them.
pub(super) async fn blocks(db: &Db, space: i64, owner: UserId) -> Result<Vec<Listed>> {
    let query = format!("SELECT {LISTED} FROM chunk_vectors WHERE space_id = $1 AND user_id = $2 GROUP BY 1");
    let rows: Vec<Listed> = sql(&query).bind(space).bind(owner).fetch_all(db).await?;
    Ok(rows.into_iter().map(in_our_order).collect())
}

/// These blocks, the first of them the one with the lowest number, each with a vector for every place.
pub(super) async fn vectors(db: &Db, space: i64, owner: UserId, blocks: &[i64]) -> Result<Vec<(Listed, Vec<f32>)>> {
    let query = format!(
        "SELECT {LISTED}, string_agg(halfvec_send(vector), '' ORDER BY chunk_id) FROM chunk_vectors \
         WHERE space_id = $1 AND user_id = $2 AND chunk_id >= $3 AND chunk_id < $4 GROUP BY 1"
    );
    let mut read = Vec::with_capacity(blocks.len());
    for run in blocks.chunk_by(|a, b| a + 1 == *b) {
        let (first, end) = (run[0] * BLOCK, (run[run.len() - 1] + 1) * BLOCK);
        let rows: Vec<account::Row> = sql(&query).bind(space).bind(owner).bind(first).bind(end).fetch_all(db).await?;
        read.extend(rows.into_iter().map(|(id, taken, numbers, vectors)| {
            let places = numbers.len() / size_of::<i64>();
            (in_our_order(Listed { id, taken, numbers }), floats(&vectors, places))
        }));
    }
    Ok(read)
}

/// With numbers as this machine has them; the server sends the highest byte first.
fn in_our_order(mut listed: Listed) -> Listed {
    for number in listed.numbers.as_chunks_mut().0 {
        *number = i64::from_be_bytes(*number).to_ne_bytes();
    }
    listed
}

/// What the server sends of so many vectors of one length: how many numbers there are and two bytes of nothing, then the numbers, in half
/// precision.
fn floats(bytes: &[u8], vectors: usize) -> Vec<f32> {
    let each = bytes.len() / vectors.max(1);
    let numbers = bytes.chunks_exact(each.max(1)).flat_map(|vector| vector[4.min(each)..].as_chunks::<2>().0);
    numbers.map(|number| of_half(u16::from_be_bytes(*number))).collect()
}

/// A number of half precision: sign, five bits of exponent and ten of fraction, put where a float has them. Their exponents differ
/// by 112.
fn of_half(bits: u16) -> f32 {
    let size = f32::from_bits(u32::from(bits & 0x7fff) << 13) * f32::from_bits((112 + 127) << 23);
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_is_read_as_the_server_sends_it() {
        // 2 numbers, nothing, 1, −2; 2 numbers, nothing, the largest, and the smallest that is not nothing.
        let sent = [0, 2, 0, 0, 0x3c, 0, 0xc0, 0, 0, 2, 0, 0, 0x7b, 0xff, 0, 1];

        assert_eq!(floats(&sent, 2), [1.0, -2.0, 65504.0, 2_f32.powi(-24)]);
        assert!(floats(&[], 0).is_empty());
    }
}
