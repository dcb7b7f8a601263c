//! `brainly enrich-now`: reads saved links in this process, now.
//!
//! By the same jobs as a worker, ahead of all others, with their retries and time limits; another worker may take some.

use std::collections::HashMap;
use std::time::Duration;

use chrono::TimeDelta;

use clap::{ArgGroup, Args};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::open::{self, Schema};
use super::output::Output;
use super::progress::Progress;
use super::settings::{Global, flag};
use super::{account, shutdown};
use crate::app::App;
use crate::config::Config;
use crate::domain::job::{Arguments as _, EnrichContent, Lane};
use crate::domain::{ContentId, EnrichmentStatus, JobId};
use crate::jobs;
use crate::queue::inspect::{self, Job};
use crate::queue::{self, Enqueue, State};
use crate::store::backlog::{self, Selection};
use crate::store::contents;

/// Read saved links now, in this process
///
/// One item by its id, or all that match. Ctrl-C lets those end that are being read; what was read stays.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").required(true).multiple(true).args(["id", "pending", "failed", "user", "all", "refresh"]))]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct EnrichNow {
    /// The item
    #[arg(value_name = "ID", conflicts_with_all = ["pending", "failed", "user", "all", "limit"])]
    id: Option<ContentId>,
    /// Items that wait, or that a worker left half-way
    #[arg(long)]
    pending: bool,
    /// Items that were given up
    #[arg(long)]
    failed: bool,
    /// Items of this user only
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Items of any status
    #[arg(long, conflicts_with_all = ["pending", "failed"])]
    all: bool,
    /// Only look for changes: a page that says it has not changed stays as it is. Without another choice, all items that were read
    #[arg(long)]
    refresh: bool,
    /// At most so many, the oldest first
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    /// Items at a time [WORKER_CONCURRENCY]
    #[arg(long, value_name = "N")]
    concurrency: Option<String>,
    /// Print the ids that would be read, and read nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

/// How long the next attempt at an item is waited for here; what is due later is left to a worker.
const LONGEST_WAIT: TimeDelta = TimeDelta::seconds(30);
/// Items that are enqueued at a time, so that what a signal leaves is left as it was.
const BATCH: usize = 100;
/// How often it is looked at what has become of them.
const LOOK: Duration = Duration::from_millis(50);

/// How it went.
#[derive(Debug, Default, Serialize)]
struct Outcome {
    enriched: u64,
    failed: u64,
    left: u64,
}

impl EnrichNow {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let config = global.quiet_config(flag("WORKER_CONCURRENCY", self.concurrency.as_ref()))?;
        open::block_on(&config.clone(), self.enrich(config, out))
    }

    async fn enrich(self, config: Config, out: &mut Output) -> anyhow::Result<()> {
        let shutdown = shutdown::on_signal();
        let _presence = open::presence(&config).await?;
        let opening = Box::pin(open::app(config, Schema::MigrateOwn));
        let Some(app) = shutdown.run_until_cancelled(opening).await.transpose()? else { return Ok(()) };
        let ids = self.selected(&app).await?;
        if self.dry_run {
            if self.json {
                out.json(&ids)?;
            } else {
                ids.iter().try_for_each(|id| out.line(id))?;
            }
            return out.flush();
        }
        let outcome = enrich_all(&app, ids, self.refresh, &shutdown).await?;
        app.db.close().await;
        if self.json {
            out.json(&outcome)?;
        } else {
            out.line(format_args!("{} enriched, {} failed", outcome.enriched, outcome.failed))?;
        }
        out.flush()?;
        if outcome.left > 0 {
            return Err(shutdown::Interrupted.into());
        }
        anyhow::ensure!(outcome.failed == 0, "{} item(s) could not be read", outcome.failed);
        Ok(())
    }

    async fn selected(&self, app: &App) -> anyhow::Result<Vec<ContentId>> {
        if let Some(id) = self.id {
            return Ok(vec![id]);
        }
        let owner = match &self.user {
            Some(name) => Some(account::named(app, name).await?.id),
            None => None,
        };
        let mut statuses = Vec::new();
        // Half-way counts as waiting: whoever was at it may be gone.
        if self.refresh && !self.pending && !self.failed && !self.all {
            statuses.push(EnrichmentStatus::Enriched);
        } else if self.pending || (!self.failed && !self.all) {
            statuses.extend([EnrichmentStatus::Pending, EnrichmentStatus::Processing]);
        }
        if self.failed {
            statuses.push(EnrichmentStatus::Failed);
        }
        Ok(backlog::select(&app.db, &Selection { owner, statuses, limit: self.limit }).await?)
    }
}

