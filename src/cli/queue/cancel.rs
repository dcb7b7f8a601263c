//! `brainly queue cancel`.

use clap::{ArgGroup, Args};
use serde_json::json;

use super::which::{Which, job};
use crate::actions::{self, Cancelled, JobFilter};
use crate::app::App;
use crate::cli::output::{Output, talk};
use crate::cli::prompt::Consent;
use crate::domain::JobId;

/// Jobs between two looks at what came of them.
const AT_A_TIME: u32 = 10_000;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("cancelled").required(true).multiple(true).args(["ids", "state", "kind", "queue", "user", "all"]))]
pub(in crate::cli) struct Cancel {
    /// The jobs
    #[arg(value_name = "ID", value_parser = job, conflicts_with_all = ["state", "kind", "queue", "user", "all"])]
    ids: Vec<JobId>,
    #[command(flatten)]
    which: Which,
    /// All that wait or run
    #[arg(long, conflicts_with_all = ["state", "kind", "queue", "user"])]
    all: bool,
    #[command(flatten)]
    consent: Consent,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl Cancel {
    pub(super) async fn run(self, app: &App, out: &mut Output) -> anyhow::Result<()> {
        if !self.ids.is_empty() {
            return each(app, &self.ids, self.json, out).await;
        }
        if let Some(state) = self.which.state.filter(|state| !state.is_open()) {
            anyhow::bail!("jobs that are {state} have ended, and can't be cancelled");
        }
        let filter = self.which.filter(app).await?;
        self.consent.require(&question(app, &filter).await?)?;
        let (mut cancelled, mut requested, mut before) = (0, 0, None);
        loop {
            let done = actions::cancel_jobs(app, &filter, before, AT_A_TIME).await?;
            (cancelled, requested, before) = (cancelled + done.cancelled, requested + done.requested, done.next);
            if before.is_none() {
                break;
            }
        }
        if self.json {
            return out.json(&json!({ "cancelled": cancelled, "requested": requested }));
        }
        let running = if requested > 0 { format!(", {requested} asked to stop") } else { String::new() };
        out.line(format_args!("{cancelled} cancelled{running}"))
    }
}

/// What would be cancelled; how many of one user's nobody counts.
async fn question(app: &App, filter: &JobFilter) -> anyhow::Result<String> {
    if filter.user.is_some() {
        return Ok("Cancel every job of that user that matches and has not ended?".to_owned());
    }
    let status = actions::queue_stats(app).await?;
    let queues = status.queues.iter().filter(|queue| filter.queue.as_ref().is_none_or(|name| *name == queue.queue));
    let kinds = queues.flat_map(|queue| &queue.kinds);
    let kinds = kinds.filter(|kind| filter.kind.as_ref().is_none_or(|name| *name == kind.kind));
    let open = kinds.flat_map(|kind| kind.depth.iter());
    let meant =
        open.filter(|(state, _)| state.is_open() && (filter.states.is_empty() || filter.states.contains(state)));
    Ok(format!("Cancel {} job(s)?", meant.map(|(_, jobs)| jobs).sum::<i64>()))
}

/// Cancels jobs one by one; those that can't be don't keep the others from it.
async fn each(app: &App, ids: &[JobId], as_json: bool, out: &mut Output) -> anyhow::Result<()> {
    let (mut outcomes, mut refused) = (Vec::new(), 0);
    for id in ids {
        let (outcome, words) = match actions::cancel_job(app, *id).await {
            Ok((Cancelled::Requested, _)) => ("requested", "it runs, and is asked to stop"),
            Ok(_) => ("cancelled", "cancelled"),
            Err(actions::Error::NotFound(_)) => ("not_found", "there is no such job"),
            Err(actions::Error::JobEnded) => ("ended", "it has ended already"),
            Err(error) => return Err(error.into()),
        };
        refused += usize::from(matches!(outcome, "not_found" | "ended"));
        outcomes.push(json!({ "id": id, "outcome": outcome }));
        talk(format_args!("{id}: {words}"));
    }
    if as_json {
        out.json(&json!({ "jobs": outcomes }))?;
    }
    anyhow::ensure!(refused == 0, "{refused} of {} job(s) could not be cancelled", ids.len());
    Ok(())
}
