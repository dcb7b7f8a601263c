//! Has the model read an item.

use crate::actions::{self, Error};
use crate::app::App;
use crate::domain::job::EmbedContent;
use crate::queue::{Failure, JobContext, Run};

impl Run<App> for EmbedContent {
    #[tracing::instrument(name = "job.embed", skip_all, fields(content.id = %self.content_id, job.attempt = job.attempt))]
    async fn run(self, app: &App, job: &JobContext) -> Result<(), Failure> {
        match actions::embed_content(app, self.content_id).await {
            Ok(()) => Ok(()),
            Err(Error::Throttled { after, message }) => Err(Failure::retry_after(after, message)),
            Err(error) => Err(Failure::retry(error)),
        }
    }

    async fn given_up(self, app: &App, _: &JobContext, why: &str) {
        tracing::warn!(content.id = %self.content_id, why, "an item will be found by its words alone until the next look");
        if let Err(error) = actions::give_up_embedding(app, self.content_id).await {
            tracing::error!(content.id = %self.content_id, %error, "an item that was given up could not be marked");
        }
    }
}
