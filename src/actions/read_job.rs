//! One job with all that befell it.

use super::{Error, Result};
use crate::app::App;
use crate::domain::JobId;
use crate::queue::inspect::{self, JobDetails};

/// A job of anybody, with its attempts.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn read_job(app: &App, id: JobId) -> Result<JobDetails> {
    inspect::find(&app.db, id).await?.ok_or(Error::NotFound("Job"))
}
