//! Writes what came of attempts, if it is still the claimant's to say: all of them in one statement.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use chrono::TimeDelta;
use uuid::Uuid;

use super::wake;
use crate::db::{Engine, Result, Tx, Value, sql};
use crate::domain::{JobId, Timestamp};

/// Outcomes that one statement writes.
const BATCH: usize = 512;

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
    Discarded { cause: String, is_ours: bool },
    /// Stopped because somebody asked for it.
    Cancelled,
    /// Stopped half-way; the attempt does not count.
    HandedBack,
}

/// An attempt that is over.
#[derive(Debug, Clone)]
pub(super) struct Finished {
    pub(super) id: JobId,
    pub(super) kind: &'static str,
    pub(super) attempt: i32,
    pub(super) started_at: Timestamp,
    pub(super) took: Duration,
    pub(super) outcome: Outcome,
}

impl Outcome {
    /// The state that the job is in then.
    const fn state(&self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Retry { .. } | Self::PutOff { .. } => "retryable",
            Self::Discarded { .. } => "discarded",
            Self::Cancelled => "cancelled",
            Self::HandedBack => "available",
        }
    }

    /// How histories, counts and logs call it.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::PutOff { .. } => "put_off",
            Self::HandedBack => "handed_back",
            _ => self.state(),
        }
    }

    pub(super) fn cause(&self) -> Option<&str> {
        match self {
            Self::Retry { cause, .. } | Self::PutOff { cause, .. } | Self::Discarded { cause, .. } => Some(cause),
            Self::Completed | Self::Cancelled | Self::HandedBack => None,
        }
    }

    const fn pause(&self) -> Option<Duration> {
        match self {
            Self::Retry { after, .. } | Self::PutOff { after, .. } => Some(*after),
            _ => None,
        }
    }

    const fn is_end(&self) -> bool {
        matches!(self, Self::Completed | Self::Discarded { .. } | Self::Cancelled)
    }

    const fn is_uncounted(&self) -> bool {
        matches!(self, Self::PutOff { .. } | Self::HandedBack)
    }

    /// Whether a history of the job tells of it: the row itself tells of its completion, and of what was not counted there
    /// may be thousands.
    const fn is_told(&self) -> bool {
        matches!(self, Self::Retry { .. } | Self::Discarded { .. } | Self::Cancelled)
    }

    /// Whether it is a failure that somebody of ours should look at.
    pub(super) const fn is_ours(&self) -> bool {
        matches!(self, Self::Discarded { is_ours: true, .. })
    }
}

/// What is left behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// Some job waits for its time now, or was asked for again.
    pub(super) waits: bool,
    /// Some job can be claimed again.
    pub(super) available: bool,
}

#[derive(sqlx::FromRow)]
struct Ours {
    id: JobId,
    state: String,
}

/// Writes the outcomes of `worker`'s attempts; those of jobs that it lost change nothing.
///
/// A job that was asked for again while it ran waits for a fresh run instead of ending; so does one that was cancelled
/// before that. One that was cancelled, and would be tried again since it did not hear of it, is claimed once more to be
/// told. Rows are locked in the order of ids, as the renewal of leases locks them too: so the two can't deadlock.
pub(super) async fn finish(tx: &mut Tx<'_>, worker: &str, finished: &[Finished], now: Timestamp) -> Result<Written> {
    let mut written = Written::default();
    for batch in finished.chunks(BATCH) {
        if let Some(attempt) = same_attempt(batch) {
            for odd in complete(tx, worker, attempt, batch, now).await? {
                written.waits |= odd.state.is_some();
                batch.iter().filter(|job| odd.state.is_none() && job.id == odd.id).for_each(warn_of_lost);
            }
            continue;
        }
        let ours = write(tx, worker, batch, now).await?;
        written.waits |= ours.iter().any(|job| matches!(job.state.as_str(), "scheduled" | "retryable"));
        let mut kept: HashMap<JobId, &Finished> = HashMap::with_capacity(batch.len());
        let (ids, mut lost): (HashSet<JobId>, Vec<&Finished>) = (ours.iter().map(|job| job.id).collect(), Vec::new());
        for job in batch {
            // Of two attempts at a job the later one can be ours.
            match kept.get(&job.id) {
                _ if !ids.contains(&job.id) => lost.push(job),
                Some(other) if other.started_at > job.started_at => lost.push(job),
                _ => lost.extend(kept.insert(job.id, job)),
            }
        }
        lost.into_iter().for_each(warn_of_lost);
        tell(tx, worker, kept.into_values().filter(|job| job.outcome.is_told()), now).await?;
        if ours.iter().any(|job| job.state == "available") {
            written.available = true;
            wake::announce(tx).await?;
        }
    }
    Ok(written)
}

