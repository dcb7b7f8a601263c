//! Takes jobs back from workers that went silent.
//!
//! Any number of rescuers may be at it: each job goes to one of them, and the others pass it by.

use super::backoff;
use super::finish::{later, tell_rows};
use super::wake;
use crate::db::{Result, Tx, Value, sql};
use crate::domain::{JobId, Timestamp};
use uuid::Uuid;

/// Leases that one transaction takes from the dead.
const BATCH: i64 = 500;
const WENT_SILENT: &str = "the worker that had it went silent";

#[derive(sqlx::FromRow)]
struct Lost {
    id: JobId,
    attempt: i32,
    max_attempts: i32,
    claimed_by: Option<String>,
    started_at: Option<Timestamp>,
}

/// Makes jobs claimable again whose lease is over, and says how many. Their attempt stays counted.
///
/// At once after the first attempt. After a further one with a pause of its own: one of those that ran together may have
/// killed the worker, and the others must not be beside it again.
pub(super) async fn rescue(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize> {
    let locking = tx.engine().skip_locked();
    let lost: Vec<Lost> = sql("SELECT id, attempt, max_attempts, claimed_by, started_at FROM jobs \
             WHERE state = 'running' AND lease_until < $1 ORDER BY lease_until LIMIT $2")
    .bind(now)
    .bind(BATCH)
    .push(locking)
    .fetch_all(&mut *tx)
    .await?;
    if lost.is_empty() {
        return Ok(0);
    }
    sql("WITH lost (id, state, run_at) AS (VALUES ")
        .bind(WENT_SILENT)
        .push_rows(lost.iter().map(|job| again(job, now)))
        .push(
            ") UPDATE jobs SET state = lost.state, run_at = COALESCE(lost.run_at, jobs.run_at), claimed_by = NULL, \
             lease_until = NULL, rerun_at = NULL, last_error = $1 FROM lost WHERE jobs.id = lost.id",
        )
        .execute(&mut *tx)
        .await?;
    tell_rows(tx, lost.iter().map(|job| history(job, now)).collect()).await?;
    wake::announce(tx).await?;
    Ok(lost.len())
}

fn again(job: &Lost, now: Timestamp) -> [Value; 3] {
    let attempt = u32::try_from(job.attempt).unwrap_or_default();
    // Whose attempts are used up is claimed once more, to be told that it is given up.
    if attempt <= 1 || job.attempt >= job.max_attempts {
        return [job.id.into(), "available".into(), Value::Time(None)];
    }
    [job.id.into(), "retryable".into(), later(now, backoff::pause(attempt)).into()]
}

fn history(job: &Lost, now: Timestamp) -> [Value; 8] {
    [
        Uuid::now_v7().into(),
        job.id.into(),
        job.attempt.into(),
        job.claimed_by.clone().into(),
        job.started_at.into(),
        now.into(),
        "lost".into(),
        WENT_SILENT.into(),
    ]
}
