//! Which jobs does a command mean?

use std::collections::BTreeSet;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::actions::{self, JobFilter, JobState};
use crate::app::App;
use crate::cli::account;
use crate::cli::hint::mended;
use crate::cli::output::clean;
use crate::domain::JobId;
use crate::jobs;

/// What jobs have in common.
#[derive(Debug, Clone, Args)]
pub(super) struct Which {
    /// Only jobs in this state
    #[arg(long, value_name = "STATE", value_parser = states())]
    pub(super) state: Option<JobState>,
    /// Only jobs of this kind
    #[arg(long, value_name = "KIND")]
    pub(super) kind: Option<String>,
    /// Only jobs of this queue
    #[arg(long, value_name = "QUEUE")]
    pub(super) queue: Option<String>,
    /// Only jobs of this user
    #[arg(long, value_name = "NAME")]
    pub(super) user: Option<String>,
}

impl Which {
    /// The filter that it is.
    ///
    /// # Errors
    /// For a user, kind or queue that there is not: a slip of the pen would look like a queue without jobs.
    pub(super) async fn filter(self, app: &App) -> anyhow::Result<JobFilter> {
        if let Some(kind) = &self.kind {
            let known = actions::queue_stats(app).await?.queues.into_iter().flat_map(|queue| queue.kinds);
            let names = known.map(|known| known.kind).chain(owned(jobs::registry().kind_names()));
            among(kind, "kind of jobs", names)?;
        }
        if let Some(queue) = &self.queue {
            known_queue(app, queue).await?;
        }
        let user = match &self.user {
            Some(name) => Some(account::named(app, name).await?.id),
            None => None,
        };
        Ok(JobFilter { states: Vec::from_iter(self.state), kind: self.kind, queue: self.queue, user })
    }
}

fn states() -> impl TypedValueParser<Value = JobState> {
    PossibleValuesParser::new(JobState::ALL.map(JobState::as_str)).try_map(|word| word.parse::<JobState>())
}

/// The id of a job, as somebody types it.
pub(super) fn job(text: &str) -> Result<JobId, &'static str> {
    text.parse().map_err(|_| "a job's id is a UUID; `brainly queue list` shows them")
}

/// Refuses a queue that no job of this program waits in and that never had any.
pub(super) async fn known_queue(app: &App, queue: &str) -> anyhow::Result<()> {
    let known = actions::queue_stats(app).await?.queues.into_iter().map(|known| known.queue);
    among(queue, "queue", known.chain(owned(jobs::registry().queue_names())))
}

fn owned(names: impl IntoIterator<Item = &'static str>) -> impl Iterator<Item = String> {
    names.into_iter().map(str::to_owned)
}

fn among(name: &str, what: &str, names: impl Iterator<Item = String>) -> anyhow::Result<()> {
    let names: BTreeSet<String> = names.collect();
    if names.contains(name) {
        return Ok(());
    }
    let names = names.iter().map(|name| clean(name)).collect::<Vec<_>>().join(", ");
    Err(mended(format!("there is no {what} {name:?}"), format!("there are {names}")))
}

/// An answer about a job, with the mend when there is no such one.
pub(super) fn known<T>(answer: actions::Result<T>, id: JobId) -> anyhow::Result<T> {
    answer.map_err(|error| match error {
        actions::Error::NotFound(_) => {
            mended(format!("there is no job {id}"), "`brainly queue stats` and `brainly queue list` show what there is")
        }
        other => other.into(),
    })
}
