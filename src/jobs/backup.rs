//! Makes the backup that a schedule asks for.

use crate::actions;
use crate::app::App;
use crate::domain::job::Backup;
use crate::queue::{Failure, JobContext, Run};

impl Run<App> for Backup {
    #[tracing::instrument(name = "job.backup", skip_all, fields(job.attempt = job.attempt))]
    async fn run(self, app: &App, job: &JobContext) -> Result<(), Failure> {
        // What is half-made when it is dropped does not count as a backup.
        actions::backup::create_and_prune(app).await.map_err(Failure::retry)
    }
}
