//! Forgets jobs that ended long ago.

use crate::db::{Result, Tx, sql};
use crate::domain::Timestamp;

/// Removes at most `limit` jobs that ended before `before`, oldest first, and says how many; 0 when none is left.
pub async fn prune(tx: &mut Tx<'_>, before: Timestamp, limit: u32) -> Result<u64> {
    let locking = tx.engine().skip_locked();
    sql("DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE finished_at < $1 ORDER BY finished_at LIMIT $2")
        .bind(before)
        .bind(i64::from(limit))
        .push(locking)
        .push(")")
        .execute(tx)
        .await
}
