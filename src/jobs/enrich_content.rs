//! Reads a saved link.

use crate::actions::{self, Error};
use crate::app::App;
use crate::domain::job::EnrichContent;
use crate::queue::{Failure, JobContext, Run};

impl Run<App> for EnrichContent {
    #[tracing::instrument(name = "job.enrich", skip_all, fields(content.id = %self.content_id, job.attempt = job.attempt))]
    async fn run(self, app: &App, job: &JobContext) -> Result<(), Failure> {
        let read = if self.refresh {
            actions::refresh_content(app, self.content_id, job.put_offs).await
        } else {
            actions::enrich_content(app, self.content_id, job.put_offs).await
        };
        match read {
            // Deleted meanwhile: nothing is left to do. Skipped or refused: the item says why, and no retry would help.
            Ok(()) | Err(Error::NoSuchContent(_)) => Ok(()),
            Err(Error::Throttled { after, message }) => Err(Failure::retry_after(after, message)),
            Err(error @ Error::Refused(_)) => Err(Failure::permanent(error).of_others()),
            Err(error @ Error::Unreadable(_)) => Err(Failure::retry(error).of_others()),
            Err(error) => Err(Failure::retry(error)),
        }
    }

    async fn given_up(self, app: &App, _: &JobContext, why: &str) {
        tracing::debug!(content.id = %self.content_id, why, "an item is given up");
        if let Err(error) = actions::give_up_enrichment(app, self.content_id, "It could not be read").await {
            tracing::error!(content.id = %self.content_id, %error, "an item that was given up could not be marked");
        }
    }
}
