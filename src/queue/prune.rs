//! Forgets jobs that ended long ago.

use crate::db::{Result, Tx, sql};
use crate::domain::{JobId, Timestamp};

/// Removes at most `limit` jobs that ended before `before`, oldest first, and says how many; 0 when none is left.
///
/// What ended before was enqueued before, and ids are in the order of that.
pub async fn prune(tx: &mut Tx<'_>, before: Timestamp, limit: u32) -> Result<u64> {
    let locking = tx.engine().skip_locked();
    sql("DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE id < $1 AND finished_at < $2 ORDER BY id LIMIT $3")
        .bind(JobId::after(before))
        .bind(before)
        .bind(i64::from(limit))
        .push(locking)
        .push(")")
        .execute(tx)
        .await
}
