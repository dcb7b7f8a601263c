//! `backups`: what was tried to be backed up, and how it went. The backups themselves are elsewhere, with their manifests.

use uuid::Uuid;

use crate::db::{On, Result, Tx, Value, sql};
use crate::domain::Timestamp;

/// One try at one place.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Tried {
    /// The backup's name; of one that failed, empty when it got none.
    pub name: String,
    /// Where it went.
    pub place: String,
    /// When it was begun.
    pub started_at: Timestamp,
    /// When it was over.
    pub finished_at: Timestamp,
    /// Its length; 0 when it failed.
    pub bytes: i64,
    /// Why it failed; none when it is good.
    pub error: Option<String>,
    /// When it was last found to be whole.
    pub verified_at: Option<Timestamp>,
}

const COLUMNS: &str = "name, place, started_at, finished_at, bytes, error, verified_at";

/// Notes how a try went.
pub async fn note(tx: &mut Tx<'_>, tried: &Tried) -> Result<()> {
    sql(&format!("INSERT INTO backups (id, {COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"))
        .bind(Value::Uuid(Some(Uuid::new_v4())))
        .bind(tried.name.as_str())
        .bind(tried.place.as_str())
        .bind(tried.started_at)
        .bind(tried.finished_at)
        .bind(tried.bytes)
        .bind(tried.error.as_deref())
        .bind(tried.verified_at)
        .execute(tx)
        .await
        .map(drop)
}

/// Notes that a backup was found to be whole; one that is not known here is let be.
pub async fn note_verified(tx: &mut Tx<'_>, name: &str, place: &str, now: Timestamp) -> Result<()> {
    sql("UPDATE backups SET verified_at = $1 WHERE name = $2 AND place = $3 AND error IS NULL")
        .bind(now)
        .bind(name)
        .bind(place)
        .execute(tx)
        .await
        .map(drop)
}

/// Forgets what was tried before a time, but for the last good one.
pub async fn forget_old(tx: &mut Tx<'_>, before: Timestamp) -> Result<()> {
    sql("DELETE FROM backups WHERE started_at < $1 AND started_at < \
         (SELECT MAX(started_at) FROM backups WHERE error IS NULL)")
    .bind(before)
    .execute(tx)
    .await
    .map(drop)
}

/// The last good one.
pub async fn last_good<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>) -> Result<Option<Tried>> {
    last(on, "error IS NULL").await
}

/// The last try at some place, if it failed and was begun after `since`; of several places the one that was tried last.
pub async fn failing<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, since: Timestamp) -> Result<Option<Tried>> {
    sql(&format!(
        "SELECT {COLUMNS} FROM backups b WHERE error IS NOT NULL AND started_at >= $1 AND NOT EXISTS \
         (SELECT 1 FROM backups l WHERE l.place = b.place AND l.started_at > b.started_at) \
         ORDER BY started_at DESC, finished_at DESC LIMIT 1"
    ))
    .bind(since)
    .fetch_optional(on)
    .await
}

/// The last that was found to be whole.
pub async fn last_verified<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>) -> Result<Option<Tried>> {
    last(on, "verified_at IS NOT NULL").await
}

async fn last<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, which: &str) -> Result<Option<Tried>> {
    sql(&format!("SELECT {COLUMNS} FROM backups WHERE {which} ORDER BY started_at DESC, finished_at DESC LIMIT 1"))
        .fetch_optional(on)
        .await
}
