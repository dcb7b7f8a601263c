//! Takes due jobs for a worker: one statement, whatever the depth of the queue.

use crate::db::{Result, Tx, sql};
use crate::domain::{JobId, Timestamp, UserId};

/// Jobs that one statement makes available.
const PROMOTED: i64 = 500;

/// A job that a worker holds.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Claimed {
    pub(super) id: JobId,
    pub(super) kind: String,
    /// JSON, not parsed: one that can't be read must not keep the others from being claimed.
    pub(super) arguments: String,
    /// This attempt, from 1.
    pub(super) attempt: i32,
    pub(super) max_attempts: i32,
    pub(super) user_id: Option<UserId>,
    priority: i32,
    turn: i64,
}

/// Who claims, and what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim<'a> {
    pub(super) worker: &'a str,
    /// Only these; `None` is all.
    pub(super) queues: Option<&'a [String]>,
    /// At most.
    pub(super) jobs: usize,
    pub(super) lease_until: Timestamp,
}

/// Makes waiting jobs whose time has come available.
pub(super) async fn promote(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let locking = tx.engine().skip_locked();
    sql("WITH due AS MATERIALIZED (SELECT id FROM jobs WHERE state IN ('scheduled', 'retryable') AND run_at <= $1 \
             ORDER BY run_at LIMIT $2")
    .bind(now)
    .bind(PROMOTED)
    .push(locking)
    .push(") UPDATE jobs SET state = 'available' WHERE id IN (SELECT id FROM due)")
    .execute(tx)
    .await
}

/// Takes available jobs, best lane first, then by turn; no other claim gets the same ones.
///
/// The CTE is materialized, or PostgreSQL might run it more than once and lock more than it was asked for.
pub(super) async fn claim(tx: &mut Tx<'_>, claim: Claim<'_>) -> Result<Vec<Claimed>> {
    let locking = tx.engine().skip_locked();
    let mut statement = sql("WITH picked AS MATERIALIZED (SELECT id FROM jobs WHERE state = 'available'")
        .bind(claim.worker)
        .bind(claim.lease_until)
        .bind(i64::try_from(claim.jobs).unwrap_or(i64::MAX));
    if let Some(queues) = claim.queues {
        statement = statement.push(" AND queue IN ").push_list(queues.iter().map(String::as_str));
    }
    let mut jobs = statement
        .push(" ORDER BY priority, turn, id LIMIT $3")
        .push(locking)
        .push(
            ") UPDATE jobs SET state = 'running', claimed_by = $1, lease_until = $2, attempt = attempt + 1 \
             WHERE id IN (SELECT id FROM picked) \
             RETURNING id, kind, CAST(arguments AS text) AS arguments, attempt, max_attempts, user_id, priority, turn",
        )
        .fetch_all::<Claimed>(tx)
        .await?;
    // RETURNING promises no order.
    jobs.sort_unstable_by_key(|job| (job.priority, job.turn, job.id));
    Ok(jobs)
}

/// When the next waiting job is due, if one waits.
pub(super) async fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    let (at,) = sql("SELECT MIN(run_at) FROM jobs WHERE state IN ('scheduled', 'retryable')")
        .fetch_one::<(Option<Timestamp>,)>(tx)
        .await?;
    Ok(at)
}
