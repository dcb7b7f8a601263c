//! Finds what is missing or stale.

use crate::actions;
use crate::app::App;
use crate::domain::job::Reconcile;
use crate::queue::{Failure, JobContext, Run};

impl Run<App> for Reconcile {
    #[tracing::instrument(name = "job.reconcile", skip_all, fields(job.attempt = job.attempt))]
    async fn run(self, app: &App, job: &JobContext) -> Result<(), Failure> {
        actions::reconcile(app).await.map(drop).map_err(Failure::retry)
    }
}
