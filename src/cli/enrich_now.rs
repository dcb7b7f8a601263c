//! `brainly enrich-now`: reads saved links in this process, without the queue.

use std::time::Duration;

use clap::{ArgGroup, Args};
use futures::StreamExt as _;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::open::{self, Schema};
use super::output::Output;
use super::progress::Progress;
use super::settings::{Global, flag};
use super::{account, shutdown};
use crate::actions::{self, Error};
use crate::app::App;
use crate::config::Config;
use crate::domain::{ContentId, EnrichmentStatus};
use crate::store::backlog::{self, Selection};

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

/// How long an item's host is waited for here at a time, and how often.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
const MOST_WAITS: u32 = 20;

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
        let opening = open::app(config, Schema::MigrateOwn);
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
        let outcome = enrich_all(&app, ids, self.refresh, &shutdown).await;
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

/// Reads an item; when others of its host come first, it waits here, where no queue would bring it back.
async fn read(app: &App, id: ContentId, refresh: bool, shutdown: &CancellationToken) -> actions::Result<()> {
    for put_offs in 0..MOST_WAITS {
        let outcome = read_once(app, id, refresh, put_offs).await;
        let Err(Error::Throttled { after, .. }) = &outcome else { return outcome };
        if *after > LONGEST_WAIT || shutdown.run_until_cancelled(tokio::time::sleep(*after)).await.is_none() {
            return outcome;
        }
    }
    read_once(app, id, refresh, MOST_WAITS).await
}

async fn read_once(app: &App, id: ContentId, refresh: bool, put_offs: u32) -> actions::Result<()> {
    if refresh {
        actions::refresh_content(app, id, put_offs).await
    } else {
        actions::enrich_content(app, id, put_offs).await
    }
}

async fn enrich_all(app: &App, ids: Vec<ContentId>, refresh: bool, shutdown: &CancellationToken) -> Outcome {
    let mut progress = Progress::new(ids.len() as u64);
    let mut outcome = Outcome { left: ids.len() as u64, ..Outcome::default() };
    let reading = ids.into_iter().map(async |id| {
        // What has begun goes on after a signal; what has not is left.
        if shutdown.is_cancelled() { (id, None) } else { (id, Some(read(app, id, refresh, shutdown).await)) }
    });
    let mut done = futures::stream::iter(reading).buffer_unordered(app.config.worker.concurrency.get());
    while let Some((id, result)) = done.next().await {
        let Some(result) = result else { continue };
        outcome.left -= 1;
        match result {
            Ok(()) => {
                outcome.enriched += 1;
                progress.step(&format!("{id} enriched"));
            }
            Err(error) => {
                outcome.failed += 1;
                progress.step(&format!("{id} failed"));
                progress.say(&format!("{id}: {:#}", anyhow::Error::new(error)));
            }
        }
    }
    progress.finish();
    outcome
}
