//! `brainly queue retry`.

use clap::{ArgGroup, Args};
use serde_json::json;

use super::which::{Which, job};
use crate::actions::{self, Retried};
use crate::app::App;
use crate::cli::output::{Output, talk};
use crate::domain::JobId;

/// Jobs between two looks at what came of them.
const AT_A_TIME: u32 = 10_000;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("retried").required(true).multiple(true).args(["ids", "state", "kind", "queue", "user", "all"]))]
pub(in crate::cli) struct Retry {
    /// The jobs
    #[arg(value_name = "ID", value_parser = job, conflicts_with_all = ["state", "kind", "queue", "user", "all"])]
    ids: Vec<JobId>,
    #[command(flatten)]
    which: Which,
    /// All that were discarded or cancelled
    #[arg(long, conflicts_with_all = ["state", "kind", "queue", "user"])]
    all: bool,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl Retry {
    pub(super) async fn run(self, app: &App, out: &mut Output) -> anyhow::Result<()> {
        if !self.ids.is_empty() {
            return each(app, &self.ids, self.json, out).await;
        }
        if let Some(state) = self.which.state.filter(|state| !Retried::POSSIBLE.contains(state)) {
            anyhow::bail!("jobs that are {state} can't be retried");
        }
        let filter = self.which.filter(app).await?;
        let (mut retried, mut same, mut before) = (0, 0, None);
        loop {
            let done = actions::retry_jobs(app, &filter, before, AT_A_TIME).await?;
            (retried, same, before) = (retried + done.retried, same + done.same, done.next);
            if before.is_none() {
                break;
            }
        }
        if self.json {
            return out.json(&json!({ "retried": retried, "same": same }));
        }
        let left = if same > 0 { format!(", {same} left since another job does the same") } else { String::new() };
        out.line(format_args!("{retried} available again{left}"))
    }
}

/// Retries jobs one by one; those that can't be don't keep the others from it.
async fn each(app: &App, ids: &[JobId], as_json: bool, out: &mut Output) -> anyhow::Result<()> {
    let (mut outcomes, mut refused) = (Vec::new(), 0);
    for id in ids {
        let (outcome, words) = match actions::retry_job(app, *id).await {
            Ok((Retried::Same(other), _)) => {
                outcomes.push(json!({ "id": id, "outcome": "same", "same": other }));
                talk(format_args!("{id}: the same is done by {other}"));
                continue;
            }
            Ok((Retried::Waits, _)) => ("waits", "available already"),
            Ok(_) => ("retried", "available again"),
            Err(actions::Error::NotFound(_)) => ("not_found", "there is no such job"),
            Err(actions::Error::JobRuns) => ("running", "it is running"),
            Err(actions::Error::JobEnded) => ("completed", "it is done"),
            Err(error) => return Err(error.into()),
        };
        refused += usize::from(matches!(outcome, "not_found" | "running" | "completed"));
        outcomes.push(json!({ "id": id, "outcome": outcome }));
        talk(format_args!("{id}: {words}"));
    }
    if as_json {
        out.json(&json!({ "jobs": outcomes }))?;
    }
    anyhow::ensure!(refused == 0, "{refused} of {} job(s) could not be retried", ids.len());
    Ok(())
}
