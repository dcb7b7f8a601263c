//! Has jobs tried again that failed, were cancelled, or wait for their time.

use std::time::Instant;

use super::items_of_jobs::{Items, met_another};
use super::read_job;
use super::{Error, Result};
use crate::app::App;
use crate::domain::JobId;
use crate::queue::State;
use crate::queue::control::{self, Retried};
use crate::queue::inspect::{self, Filter, Job, JobDetails};

/// Jobs of one transaction.
const BATCH: u32 = 200;

/// What came of retrying many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RetriedJobs {
    /// Those that are available now.
    pub retried: u64,
    /// Those of which the same is to be done by another job.
    pub same: u64,
    /// More may match: go on after this one.
    pub next: Option<JobId>,
}

/// Makes a job available, and its item pending: [`Retried::Again`] or [`Retried::Waits`], with the job as it stands then.
/// When another does the same, [`Retried::Same`] with that one.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::JobRuns`]; [`Error::JobEnded`] when it is completed; [`Error::Database`].
pub async fn retry_job(app: &App, id: JobId) -> Result<(Retried, JobDetails)> {
    let job = inspect::job(&app.db, id).await?.ok_or(Error::NotFound("Job"))?;
    let jobs = [job];
    let retried = retry(app, &jobs).await?;
    match retried.first().copied().unwrap_or(Retried::NoSuchJob) {
        Retried::NoSuchJob => Err(Error::NotFound("Job")),
        Retried::Runs => Err(Error::JobRuns),
        Retried::Completed => Err(Error::JobEnded),
        Retried::Same(other) => Ok((Retried::Same(other), read_job(app, other).await?)),
        retried => Ok((retried, read_job(app, id).await?)),
    }
}

/// Retries at most `limit` jobs that match, newest first, in small transactions; `before` is [`RetriedJobs::next`] of the
/// call before. A filter without states means discarded and cancelled ones.
///
/// # Errors
/// [`Error::Database`]; what was retried until then stays so.
pub async fn retry_jobs(app: &App, filter: &Filter, before: Option<JobId>, limit: u32) -> Result<RetriedJobs> {
    let mut filter = filter.clone();
    if filter.states.is_empty() {
        filter.states = vec![State::Discarded, State::Cancelled];
    }
    let (mut total, mut left) = (RetriedJobs { next: before, ..RetriedJobs::default() }, limit);
    while left > 0 {
        let jobs = inspect::list(&app.db, &filter, total.next, left.min(BATCH)).await?;
        total.next = jobs.last().map(|job| job.id);
        if jobs.is_empty() {
            break;
        }
        left -= u32::try_from(jobs.len()).unwrap_or(left);
        let begun = Instant::now();
        for retried in retry(app, &jobs).await? {
            total.retried += u64::from(retried == Retried::Again);
            total.same += u64::from(matches!(retried, Retried::Same(_) | Retried::Waits));
        }
        app.db.give_way(begun.elapsed()).await;
    }
    Ok(total)
}

/// One transaction, begun anew when it meets another.
async fn retry(app: &App, jobs: &[Job]) -> Result<Vec<Retried>> {
    let mut tries = 1;
    loop {
        let result = retry_once(app, jobs).await;
        if !met_another(&result, tries) {
            return result;
        }
        tries += 1;
    }
}

async fn retry_once(app: &App, jobs: &[Job]) -> Result<Vec<Retried>> {
    let (now, ids) = (app.clock.now(), jobs.iter().map(|job| job.id).collect::<Vec<_>>());
    let mut tx = app.db.begin().await?;
    let items = Items::lock(&mut tx, jobs).await?;
    let answers = control::retry(&mut tx, &ids, now).await?;
    let again: Vec<JobId> =
        ids.iter().zip(&answers).filter(|(_, answer)| **answer == Retried::Again).map(|(id, _)| *id).collect();
    items.set_pending(&mut tx, &again, now).await?;
    tx.commit().await?;
    app.wake.notify();
    Ok(answers)
}
