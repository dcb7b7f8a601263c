//! Cancels jobs that wait or run.

use std::time::Instant;

use super::items_of_jobs::{Items, met_another};
use super::read_job;
use super::{Error, Result};
use crate::app::App;
use crate::domain::JobId;
use crate::queue::State;
use crate::queue::control::{self, Cancelled};
use crate::queue::inspect::{self, Filter, Job, JobDetails};

/// Jobs of one transaction.
const BATCH: u32 = 200;

/// What came of cancelling many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CancelledJobs {
    /// Those that waited.
    pub cancelled: u64,
    /// Those that run, and whose worker will stop them.
    pub requested: u64,
    /// More may match: go on after this one.
    pub next: Option<JobId>,
}

/// Cancels a job: [`Cancelled::AtOnce`] or [`Cancelled::Requested`], with the job as it stands then. An item that waited
/// for it has failed.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::JobEnded`]; [`Error::Database`].
pub async fn cancel_job(app: &App, id: JobId) -> Result<(Cancelled, JobDetails)> {
    let job = inspect::job(&app.db, id).await?.ok_or(Error::NotFound("Job"))?;
    let jobs = [job];
    let cancelled = cancel(app, &jobs).await?;
    match cancelled.first().copied().unwrap_or(Cancelled::NoSuchJob) {
        Cancelled::NoSuchJob => Err(Error::NotFound("Job")),
        Cancelled::Ended(_) => Err(Error::JobEnded),
        cancelled => Ok((cancelled, read_job(app, id).await?)),
    }
}

/// Cancels at most `limit` jobs that match, newest first, in small transactions; `before` is [`CancelledJobs::next`] of the
/// call before. A filter without states means all that have not ended.
///
/// # Errors
/// [`Error::Database`]; what was cancelled until then stays so.
pub async fn cancel_jobs(app: &App, filter: &Filter, before: Option<JobId>, limit: u32) -> Result<CancelledJobs> {
    let mut filter = filter.clone();
    if filter.states.is_empty() {
        filter.states = State::ALL.into_iter().filter(|state| state.is_open()).collect();
    }
    let (mut total, mut left) = (CancelledJobs { next: before, ..CancelledJobs::default() }, limit);
    while left > 0 {
        let jobs = inspect::list(&app.db, &filter, total.next, left.min(BATCH)).await?;
        total.next = jobs.last().map(|job| job.id);
        if jobs.is_empty() {
            break;
        }
        left -= u32::try_from(jobs.len()).unwrap_or(left);
        let begun = Instant::now();
        for cancelled in cancel(app, &jobs).await? {
            total.cancelled += u64::from(cancelled == Cancelled::AtOnce);
            total.requested += u64::from(cancelled == Cancelled::Requested);
        }
        app.db.give_way(begun.elapsed()).await;
    }
    Ok(total)
}

/// One transaction, begun anew when it meets another.
async fn cancel(app: &App, jobs: &[Job]) -> Result<Vec<Cancelled>> {
    let mut tries = 1;
    loop {
        let result = cancel_once(app, jobs).await;
        if !met_another(&result, tries) {
            return result;
        }
        tries += 1;
    }
}

async fn cancel_once(app: &App, jobs: &[Job]) -> Result<Vec<Cancelled>> {
    let (now, ids) = (app.clock.now(), jobs.iter().map(|job| job.id).collect::<Vec<_>>());
    let mut tx = app.db.begin().await?;
    let items = Items::lock(&mut tx, jobs).await?;
    let answers = control::cancel(&mut tx, &ids, now).await?;
    // What runs is marked by its worker, when it has stopped.
    let gone: Vec<JobId> =
        ids.iter().zip(&answers).filter(|(_, answer)| **answer == Cancelled::AtOnce).map(|(id, _)| *id).collect();
    items.set_cancelled(&mut tx, &gone, now).await?;
    tx.commit().await?;
    app.wake.notify();
    Ok(answers)
}
