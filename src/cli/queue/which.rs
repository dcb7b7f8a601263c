//! Which jobs does a command mean?

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::actions::{self, JobFilter, JobState};
use crate::app::App;
use crate::cli::account;
use crate::cli::hint::mended;

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
    pub(super) async fn filter(self, app: &App) -> anyhow::Result<JobFilter> {
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

/// An answer about `what`, with the mend when there is no such thing.
pub(super) fn known<T>(answer: actions::Result<T>, what: &str) -> anyhow::Result<T> {
    answer.map_err(|error| match error {
        actions::Error::NotFound(_) => {
            mended(format!("there is no {what}"), "`brainly queue stats` and `brainly queue list` show what there is")
        }
        other => other.into(),
    })
}