fn warn_of_lost(job: &Finished) {
    tracing::warn!(job.id = %job.id, job.attempt, "a job ended that is no longer ours: its lease was over, or it was removed");
}

/// The attempt in which all of `batch` (not empty) completed, if it is the same one.
fn same_attempt(batch: &[Finished]) -> Option<i32> {
    let attempt = batch[0].attempt;
    batch.iter().all(|job| job.attempt == attempt && job.outcome == Outcome::Completed).then_some(attempt)
}

async fn write(tx: &mut Tx<'_>, worker: &str, batch: &[Finished], now: Timestamp) -> Result<Vec<Ours>> {
    // Lengths that are powers of two, so that a handful of prepared statements serves all: the last row is repeated.
    let rows = batch.iter().chain(std::iter::repeat(&batch[batch.len() - 1])).take(batch.len().next_power_of_two());
    let rows = rows.map(|job| row(job, now));
    let engine = tx.engine();
    sql("WITH outcome (id, attempt, state, is_end, uncounted, put_off, run_at, error) AS (VALUES ")
        .bind(worker)
        .bind(now)
        .push_rows(rows)
        .keep()
        .push(
            "), ours AS MATERIALIZED (SELECT id FROM jobs WHERE lease_until IS NOT NULL AND claimed_by = $1 \
             AND (id, attempt) IN (SELECT id, attempt FROM outcome) AND id ",
        )
        .push(&engine.one_of("outcome"))
        .push(" ORDER BY id")
        .push(engine.for_update())
        .push(
            ") UPDATE jobs SET \
             state = CASE WHEN jobs.rerun_at IS NOT NULL AND (outcome.is_end OR jobs.cancel_requested_at IS NOT NULL) \
                 THEN 'scheduled' WHEN NOT outcome.is_end AND jobs.cancel_requested_at IS NOT NULL THEN 'available' \
                 ELSE outcome.state END, \
             finished_at = CASE WHEN outcome.is_end AND jobs.rerun_at IS NULL THEN $2 END, \
             claimed_by = CASE WHEN outcome.is_end AND jobs.rerun_at IS NULL THEN jobs.claimed_by END, \
             attempt = CASE WHEN jobs.rerun_at IS NOT NULL AND (outcome.is_end OR jobs.cancel_requested_at IS NOT NULL) \
                 THEN 0 ELSE jobs.attempt - outcome.uncounted END, \
             put_offs = CASE WHEN jobs.rerun_at IS NOT NULL AND (outcome.is_end OR jobs.cancel_requested_at IS NOT NULL) \
                 THEN 0 ELSE jobs.put_offs + outcome.put_off END, \
             run_at = CASE WHEN outcome.is_end OR jobs.cancel_requested_at IS NOT NULL \
                 THEN COALESCE(jobs.rerun_at, jobs.run_at) ELSE COALESCE(outcome.run_at, jobs.run_at) END, \
             cancel_requested_at = CASE WHEN NOT outcome.is_end AND jobs.rerun_at IS NULL \
                 THEN jobs.cancel_requested_at END, \
             rerun_at = NULL, lease_until = NULL, \
             last_error = COALESCE(outcome.error, jobs.last_error) \
             FROM outcome WHERE jobs.id = outcome.id AND jobs.attempt = outcome.attempt AND jobs.id ",
        )
        .push(&engine.one_of("ours"))
        .push(" RETURNING jobs.id, jobs.state")
        .fetch_all(tx)
        .await
}

/// A job whose completion was not simply written.
#[derive(sqlx::FromRow)]
struct Odd {
    id: JobId,
    /// That in which it is instead; none when it is no longer the worker's.
    state: Option<String>,
}

