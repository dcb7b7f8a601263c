//! What an operator does to jobs and queues: retry, cancel, remove, pause, resume.
//!
//! Each answers what happened. Nothing waits for a worker: a job that runs is asked to stop, and its worker does that
//! within a second. Several jobs are locked in the order of their ids, after the turns that they take.
//!
//! Looking is [`super::inspect`]; what a job's end means to whoever asked for it is not known in here.

mod retry;

use super::{State, wake};
use crate::db::{Result, Tx, sql};
use crate::domain::{JobId, Timestamp};

pub use retry::{Retried, retry};

/// What came of cancelling a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// It waited, and is cancelled.
    AtOnce,
    /// It runs, and its worker is asked to stop it.
    Requested,
    /// It had ended before, like this.
    Ended(State),
    /// There is no such job.
    NoSuchJob,
}

/// What came of removing a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// It is gone; it stood like this.
    Gone(State),
    /// It runs; cancel it first.
    Runs,
    /// There is no such job.
    NoSuchJob,
}

/// Cancels jobs; the answers are in the order of `ids`.
///
/// One that runs does not run again for those either who asked for it meanwhile.
///
/// # Errors
/// Whatever the database meets.
pub async fn cancel(tx: &mut Tx<'_>, ids: &[JobId], now: Timestamp) -> Result<Vec<Cancelled>> {
    let standing = lock(tx, ids).await?;
    let in_state = |waits: bool| {
        let open = standing.iter().filter(|(_, state)| state.is_open());
        open.filter(move |(_, state)| (*state != State::Running) == waits).map(|(id, _)| *id).collect::<Vec<_>>()
    };
    let (waiting, running) = (in_state(true), in_state(false));
    if !waiting.is_empty() {
        sql("UPDATE jobs SET state = 'cancelled', finished_at = $1 WHERE id IN ")
            .bind(now)
            .push_list(waiting)
            .execute(tx)
            .await?;
    }
    if !running.is_empty() {
        sql("UPDATE jobs SET cancel_requested_at = COALESCE(cancel_requested_at, $1), rerun_at = NULL WHERE id IN ")
            .bind(now)
            .push_list(running)
            .execute(tx)
            .await?;
        wake::announce(tx).await?;
    }
    let answer = |id: &JobId| match standing.iter().find(|(known, _)| known == id) {
        None => Cancelled::NoSuchJob,
        Some((_, State::Running)) => Cancelled::Requested,
        Some((_, state)) if state.is_open() => Cancelled::AtOnce,
        Some((_, state)) => Cancelled::Ended(*state),
    };
    Ok(ids.iter().map(answer).collect())
}

/// Removes a job and its history, unless it runs.
///
/// # Errors
/// Whatever the database meets.
pub async fn remove(tx: &mut Tx<'_>, id: JobId) -> Result<Removed> {
    let answer = match lock(tx, &[id]).await?.first() {
        None => Removed::NoSuchJob,
        Some((_, State::Running)) => Removed::Runs,
        Some((_, state)) => Removed::Gone(*state),
    };
    if matches!(answer, Removed::Gone(_)) {
        sql("DELETE FROM jobs WHERE id = $1").bind(id).execute(tx).await?;
    }
    Ok(answer)
}

/// Lets no worker take jobs from `queue`; those that run go on. Says whether it was not paused before.
///
/// A queue need not have jobs to be paused.
///
/// # Errors
/// Whatever the database meets.
pub async fn pause(tx: &mut Tx<'_>, queue: &str, now: Timestamp) -> Result<bool> {
    let paused = sql("INSERT INTO job_pauses (queue, paused_at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(queue)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(paused > 0)
}

/// Lets workers take jobs from `queue` again. Says whether it was paused.
///
/// # Errors
/// Whatever the database meets.
pub async fn resume(tx: &mut Tx<'_>, queue: &str) -> Result<bool> {
    let resumed = sql("DELETE FROM job_pauses WHERE queue = $1").bind(queue).execute(tx).await? > 0;
    if resumed {
        wake::announce(tx).await?;
    }
    Ok(resumed)
}

/// Keeps jobs as they are until `tx` ends, and says in which states; those that are gone are left out.
async fn lock(tx: &mut Tx<'_>, ids: &[JobId]) -> Result<Vec<(JobId, State)>> {
    let rows: Vec<(JobId, String)> = sql("SELECT id, state FROM jobs WHERE id IN ")
        .push_list(ids.iter().copied())
        .push(" ORDER BY id")
        .push(tx.engine().for_update())
        .fetch_all(tx)
        .await?;
    rows.into_iter().map(|(id, state)| Ok((id, State::stored(&state)?))).collect()
}
