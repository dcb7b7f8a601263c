//! Which jobs are meant, as requests say it.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::actions::{JobFilter, JobState, Retried};
use crate::api::v1::page::parsed;
use crate::api::{Error, Result};
use crate::domain::{JobId, UserId};

/// The most jobs of a page.
const MAX_LIMIT: u32 = 1000;
/// What one gets who doesn't say.
const LIMIT: u32 = 100;
/// The most jobs that one request retries.
const MAX_RETRIED: u32 = 10_000;

/// Which jobs, and which page of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct JobQuery {
    /// Only in this state.
    #[serde(deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    state: Option<JobState>,
    /// Only of this kind.
    #[serde(deserialize_with = "parsed")]
    kind: Option<String>,
    /// Only of this queue.
    #[serde(deserialize_with = "parsed")]
    queue: Option<String>,
    /// Only of this user.
    #[serde(deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    user_id: Option<UserId>,
    /// Jobs on the page.
    #[serde(deserialize_with = "parsed")]
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    #[serde(deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    cursor: Option<JobId>,
}

/// Which jobs to retry: those that match all that is given. What is not known is refused, or a slip would retry more than was meant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobsToRetry {
    /// `discarded`, `cancelled`, `retryable` or `scheduled`; the first two when left out.
    #[schema(value_type = Option<String>)]
    state: Option<JobState>,
    kind: Option<String>,
    queue: Option<String>,
    #[schema(value_type = Option<String>)]
    user_id: Option<UserId>,
    /// Needed when nothing of that is given.
    #[serde(default)]
    all: bool,
    /// At most so many.
    #[schema(minimum = 1, maximum = 10_000, default = 10_000)]
    limit: Option<u32>,
    /// `nextCursor` of the answer before.
    #[schema(value_type = Option<String>)]
    cursor: Option<JobId>,
}

impl JobQuery {
    /// The filter, the job after which the page begins, and how many.
    ///
    /// # Errors
    /// 400 for a limit out of bounds.
    pub fn bounds(self) -> Result<(JobFilter, Option<JobId>, u32)> {
        let limit = self.limit.unwrap_or(LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Error::Invalid(format!("limit must be between 1 and {MAX_LIMIT}")));
        }
        let filter =
            JobFilter { states: Vec::from_iter(self.state), kind: self.kind, queue: self.queue, user: self.user_id };
        Ok((filter, self.cursor, limit))
    }
}

impl JobsToRetry {
    /// The filter, the job after which to begin, and how many.
    ///
    /// # Errors
    /// 400 for a limit out of bounds, a state that can't be retried, and when nothing says which jobs.
    pub fn bounds(self) -> Result<(JobFilter, Option<JobId>, u32)> {
        let limit = self.limit.unwrap_or(MAX_RETRIED);
        if !(1..=MAX_RETRIED).contains(&limit) {
            return Err(Error::Invalid(format!("limit must be between 1 and {MAX_RETRIED}")));
        }
        if let Some(state) = self.state.filter(|state| !Retried::POSSIBLE.contains(state)) {
            return Err(Error::Invalid(format!("Jobs that are {state} can't be retried")));
        }
        let filter =
            JobFilter { states: Vec::from_iter(self.state), kind: self.kind, queue: self.queue, user: self.user_id };
        if filter == JobFilter::default() && !self.all {
            return Err(Error::Invalid("Say which jobs: by state, kind, queue or userId, or all".into()));
        }
        Ok((filter, self.cursor, limit))
    }
}
