//! Removes a job and its history.

use super::items_of_jobs::{Items, met_another};
use super::{Error, Result};
use crate::app::App;
use crate::domain::JobId;
use crate::queue::control::{self, Removed};
use crate::queue::inspect::{self, Job};

/// Removes a job that does not run. An item that waited for it has failed then.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::JobRuns`]; [`Error::Database`].
pub async fn remove_job(app: &App, id: JobId) -> Result<()> {
    let job = inspect::job(&app.db, id).await?.ok_or(Error::NotFound("Job"))?;
    let mut tries = 1;
    loop {
        let result = remove_once(app, &job).await;
        if !met_another(&result, tries) {
            return result;
        }
        tries += 1;
    }
}

async fn remove_once(app: &App, job: &Job) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let items = Items::lock(&mut tx, std::slice::from_ref(job)).await?;
    match control::remove(&mut tx, job.id).await? {
        Removed::NoSuchJob => return Err(Error::NotFound("Job")),
        Removed::Runs => return Err(Error::JobRuns),
        Removed::Gone(state) if state.is_open() => {
            items.set_cancelled(&mut tx, &[job.id], app.clock.now()).await?;
        }
        Removed::Gone(_) => {}
    }
    Ok(tx.commit().await?)
}
