//! Forgets what the queue keeps for a while only. Each statement takes few rows: call it until nothing is left.

use super::turn;
use crate::db::{Result, Tx, sql};
use crate::domain::Timestamp;

/// Forgets the turns of owners whom their lane's clock has passed, at most 1000, and says how many; 0 when none is left.
pub async fn prune_turns(tx: &mut Tx<'_>) -> Result<u64> {
    turn::forget_passed(tx).await
}

/// Forgets what workers did in minutes before `before`, at most `limit` rows, and says how many; 0 when none is left.
pub async fn prune_minutes(tx: &mut Tx<'_>, before: Timestamp, limit: u32) -> Result<u64> {
    let locking = tx.engine().skip_locked();
    sql("DELETE FROM job_minutes WHERE (minute, kind, outcome) IN \
             (SELECT minute, kind, outcome FROM job_minutes WHERE minute < $1 ORDER BY minute LIMIT $2")
    .bind(before)
    .bind(i64::from(limit))
    .push(locking)
    .push(")")
    .execute(tx)
    .await
}
