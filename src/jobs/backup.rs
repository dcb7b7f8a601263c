//! Makes the backup that a schedule asks for.

use chrono::TimeDelta;

use crate::actions;
use crate::app::App;
use crate::domain::job::Backup;
use crate::queue::{Failure, JobContext, Run};

/// No attempt is further from the first than that.
const RETRIES: TimeDelta = TimeDelta::hours(6);

impl Run<App> for Backup {
    #[tracing::instrument(name = "job.backup", skip_all, fields(job.attempt = job.attempt))]
    async fn run(self, app: &App, job: &JobContext) -> Result<(), Failure> {
        // What is half-made when it is dropped does not count as a backup.
        let earlier = (job.attempt > 1).then(|| app.clock.now() - RETRIES);
        actions::backup::create_and_prune(app, earlier).await.map_err(Failure::retry)
    }
}
