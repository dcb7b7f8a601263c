//! Saves the links of an import, or undoes it.

use crate::actions;
use crate::app::App;
use crate::domain::job::ImportLinks;
use crate::queue::{Failure, JobContext, Run};

impl Run<App> for ImportLinks {
    #[tracing::instrument(name = "job.import", skip_all, fields(import.id = %self.import_id, job.attempt = job.attempt))]
    async fn run(self, app: &App, job: &JobContext) -> Result<(), Failure> {
        let report = |import: &actions::import_links::Import| {
            job.report(import.settled().unsigned_abs(), Some(import.entries.unsigned_abs()), &import.state);
        };
        // Each batch is whole, so it may be dropped anywhere.
        actions::import_links::work_import(app, self.import_id, report).await.map_err(Failure::retry)
    }
}