async fn enrich_all(
    app: &App,
    ids: Vec<ContentId>,
    refresh: bool,
    shutdown: &CancellationToken,
) -> anyhow::Result<Outcome> {
    let progress = Progress::new(ids.len() as u64);
    let outcome = Outcome { left: ids.len() as u64, ..Outcome::default() };
    let mut reading = Reading { app, refresh, open: HashMap::new(), progress, outcome };
    for batch in ids.chunks(BATCH) {
        if shutdown.is_cancelled() {
            break;
        }
        reading.enqueue(batch).await?;
        let queues = Some(vec![EnrichContent::QUEUE.to_owned()]);
        let worker = jobs::worker(app, queues).only(reading.open.keys().copied().collect());
        // What has begun goes on after a signal; what has not is left.
        let stop = shutdown.child_token();
        let (watched, ()) = tokio::join!(reading.watch(&stop), worker.run(stop.clone()));
        watched?;
        reading.look().await?;
    }
    reading.progress.finish();
    Ok(reading.outcome)
}

/// Items on their way.
struct Reading<'a> {
    app: &'a App,
    /// Only a change is of interest.
    refresh: bool,
    open: HashMap<JobId, ContentId>,
    progress: Progress,
    outcome: Outcome,
}

impl Reading<'_> {
    async fn enqueue(&mut self, ids: &[ContentId]) -> anyhow::Result<()> {
        let mut tx = self.app.db.begin().await?;
        for id in ids {
            let item = contents::find_any(&mut tx, *id).await?.filter(|item| item.deleted_at.is_none());
            let Some(item) = item else {
                self.failed(*id, "there is no such item");
                continue;
            };
            let options = Enqueue {
                owner: Some(item.user_id),
                lane: Some(Lane::Interactive),
                max_attempts: Some(self.app.config.worker.max_attempts.get()),
                run_at: None,
            };
            let job = EnrichContent { content_id: *id, refresh: self.refresh };
            self.open.insert(queue::enqueue(&mut tx, &job, options, self.app.clock.now()).await?, *id);
        }
        tx.commit().await?;
        self.app.wake.notify();
        Ok(())
    }

    /// Tells of each item what has become of it, and stops the worker when that is all, or nothing more can be learned.
    async fn watch(&mut self, stop: &CancellationToken) -> anyhow::Result<()> {
        let _stopped = stop.clone().drop_guard();
        while !self.open.is_empty() && !stop.is_cancelled() {
            self.look().await?;
            if !self.open.is_empty() {
                stop.run_until_cancelled(tokio::time::sleep(LOOK)).await;
            }
        }
        Ok(())
    }

    async fn look(&mut self) -> anyhow::Result<()> {
        let jobs = inspect::jobs(&self.app.db, self.open.keys().copied()).await?;
        let gone: Vec<JobId> = self.open.keys().filter(|id| !jobs.iter().any(|job| job.id == **id)).copied().collect();
        for id in gone {
            self.close(id, Err("its job was removed"));
        }
        for job in jobs {
            let why = job.last_error.as_deref().unwrap_or("it was cancelled");
            match job.state {
                State::Completed => self.close(job.id, Ok(())),
                State::Discarded | State::Cancelled => self.close(job.id, Err(why)),
                State::Retryable if self.is_far(&job) => {
                    self.close(job.id, Err(&format!("{why} (a worker tries again later)")));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn is_far(&self, job: &Job) -> bool {
        job.run_at - self.app.clock.now() > LONGEST_WAIT
    }

    fn close(&mut self, job: JobId, result: Result<(), &str>) {
        let Some(id) = self.open.remove(&job) else { return };
        match result {
            Ok(()) => {
                self.outcome.left -= 1;
                self.outcome.enriched += 1;
                self.progress.step(&format!("{id} enriched"));
            }
            Err(why) => self.failed(id, why),
        }
    }

    fn failed(&mut self, id: ContentId, why: &str) {
        self.outcome.left -= 1;
        self.outcome.failed += 1;
        self.progress.step(&format!("{id} failed"));
        self.progress.say(&format!("{id}: {why}"));
    }
}
