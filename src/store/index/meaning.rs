//! The index of meaning: a vector for each piece of a text, in the space of the model that made it.
//!
//! SQLite keeps the vectors of a space in a `vec0` table of its own, partitioned by user; PostgreSQL keeps all of them in
//! `chunk_vectors`. Both are asked for the nearest of one user's exactly: every statement names the user, so that nobody's
//! pieces reach another's results, and whoever has k pieces gets k. A vector goes with its piece, and a piece with its item.
//!
//! What a vector is made from is [`crate::text::chunks`]'s business, by which model [`crate::embed`]'s.

mod postgres;
mod sqlite;

use crate::db::{Db, Engine, Result, Tx, sql};
use crate::domain::{ContentId, UserId};
use crate::store::content_list::Filter;

/// A piece and how close it is to what was asked.
#[derive(Debug, Clone, Copy, PartialEq, sqlx::FromRow)]
pub struct Near {
    /// The piece.
    pub chunk_id: i64,
    /// Its item.
    pub content_id: ContentId,
    /// The cosine, −1 to 1.
    pub score: f64,
}

/// The most pieces that [`nearest`] gives, whatever is asked for: what `vec0` can.
pub const MOST: u32 = sqlite::MOST;

/// Makes room for a space's vectors.
pub(in crate::store) async fn open_space(tx: &mut Tx<'_>, space: i64, dimensions: i32) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite => sqlite::open_space(tx, space, dimensions).await,
        Engine::Postgres => Ok(()),
    }
}

/// Removes a space's vectors.
pub(in crate::store) async fn drop_space(tx: &mut Tx<'_>, space: i64) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite => sqlite::drop_space(tx, space).await,
        Engine::Postgres => postgres::drop_space(tx, space).await,
    }
}

/// Keeps the vectors of an owner's pieces; a piece that is gone meanwhile, or has one already, is left out.
pub async fn put(tx: &mut Tx<'_>, space: i64, owner: UserId, vectors: Vec<(i64, Vec<f32>)>) -> Result<()> {
    if vectors.is_empty() {
        return Ok(());
    }
    match tx.engine() {
        Engine::Sqlite => sqlite::put(tx, space, owner, vectors).await,
        Engine::Postgres => postgres::put(tx, space, owner, vectors).await,
    }
}

/// Gives users with very many pieces in `space` an index of their own, where the engine has such a thing; at most one of them, since
/// that takes a while. Says whether it did.
pub async fn open_index(tx: &mut Tx<'_>, space: i64, dimensions: i32) -> Result<bool> {
    if tx.engine() == Engine::Sqlite {
        return Ok(false);
    }
    let large: Vec<(UserId,)> = sql("SELECT user_id FROM content_digests GROUP BY user_id HAVING SUM(chunks) >= $1")
        .bind(postgres::LARGE)
        .fetch_all(&mut *tx)
        .await?;
    for (owner,) in large {
        if postgres::open_index(tx, space, owner, dimensions).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Those of an item's pieces that have no vector in `space`, in their order.
pub async fn missing(db: &Db, space: i64, item: ContentId) -> Result<Vec<i64>> {
    match db.engine() {
        Engine::Sqlite => sqlite::missing(db, space, item).await,
        Engine::Postgres => postgres::missing(db, space, item).await,
    }
}

/// The `k` pieces of `owner` that are nearest to `vector`, nearest first, among items that `filter` lets through.
pub async fn nearest(db: &Db, space: i64, owner: UserId, vector: &[f32], filter: &Filter, k: u32) -> Result<Vec<Near>> {
    let k = k.min(MOST);
    match db.engine() {
        Engine::Sqlite => sqlite::nearest(db, space, owner, vector, filter, k).await,
        Engine::Postgres => postgres::nearest(db, space, owner, vector, filter, k).await,
    }
}

/// Every piece of these items of `owner` that has a vector, with how near it is.
pub async fn of_items(db: &Db, space: i64, owner: UserId, vector: &[f32], items: &[ContentId]) -> Result<Vec<Near>> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    match db.engine() {
        Engine::Sqlite => sqlite::of_items(db, space, owner, vector, items).await,
        Engine::Postgres => postgres::of_items(db, space, owner, vector, items).await,
    }
}

/// The vectors of an owner's item, at most `limit`, in the order of its pieces.
pub async fn vectors_of(db: &Db, space: i64, owner: UserId, item: ContentId, limit: u32) -> Result<Vec<Vec<f32>>> {
    match db.engine() {
        Engine::Sqlite => sqlite::vectors_of(db, space, owner, item, limit).await,
        Engine::Postgres => postgres::vectors_of(db, space, owner, item, limit).await,
    }
}
