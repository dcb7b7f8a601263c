//! Leases: how a worker keeps its jobs, and how those of a dead one come back.
//!
//! Each worker reckons with its own clock: clocks that differ by a good part of a lease make jobs run twice.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::claim::Claimed;
use crate::db::{Db, Engine, Result, Tx, sql};
use crate::domain::{JobId, Timestamp};

/// Leases that one statement takes from the dead.
const RESCUED: i64 = 500;

/// The jobs that a worker runs at the moment. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Held(Arc<Mutex<BTreeMap<JobId, Holding>>>);

#[derive(Debug)]
struct Holding {
    attempt: i32,
    cancel: CancellationToken,
}

/// One job held; dropped when its attempt is over, however it ends, so that nothing is renewed for ever.
#[derive(Debug)]
pub(super) struct Lease {
    held: Held,
    id: JobId,
    attempt: i32,
    pub(super) cancel: CancellationToken,
}

impl Held {
    /// Holds a job that was just claimed.
    pub(super) fn hold(&self, job: &Claimed) -> Lease {
        let cancel = CancellationToken::new();
        let before = self.lock().insert(job.id, Holding { attempt: job.attempt, cancel: cancel.clone() });
        if let Some(before) = before {
            // It was lost and came back to us: the old attempt no longer counts.
            before.cancel.cancel();
        }
        Lease { held: self.clone(), id: job.id, attempt: job.attempt, cancel }
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
    let locking = match tx.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => " FOR UPDATE",
    };
    let ours =
        sql("WITH mine AS MATERIALIZED (SELECT id FROM jobs WHERE state = 'running' AND claimed_by = $1 AND id IN ")
            .bind(worker)
            .bind(until)
            .push_list(jobs.iter().map(|(id, _)| *id))
            .push(" ORDER BY id")
            .push(locking)
            .push(") UPDATE jobs SET lease_until = $2 WHERE id IN (SELECT id FROM mine) RETURNING id, attempt")
            .fetch_all(&mut tx)
            .await?;
    tx.commit().await?;
    Ok(ours)
}

/// Makes jobs available again whose lease is over, and says how many. Their attempt stays counted.
pub(super) async fn rescue(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    let locking = tx.engine().skip_locked();
    sql("WITH lost AS MATERIALIZED (SELECT id FROM jobs WHERE state = 'running' AND lease_until < $1 \
             ORDER BY lease_until LIMIT $2")
    .bind(now)
    .bind(RESCUED)
    .push(locking)
    .push(
        ") UPDATE jobs SET state = 'available', claimed_by = NULL, lease_until = NULL, rerun_at = NULL, \
             last_error = 'the worker that had it went silent' WHERE id IN (SELECT id FROM lost)",
    )
    .execute(tx)
    .await
}
