//! `brainly queue list`: a page of jobs.

use clap::Args;
use serde_json::json;

use super::show::progress;
use super::which::{Which, job};
use crate::actions::{self, Job};
use crate::api::time::Time;
use crate::api::v1::admin::job::JobBody;
use crate::app::App;
use crate::cli::output::{Output, clean, talk};
use crate::cli::table;
use crate::domain::JobId;

/// Characters of an error that a line shows.
const SHOWN: usize = 60;
const HEADER: [&str; 8] = ["ID", "STATE", "KIND", "QUEUE", "ATTEMPT", "DUE", "PROGRESS", "LAST ERROR"];

/// The column that most pages have no use for.
const PROGRESS: usize = 6;

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    which: Which,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    /// Only jobs that were enqueued before this one
    #[arg(long, value_name = "ID", value_parser = job)]
    before: Option<JobId>,
    /// Print JSON, which has all there is
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) async fn run(self, app: &App, out: &mut Output) -> anyhow::Result<()> {
        let filter = self.which.filter(app).await?;
        let page = actions::list_jobs(app, &filter, self.before, self.limit).await?;
        if self.json {
            let jobs: Vec<JobBody> = page.jobs.into_iter().map(JobBody::from).collect();
            return out.json(&json!({ "jobs": jobs, "nextCursor": page.next }));
        }
        let mut rows: Vec<Vec<String>> =
            std::iter::once(HEADER.map(str::to_owned)).chain(page.jobs.iter().map(row)).map(Vec::from).collect();
        if page.jobs.iter().all(|job| job.progress.is_none()) {
            for row in &mut rows {
                row.remove(PROGRESS);
            }
        }
        table::lines(&rows).into_iter().try_for_each(|line| out.line(line))?;
        if page.jobs.is_empty() {
            talk("nothing found");
        }
        if let Some(next) = page.next {
            talk(format_args!("there are more: --before {next}"));
        }
        Ok(())
    }
}

fn row(job: &Job) -> [String; 8] {
    let error = clean(job.last_error.as_deref().unwrap_or("-"));
    let shown: String = error.chars().take(SHOWN).collect();
    [
        job.id.to_string(),
        job.state.to_string(),
        clean(&job.kind),
        clean(&job.queue),
        format!("{}/{}", job.attempt, job.max_attempts),
        Time(job.run_at).to_string(),
        job.progress.as_ref().map_or_else(|| "-".to_owned(), progress),
        if shown.len() < error.len() { format!("{shown}…") } else { shown },
    ]
}
