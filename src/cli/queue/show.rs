//! `brainly queue show`: all there is to know of a job.

use clap::Args;
use serde_json::Value;

use super::which::{job, known};
use crate::actions::{self, JobAttempt, JobDetails};
use crate::api::time::Time;
use crate::api::v1::admin::job::JobDetailsBody;
use crate::app::App;
use crate::cli::output::{Output, clean};
use crate::domain::JobId;

#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// The job
    #[arg(value_name = "ID", value_parser = job)]
    id: JobId,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) async fn run(self, app: &App, out: &mut Output) -> anyhow::Result<()> {
        let details = known(actions::read_job(app, self.id).await, self.id)?;
        if self.json {
            return out.json(&JobDetailsBody::from(details));
        }
        fields(&details)
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name:<12} {}", value?)))
            .try_for_each(|line| out.line(line))?;
        if !details.attempts.is_empty() {
            out.line("attempts that did not complete it:")?;
        }
        details.attempts.iter().flat_map(attempt).try_for_each(|line| out.line(line))
    }
}

fn fields(JobDetails { job, .. }: &JobDetails) -> [(&'static str, Option<String>); 18] {
    let time = |at: Option<_>| at.map(|at| Time(at).to_string());
    let some = |text: &str| Some(clean(text));
    [
        ("id", Some(job.id.to_string())),
        ("state", Some(job.state.to_string())),
        ("kind", some(&job.kind)),
        ("queue", some(&job.queue)),
        ("priority", Some(job.priority.to_string())),
        ("user", job.user_id.map(|user| user.to_string())),
        ("arguments", some(&job.arguments.to_string())),
        ("unique key", job.unique_key.as_deref().map(clean)),
        ("attempt", Some(format!("{} of {}", job.attempt, job.max_attempts))),
        ("put offs", (job.put_offs > 0).then(|| job.put_offs.to_string())),
        ("progress", job.progress.as_ref().map(progress)),
        ("worker", job.worker.as_deref().map(clean)),
        ("enqueued", time(Some(job.created_at))),
        ("due", time(Some(job.run_at))),
        ("started", time(job.started_at)),
        ("cancelling", time(job.cancel_requested_at)),
        ("ended", time(job.finished_at)),
        ("last error", job.last_error.as_deref().map(clean)),
    ]
}

/// How far a job says it is: `3/7 pages`.
pub(super) fn progress(progress: &Value) -> String {
    let total = progress["total"].as_u64().map_or_else(String::new, |total| format!("/{total}"));
    clean(&format!("{}{total} {}", progress["done"], progress["note"].as_str().unwrap_or_default()))
        .trim_end()
        .to_owned()
}

/// One line, and one more for its error.
fn attempt(attempt: &JobAttempt) -> Vec<String> {
    let worker = attempt.worker.as_deref().map_or_else(|| "-".to_owned(), clean);
    let begun = attempt.started_at.map_or_else(|| "-".to_owned(), |at| Time(at).to_string());
    let mut lines = vec![format!(
        "  {}. {} {begun} to {} by {worker}",
        attempt.attempt,
        clean(&attempt.outcome),
        Time(attempt.ended_at)
    )];
    lines.extend(attempt.error.as_deref().map(|error| format!("     {}", clean(error))));
    lines
}
