//! Leases: what a worker holds, and how it keeps it.
//!
//! Workers reckon with their clocks, which are kept in step with the database's ([`crate::app`]).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::claim::Claimed;
use super::progress::Reported;
use crate::db::{Db, Result, Value, sql};
use crate::domain::{JobId, Timestamp};

/// The jobs that a worker runs at the moment. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Held(Arc<Mutex<BTreeMap<JobId, Holding>>>);

#[derive(Debug)]
struct Holding {
    attempt: i32,
    cancel: CancellationToken,
    on_request: Arc<AtomicBool>,
    progress: Reported,
}

/// One job held; dropped when its attempt is over, however it ends, so that nothing is renewed for ever.
#[derive(Debug)]
pub(super) struct Lease {
    held: Held,
    id: JobId,
    attempt: i32,
    /// Cancelled when the attempt no longer counts.
    pub(super) cancel: CancellationToken,
    on_request: Arc<AtomicBool>,
    pub(super) progress: Reported,
}

impl Lease {
    /// Whether somebody asked for the job to be cancelled, and it is not just that this worker has lost it.
    pub(super) fn is_cancelled_on_request(&self) -> bool {
        self.on_request.load(Ordering::SeqCst)
    }
}

impl Held {
    /// Holds a job that was just claimed.
    pub(super) fn hold(&self, job: &Claimed) -> Lease {
        let cancel = CancellationToken::new();
        let (on_request, progress) = (Arc::<AtomicBool>::default(), Reported::default());
        let holding = Holding {
            attempt: job.attempt,
            cancel: cancel.clone(),
            on_request: on_request.clone(),
            progress: progress.clone(),
        };
        let before = self.lock().insert(job.id, holding);
        if let Some(before) = before {
            // It was lost and came back to us: the old attempt no longer counts.
            before.cancel.cancel();
        }
        Lease { held: self.clone(), id: job.id, attempt: job.attempt, cancel, on_request, progress }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Each job with its attempt, in the order of ids.
    pub(super) fn jobs(&self) -> Vec<(JobId, i32)> {
        self.lock().iter().map(|(id, holding)| (*id, holding.attempt)).collect()
    }

    /// Cancels those of `jobs` that still run here.
    pub(super) fn cancel(&self, jobs: &[(JobId, i32)]) {
        let held = self.lock();
        for (id, attempt) in jobs {
            if let Some(holding) = held.get(id).filter(|holding| holding.attempt == *attempt) {
                holding.cancel.cancel();
            }
        }
    }

    /// Cancels those of `jobs` that still run here, because somebody asked for it.
    pub(super) fn cancel_on_request(&self, jobs: &[(JobId, i32)]) {
        for (id, attempt) in jobs {
            if let Some(holding) = self.lock().get(id).filter(|holding| holding.attempt == *attempt) {
                holding.on_request.store(true, Ordering::SeqCst);
            }
        }
        self.cancel(jobs);
    }

    /// What jobs have reported since the last call.
    pub(super) fn take_progress(&self) -> Vec<(JobId, i32, serde_json::Value)> {
        let held = self.lock();
        held.iter().filter_map(|(id, holding)| Some((*id, holding.attempt, holding.progress.take()?))).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<JobId, Holding>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut held = self.held.lock();
        if held.get(&self.id).is_some_and(|holding| holding.attempt == self.attempt) {
            held.remove(&self.id);
        }
    }
}

/// Extends the leases of `worker` on `jobs` (not empty) and returns those that are still its own.
///
/// Only jobs that it knows of: one whose claim was committed though the answer got lost must run out of its lease.
pub(super) async fn renew(db: &Db, worker: &str, jobs: &[(JobId, i32)], until: Timestamp) -> Result<Vec<(JobId, i32)>> {
    let mut tx = db.begin().await?;
    let engine = tx.engine();
    let ours =
        sql("WITH mine AS MATERIALIZED (SELECT id FROM jobs WHERE state = 'running' AND claimed_by = $1 AND id IN ")
            .bind(worker)
            .bind(until)
            .push_list(jobs.iter().map(|(id, _)| *id))
            .push(" ORDER BY id")
            .push(engine.for_update())
            .push(") UPDATE jobs SET lease_until = $2 WHERE id ")
            .push(&engine.one_of("mine"))
            .push(" RETURNING id, attempt")
            .fetch_all(&mut tx)
            .await?;
    tx.commit().await?;
    Ok(ours)
}

/// Those of `worker`'s jobs that somebody wants cancelled.
pub(super) async fn to_cancel(db: &Db, worker: &str) -> Result<Vec<(JobId, i32)>> {
    sql("SELECT id, attempt FROM jobs WHERE state = 'running' AND claimed_by = $1 AND cancel_requested_at IS NOT NULL")
        .bind(worker)
        .fetch_all(db)
        .await
}

/// Writes how far `worker`'s jobs are.
pub(super) async fn write_progress(db: &Db, worker: &str, jobs: Vec<(JobId, i32, serde_json::Value)>) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    let rows =
        jobs.into_iter().map(|(id, attempt, progress)| -> [Value; 3] { [id.into(), attempt.into(), progress.into()] });
    let mut tx = db.begin().await?;
    let engine = tx.engine();
    sql("WITH report (id, attempt, progress) AS (VALUES ")
        .bind(worker)
        .push_rows(rows)
        .push(
            "), ours AS MATERIALIZED (SELECT id FROM jobs WHERE state = 'running' AND claimed_by = $1 \
             AND (id, attempt) IN (SELECT id, attempt FROM report) AND id ",
        )
        .push(&engine.one_of("report"))
        .push(" ORDER BY id")
        .push(engine.for_update())
        .push(
            ") UPDATE jobs SET progress = report.progress FROM report \
             WHERE jobs.id = report.id AND jobs.attempt = report.attempt AND jobs.id ",
        )
        .push(&engine.one_of("ours"))
        .execute(&mut tx)
        .await?;
    tx.commit().await
}
