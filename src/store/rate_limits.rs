//! `rate_limits`: how much of a window's allowance is taken, shared by all instances on one database.

use crate::db::{Result, Tx, sql};
use crate::domain::Timestamp;

/// A window after something was taken from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Window {
    /// Taken so far, this time included.
    pub used: i64,
    /// When it starts anew.
    pub resets_at: Timestamp,
}

/// Takes `amount` from the window of `key`; one that is over starts anew and ends at `resets_at`.
pub async fn take(tx: &mut Tx<'_>, key: &str, amount: i64, now: Timestamp, resets_at: Timestamp) -> Result<Window> {
    sql("INSERT INTO rate_limits (key, used, resets_at) VALUES ($1, $2, $4) ON CONFLICT (key) DO UPDATE SET \
         used = CASE WHEN rate_limits.resets_at <= $3 THEN excluded.used ELSE rate_limits.used + excluded.used END, \
         resets_at = CASE WHEN rate_limits.resets_at <= $3 THEN excluded.resets_at ELSE rate_limits.resets_at END \
         RETURNING used, resets_at")
    .bind(key)
    .bind(amount)
    .bind(now)
    .bind(resets_at)
    .fetch_one(tx)
    .await
}

/// Forgets windows that are over.
pub async fn forget_old(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM rate_limits WHERE resets_at <= $1").bind(now).execute(tx).await
}
