//! `backfills`: work on rows that follows a schema migration, done in batches.
//!
//! A migration that needs one inserts its row. Each batch locks the row, so that instances that run side by side take
//! turns, and moves its cursor in the transaction that changed the rows: a process that is killed loses one batch at most.

use serde_json::Value as Json;
use sqlx::types::Json as Column;

use crate::db::{Db, Engine, On, Result, Tx, sql};
use crate::domain::Timestamp;

/// Work that is not finished.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Backfill {
    /// Which part of it is at hand.
    pub step: String,
    /// Where that part goes on; none at its beginning.
    pub cursor: Option<Column<Json>>,
    /// What has been found so far.
    pub found: Column<Json>,
}

/// The unfinished work of that name, locked until `tx` ends; none when there is nothing to do.
pub async fn lock(tx: &mut Tx<'_>, name: &str) -> Result<Option<Backfill>> {
    let locked = match tx.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => " FOR UPDATE",
    };
    sql("SELECT step, cursor, found FROM backfills WHERE name = $1 AND finished_at IS NULL")
        .bind(name)
        .push(locked)
        .fetch_optional(tx)
        .await
}

/// Writes how far it has come.
pub async fn advance(tx: &mut Tx<'_>, name: &str, step: &str, cursor: Option<Json>, found: Json) -> Result<()> {
    sql("UPDATE backfills SET step = $1, cursor = $2, found = $3 WHERE name = $4")
        .bind(step)
        .bind(cursor)
        .bind(found)
        .bind(name)
        .execute(tx)
        .await
        .map(drop)
}

/// Marks it as done.
pub async fn finish(tx: &mut Tx<'_>, name: &str, now: Timestamp) -> Result<()> {
    sql("UPDATE backfills SET finished_at = $1, cursor = NULL WHERE name = $2")
        .bind(now)
        .bind(name)
        .execute(tx)
        .await
        .map(drop)
}

/// Has the work of that name yet to be done? False also where the table is not there.
pub async fn is_unfinished(db: &Db, name: &str) -> Result<bool> {
    if !crate::db::migrate::has_table(db, "backfills").await? {
        return Ok(false);
    }
    let found: Option<(String,)> = sql("SELECT name FROM backfills WHERE name = $1 AND finished_at IS NULL")
        .bind(name)
        .fetch_optional(On::from(db))
        .await?;
    Ok(found.is_some())
}

/// Is there any that has yet to be done? The table must be there.
pub async fn any_unfinished(db: &Db) -> Result<bool> {
    let found: Option<(String,)> =
        sql("SELECT name FROM backfills WHERE finished_at IS NULL LIMIT 1").fetch_optional(On::from(db)).await?;
    Ok(found.is_some())
}
