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
    cancel_requested_at: Option<Timestamp>,
    rerun_at: Option<Timestamp>,
}

/// Makes jobs claimable again whose lease is over, and says how many. Their attempt stays counted.
///
/// At once after the first attempt. After a further one with a pause of its own: one of those that ran together may have
/// killed the worker, and the others must not be beside it again.
///
/// One that has no attempt left, or was cancelled, is claimed once more to be told so. If it was asked for again while it
/// ran, that is a request of its own, and it waits for a fresh run instead.
pub(super) async fn rescue(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize> {
    let locking = tx.engine().skip_locked();
    let lost: Vec<Lost> =
        sql("SELECT id, attempt, max_attempts, claimed_by, started_at, cancel_requested_at, rerun_at FROM jobs \
             WHERE state = 'running' AND lease_until < $1 ORDER BY lease_until LIMIT $2")
        .bind(now)
        .bind(BATCH)
        .push(locking)
        .fetch_all(&mut *tx)
        .await?;
    if lost.is_empty() {
        return Ok(0);
    }
    sql("WITH lost (id, state, run_at, fresh) AS (VALUES ")
        .bind(WENT_SILENT)
        .push_rows(lost.iter().map(|job| again(job, now)))
        .push(
            ") UPDATE jobs SET state = lost.state, run_at = COALESCE(lost.run_at, jobs.run_at), claimed_by = NULL, \
             lease_until = NULL, rerun_at = NULL, last_error = $1, \
             attempt = CASE WHEN lost.fresh THEN 0 ELSE jobs.attempt END, \
             put_offs = CASE WHEN lost.fresh THEN 0 ELSE jobs.put_offs END, \
             cancel_requested_at = CASE WHEN lost.fresh THEN NULL ELSE jobs.cancel_requested_at END \
             FROM lost WHERE jobs.id = lost.id",
        )
        .execute(&mut *tx)
        .await?;
    tell_rows(tx, lost.iter().map(|job| history(job, now)).collect()).await?;
    wake::announce(tx).await?;
    Ok(lost.len())
}

fn again(job: &Lost, now: Timestamp) -> [Value; 4] {
    let attempt = u32::try_from(job.attempt).unwrap_or_default();
    let over = job.cancel_requested_at.is_some() || job.attempt >= job.max_attempts;
    let (state, run_at) = match job.rerun_at {
        Some(at) if over => ("scheduled", Some(at)),
        _ if over || attempt <= 1 => ("available", None),
        _ => ("retryable", Some(later(now, backoff::pause(attempt)))),
    };
    [job.id.into(), state.into(), Value::Time(run_at), (state == "scheduled").into()]
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
