//! Removes what is old enough.

use crate::actions;
use crate::app::App;
use crate::domain::job::Purge;
use crate::queue::{Failure, JobContext, Run};

impl Run<App> for Purge {
    #[tracing::instrument(name = "job.purge", skip_all, fields(job.attempt = job.attempt))]
    async fn run(self, app: &App, job: &JobContext) -> Result<(), Failure> {
        // What one run has removed the next does not find, so it may be dropped anywhere.
        actions::purge(app).await.map_err(Failure::retry)
    }
}
