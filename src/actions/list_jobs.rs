//! Jobs of all users, newest first.

use super::Result;
use crate::app::App;
use crate::domain::JobId;
use crate::queue::inspect::{self, Filter, Job};

/// A page of jobs.
#[derive(Debug, Clone, PartialEq)]
pub struct JobPage {
    /// The newest first.
    pub jobs: Vec<Job>,
    /// The job after which the next page begins; none after the last page.
    pub next: Option<JobId>,
}

/// At most `limit` jobs; `before` is [`JobPage::next`] of the page before.
///
/// # Errors
/// [`super::Error::Database`].
pub async fn list_jobs(app: &App, filter: &Filter, before: Option<JobId>, limit: u32) -> Result<JobPage> {
    let mut jobs = inspect::list(&app.db, filter, before, limit.saturating_add(1)).await?;
    let more = jobs.len() > limit as usize;
    jobs.truncate(limit as usize);
    let next = jobs.last().filter(|_| more).map(|job| job.id);
    Ok(JobPage { jobs, next })
}
