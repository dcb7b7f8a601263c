//! `brainly worker`: the queue only, no HTTP.

use clap::Args;
use serde::Serialize;

use super::open::{self, Schema};
use super::output::Output;
use super::settings::{Global, flag};
use super::shutdown;
use crate::config::Config;
use crate::jobs;

/// Work the queue: read saved links and make them findable
///
/// Start as many as you like, on as many machines: each job is done by one of them. Ctrl-C or SIGTERM lets running jobs
/// end (SHUTDOWN_GRACE) and hands the rest back.
#[derive(Debug, Args)]
pub(super) struct Worker {
    /// Serve only these queues, comma-separated: enrich, index, embed, upkeep
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    queues: Vec<String>,
    /// Jobs at a time [WORKER_CONCURRENCY]
    #[arg(long, value_name = "N")]
    concurrency: Option<String>,
    /// Do what is due, then exit
    #[arg(long)]
    once: bool,
    /// With --once: print the outcome as JSON
    #[arg(long, requires = "once")]
    json: bool,
}

#[derive(Serialize)]
struct Outcome {
    done: usize,
    failed: usize,
}

impl Worker {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let config = global.config(flag("WORKER_CONCURRENCY", self.concurrency.as_ref()))?;
        open::block_on(&config.clone(), self.work(config, out))
    }

    async fn work(self, config: Config, out: &mut Output) -> anyhow::Result<()> {
        let shutdown = shutdown::on_signal();
        let opening = open::app(config, Schema::MigrateOwn);
        let Some(app) = shutdown.run_until_cancelled(opening).await.transpose()? else { return Ok(()) };
        let queues: Vec<String> = self.queues.into_iter().filter(|name| !name.is_empty()).collect();
        let worker = jobs::worker(&app, (!queues.is_empty()).then_some(queues));
        if !self.once {
            tracing::info!(concurrency = app.config.worker.concurrency.get(), "working");
            jobs::run(&app, worker, shutdown).await;
            app.db.close().await;
            return Ok(());
        }
        let Some(drained) = shutdown.run_until_cancelled(worker.drain()).await.transpose()? else { return Ok(()) };
        let outcome = Outcome { done: drained.done, failed: drained.failed };
        if self.json {
            out.json(&outcome)?;
        } else {
            out.line(format_args!("{} done, {} failed", outcome.done, outcome.failed))?;
        }
        app.db.close().await;
        out.flush()
    }
}
