//! The index of meaning: a vector for each piece of a text, in the space of the model that made it.
//!
//! SQLite keeps the vectors of a space in a `vec0` table of its own, partitioned by user; PostgreSQL keeps all of them in
//! `chunk_vectors`. Every statement names the user, so that nobody's pieces reach another's results, and whoever has k pieces
//! gets k. A vector goes with its piece, and a piece with its item.
//!
//! Up to some hundreds all are compared by the database. Larger accounts are kept in [`Memory`]; of those that have no room there PostgreSQL makes an
//! index for each.
//!
//! What a vector is made from is [`crate::text::chunks`]'s business, by which model [`crate::embed`]'s.

mod account;
mod filtered;
mod memory;
mod postgres;
mod sqlite;

use std::sync::Arc;

use super::filter;
use crate::db::{Db, Engine, Result, Statement, Tx, sql};
use crate::domain::{ContentId, UserId};
use crate::store::content_list::Filter;

use account::Account;
pub use memory::Memory;

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

/// The most pieces that [`Pieces::nearest`] gives, whatever is asked for: what `vec0` can.
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

/// Gives users with very many pieces in `space`, more than have room in `memory`, an index of their own, where the engine has such a
/// thing; at most one of them, since that takes a while. Those that need none any more lose theirs. Says whether one was made.
pub async fn tend_indexes(tx: &mut Tx<'_>, memory: &Memory, space: i64, dimensions: i32) -> Result<bool> {
    if tx.engine() == Engine::Sqlite {
        return Ok(false);
    }
    let fits = i64::try_from(memory.fits(usize::try_from(dimensions).unwrap_or_default())).unwrap_or(i64::MAX);
    let large: Vec<(UserId, i64)> = sql(
        "SELECT user_id, CAST(SUM(chunks) AS BIGINT) FROM content_digests GROUP BY user_id HAVING SUM(chunks) >= $1 AND SUM(chunks) > $2",
    )
    // An account that shrinks a little keeps its index, so that none is made again and again.
    .bind(postgres::LARGE / 2)
    .bind(fits)
    .fetch_all(&mut *tx)
    .await?;
    postgres::drop_indexes(tx, space, &large.iter().map(|(owner, _)| *owner).collect::<Vec<_>>()).await?;
    for (owner, _) in large.into_iter().filter(|(_, pieces)| *pieces >= postgres::LARGE) {
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

/// The pieces of one owner in one space, ready to be asked about.
#[derive(Debug, Clone)]
pub struct Pieces {
    db: Db,
    space: i64,
    owner: UserId,
    kept: Option<Arc<Account>>,
}

/// The pieces of `owner` as they are now, in a space of vectors with so many `dimensions`.
pub async fn pieces(db: &Db, memory: &Memory, space: i64, dimensions: usize, owner: UserId) -> Result<Pieces> {
    let kept = memory.account(db, space, dimensions, owner).await?;
    Ok(Pieces { db: db.clone(), space, owner, kept })
}

impl Pieces {
    /// Are they kept in memory?
    pub fn are_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// The `k` that are nearest to `vector`, nearest first, among items that `filter` lets through.
    pub async fn nearest(&self, vector: &[f32], filter: &Filter, k: u32) -> Result<Vec<Near>> {
        let (db, k) = (&self.db, k.min(MOST));
        match (&self.kept, db.engine()) {
            (Some(kept), _) => filtered::nearest(db, kept, self.owner, vector, filter, k).await,
            (None, Engine::Sqlite) => sqlite::nearest(db, self.space, self.owner, vector, filter, k).await,
            (None, Engine::Postgres) => postgres::nearest(db, self.space, self.owner, vector, filter, k).await,
        }
    }

    /// Every piece of these items that has a vector, with how near it is.
    pub async fn of_items(&self, vector: &[f32], items: &[ContentId]) -> Result<Vec<Near>> {
        if items.is_empty() {
            return Ok(Vec::new());
        }
        match (&self.kept, self.db.engine()) {
            (Some(kept), _) => Ok(kept.of_items(vector, &items.iter().copied().collect())),
            (None, Engine::Sqlite) => sqlite::of_items(&self.db, self.space, self.owner, vector, items).await,
            (None, Engine::Postgres) => postgres::of_items(&self.db, self.space, self.owner, vector, items).await,
        }
    }
}

/// Appends that `piece` is one of an item that `filter` lets through.
fn among_allowed(query: Statement, piece: &str, owner: UserId, filter: &Filter) -> Statement {
    if *filter == Filter::default() {
        return query;
    }
    let query = query.push(&format!(
        " AND {piece} IN (SELECT h.id FROM contents c JOIN content_chunks h ON h.content_id = c.id WHERE "
    ));
    filter::conditions(query, owner, filter).push(")")
}

/// Appends what gives the pieces of `near` with their items, nearest first; no piece of anybody else's.
fn with_items(query: Statement, join: &str, owner: UserId) -> Statement {
    query.push("SELECT near.chunk_id, h.content_id, 1 - near.distance AS score FROM near ").push(join).push_bind(
        " content_chunks h ON h.id = near.chunk_id AND h.user_id = {} ORDER BY near.distance, near.chunk_id",
        owner,
    )
}

/// The vectors of an owner's item, at most `limit`, in the order of its pieces.
pub async fn vectors_of(db: &Db, space: i64, owner: UserId, item: ContentId, limit: u32) -> Result<Vec<Vec<f32>>> {
    match db.engine() {
        Engine::Sqlite => sqlite::vectors_of(db, space, owner, item, limit).await,
        Engine::Postgres => postgres::vectors_of(db, space, owner, item, limit).await,
    }
}
