//! Makes the backup that a schedule asks for.

use crate::actions;
use crate::app::App;
use crate::domain::Timestamp;
use crate::domain::job::Backup;
use crate::queue::{Failure, JobContext, Run};

impl Run<App> for Backup {
    #[tracing::instrument(name = "job.backup", skip_all, fields(job.attempt = job.attempt))]
    async fn run(self, app: &App, job: &JobContext) -> Result<(), Failure> {
        // What is half-made when it is dropped does not count as a backup.
        let earlier = if job.attempt > 1 { asked_for(job) } else { None };
        actions::backup::create_and_prune(app, earlier).await.map_err(Failure::retry)
    }
}

/// When the job was asked for, to the second: its id tells.
fn asked_for(job: &JobContext) -> Option<Timestamp> {
    let (seconds, _) = job.id.0.get_timestamp()?.to_unix();
    Timestamp::from_timestamp(i64::try_from(seconds).ok()?, 0)
}
