//! Builds the word index of an item from the text it has.

use crate::actions;
use crate::app::App;
use crate::domain::job::IndexContent;
use crate::queue::{Failure, JobContext, Run};

impl Run<App> for IndexContent {
    #[tracing::instrument(name = "job.index", skip_all, fields(content.id = %self.content_id, job.attempt = job.attempt))]
    async fn run(self, app: &App, job: &JobContext) -> Result<(), Failure> {
        actions::index_content(app, self.content_id).await.map_err(Failure::retry)
    }
}