/// What [`write`] does for jobs that completed in the same attempt, as most do: this costs a third. Says which ones are odd.
///
/// PostgreSQL gets the ids as an array and goes by the primary key, in its order, whatever it believes of who holds how many;
/// and it returns the odd ones alone, since each row costs.
async fn complete(tx: &mut Tx<'_>, worker: &str, attempt: i32, batch: &[Finished], now: Timestamp) -> Result<Vec<Odd>> {
    const UPDATE: &str = "UPDATE jobs SET state = CASE WHEN rerun_at IS NULL THEN 'completed' ELSE 'scheduled' END, \
         finished_at = CASE WHEN rerun_at IS NULL THEN $2 END, claimed_by = CASE WHEN rerun_at IS NULL THEN claimed_by END, \
         attempt = CASE WHEN rerun_at IS NULL THEN attempt ELSE 0 END, \
         put_offs = CASE WHEN rerun_at IS NULL THEN put_offs ELSE 0 END, run_at = COALESCE(rerun_at, run_at), \
         rerun_at = NULL, cancel_requested_at = NULL, lease_until = NULL \
         WHERE lease_until IS NOT NULL AND claimed_by = $1 AND attempt = $3 AND id ";
    let ids = batch.iter().map(|job| job.id);
    if tx.engine() == Engine::Postgres {
        return sql("WITH ours AS (")
            .push(UPDATE)
            .push(
                "= ANY ($4) RETURNING id, state) SELECT id, state FROM ours WHERE state <> 'completed' \
                 UNION ALL (SELECT id, NULL FROM unnest($4) AS given (id) EXCEPT SELECT id, NULL FROM ours)",
            )
            .bind(worker)
            .bind(now)
            .bind(attempt)
            .bind(ids.map(|id| id.0).collect::<Vec<Uuid>>())
            .fetch_all(tx)
            .await;
    }
    // Lengths that are powers of two, so that a handful of prepared statements serves all.
    let last = batch[batch.len() - 1].id;
    let padded = ids.clone().chain(std::iter::repeat(last)).take(batch.len().next_power_of_two());
    let ours: Vec<Ours> = sql(UPDATE)
        .bind(worker)
        .bind(now)
        .bind(attempt)
        .push("IN ")
        .push_list(padded)
        .keep()
        .push(" RETURNING id, state")
        .fetch_all(tx)
        .await?;
    let mut states: HashMap<JobId, String> = ours.into_iter().map(|job| (job.id, job.state)).collect();
    let odd = ids.map(|id| Odd { id, state: states.remove(&id) });
    Ok(odd.filter(|job| job.state.as_deref() != Some("completed")).collect())
}

fn row(job: &Finished, now: Timestamp) -> [Value; 8] {
    let outcome = &job.outcome;
    [
        job.id.into(),
        job.attempt.into(),
        outcome.state().into(),
        outcome.is_end().into(),
        i32::from(outcome.is_uncounted()).into(),
        i32::from(matches!(outcome, Outcome::PutOff { .. })).into(),
        outcome.pause().map(|after| later(now, after)).into(),
        outcome.cause().map(str::to_owned).into(),
    ]
}

/// Adds attempts to the histories of their jobs.
async fn tell(tx: &mut Tx<'_>, worker: &str, attempts: impl Iterator<Item = &Finished>, now: Timestamp) -> Result<()> {
    let rows = attempts.map(|job| -> [Value; 8] {
        [
            Uuid::now_v7().into(),
            job.id.into(),
            job.attempt.into(),
            worker.into(),
            job.started_at.into(),
            now.into(),
            job.outcome.name().into(),
            job.outcome.cause().map(str::to_owned).into(),
        ]
    });
    tell_rows(tx, rows.collect()).await
}

/// Inserts rows of `job_attempts`.
pub(super) async fn tell_rows(tx: &mut Tx<'_>, rows: Vec<[Value; 8]>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sql("INSERT INTO job_attempts (id, job_id, attempt, worker, started_at, ended_at, outcome, error) VALUES ")
        .push_rows(rows)
        .execute(tx)
        .await?;
    Ok(())
}

/// `after` from `now`; a time beyond the calendar is a century.
pub(super) fn later(now: Timestamp, after: Duration) -> Timestamp {
    let century = TimeDelta::days(36_525);
    now + TimeDelta::from_std(after).unwrap_or(century).min(century)
}
