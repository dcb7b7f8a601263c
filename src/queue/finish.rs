//! Writes what came of an attempt, if it is still the claimant's to say.

use std::time::Duration;

use chrono::TimeDelta;

use super::wake;
use crate::db::{Result, Statement, Tx, sql};
use crate::domain::{JobId, Timestamp};

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Done.
    Completed,
    /// Failed; another attempt follows.
    Retry { after: Duration, cause: String },
    /// Put off at somebody's wish; the attempt does not count.
    PutOff { after: Duration, cause: String },
    /// Failed for good.
    Discarded { cause: String },
    /// Stopped half-way; the attempt does not count.
    HandedBack,
}

/// An attempt that is over.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) id: JobId,
    pub(super) attempt: i32,
    pub(super) outcome: Outcome,
}

/// Ends the job, or, when the same was asked for while it ran, makes it wait for a fresh run.
const END: &str = "UPDATE jobs SET state = CASE WHEN rerun_at IS NULL THEN $4 ELSE 'scheduled' END, \
     finished_at = CASE WHEN rerun_at IS NULL THEN $5 END, \
     attempt = CASE WHEN rerun_at IS NULL THEN attempt ELSE 0 END, \
     run_at = COALESCE(rerun_at, run_at), rerun_at = NULL, \
     last_error = COALESCE($6, last_error), claimed_by = NULL, lease_until = NULL \
     WHERE id = $1 AND claimed_by = $2 AND attempt = $3 AND state = 'running'";

/// Puts the job back; the run that follows also serves whoever asked for one meanwhile.
const AGAIN: &str = "UPDATE jobs SET state = $4, attempt = attempt - $5, run_at = COALESCE($6, run_at), rerun_at = NULL, \
     last_error = COALESCE($7, last_error), claimed_by = NULL, lease_until = NULL \
     WHERE id = $1 AND claimed_by = $2 AND attempt = $3 AND state = 'running'";

/// Writes the outcomes of `worker`'s attempts; those of jobs that it lost change nothing.
///
/// In the order of ids, as the renewal of leases locks its rows too: so the two can't deadlock.
pub(super) async fn finish(tx: &mut Tx<'_>, worker: &str, finished: &mut [Finished], now: Timestamp) -> Result<()> {
    finished.sort_unstable_by_key(|job| job.id);
    for job in &*finished {
        let ours = statement(job, worker, now).execute(tx).await?;
        if ours == 0 {
            tracing::warn!(job.id = %job.id, job.attempt, "a job ended that is no longer ours: its lease was over, or it was removed");
        }
    }
    if finished.iter().any(|job| job.outcome == Outcome::HandedBack) {
        wake::announce(tx).await?;
    }
    Ok(())
}

fn statement(job: &Finished, worker: &str, now: Timestamp) -> Statement {
    let fenced = |text| sql(text).bind(job.id).bind(worker).bind(job.attempt);
    let end = |state: &str, cause| fenced(END).bind(state).bind(now).bind(cause);
    let again = |state: &str, uncounted: i32, after: Option<Duration>, cause| {
        fenced(AGAIN).bind(state).bind(uncounted).bind(after.map(|after| later(now, after))).bind(cause)
    };
    match &job.outcome {
        Outcome::Completed => end("completed", None::<String>),
        Outcome::Discarded { cause } => end("discarded", Some(cause.clone())),
        Outcome::Retry { after, cause } => again("retryable", 0, Some(*after), Some(cause.clone())),
        Outcome::PutOff { after, cause } => again("retryable", 1, Some(*after), Some(cause.clone())),
        Outcome::HandedBack => again("available", 1, None, None),
    }
}

/// `after` from `now`; a time beyond the calendar is a century.
pub(super) fn later(now: Timestamp, after: Duration) -> Timestamp {
    let century = TimeDelta::days(36_525);
    now + TimeDelta::from_std(after).unwrap_or(century).min(century)
}
