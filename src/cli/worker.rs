//! `brainly worker`: the queue only, no HTTP.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::open::{self, Schema};
use super::output::Output;
use super::settings::{Global, flag};
use super::{hint, shutdown};
use crate::api::serve::Terms;
use crate::app::App;
use crate::config::Config;
use crate::{api, jobs};

/// Connections of monitors at a time.
const MONITORS: usize = 64;

/// Work the queue: read saved links and make them findable
///
/// Start as many as you like, on as many machines: each job is done by one of them. Ctrl-C or SIGTERM lets running jobs
/// end (SHUTDOWN_GRACE) and hands the rest back.
#[derive(Debug, Args)]
pub(super) struct Worker {
    /// Serve only these queues, comma-separated: enrich, index, embed, import, upkeep
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = queue)]
    queues: Vec<String>,
    /// Jobs at a time [WORKER_CONCURRENCY]
    #[arg(long, value_name = "N")]
    concurrency: Option<String>,
    /// Answer /health and /metrics on this port; 0 takes any that is free [WORKER_HEALTH_PORT]
    #[arg(long, value_name = "PORT", conflicts_with = "once")]
    health_port: Option<String>,
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
        let flags = [
            flag("WORKER_CONCURRENCY", self.concurrency.as_ref()),
            flag("WORKER_HEALTH_PORT", self.health_port.as_ref()),
        ];
        let config = global.config(flags.into_iter().flatten())?;
        open::block_on(&config.clone(), self.work(config, out))
    }

    async fn work(self, config: Config, out: &mut Output) -> anyhow::Result<()> {
        let shutdown = shutdown::on_signal();
        let listener = if self.once { None } else { listen(&config).await? };
        let _presence = open::presence(&config).await?;
        let opening = Box::pin(open::app(config, Schema::MigrateOwn));
        let Some(app) = shutdown.run_until_cancelled(opening).await.transpose()? else { return Ok(()) };
        let queues: Vec<String> = self.queues.into_iter().filter(|name| !name.is_empty()).collect();
        let worker = jobs::worker(&app, (!queues.is_empty()).then_some(queues));
        if !self.once {
            let _watch = app.db.watch();
            tracing::info!(concurrency = app.config.worker.concurrency.get(), "working");
            let health = listener.map(|listener| tokio::spawn(answer(app.clone(), listener, shutdown.clone())));
            jobs::run(&app, worker, shutdown).await;
            if let Some(health) = health {
                health.await?;
            }
            app.db.close().await;
            return Ok(());
        }
        let drained = worker.drain_until(shutdown.clone()).await?;
        let outcome = Outcome { done: drained.done, failed: drained.failed };
        if self.json {
            out.json(&outcome)?;
        } else {
            out.line(format_args!("{} done, {} failed", outcome.done, outcome.failed))?;
        }
        app.db.close().await;
        out.flush()?;
        if shutdown.is_cancelled() {
            return Err(shutdown::Interrupted.into());
        }
        Ok(())
    }
}

/// A queue that some job waits in; nothing is passed over.
fn queue(name: &str) -> Result<String, String> {
    let known = jobs::registry().queue_names();
    if name.is_empty() || known.contains(name) {
        return Ok(name.to_owned());
    }
    Err(format!("no such queue; there are {}", Vec::from_iter(known).join(", ")))
}

/// The socket for monitors, when one is wanted: bound before anything is worked on, so that a wrong port is told at once.
async fn listen(config: &Config) -> anyhow::Result<Option<TcpListener>> {
    let Some(port) = config.worker.health_port else { return Ok(None) };
    let address = SocketAddr::new(config.http.host, port);
    let listener = TcpListener::bind(address).await.map_err(|error| hint::listen(address, &error))?;
    tracing::info!(address = %listener.local_addr()?, "answering /health and /metrics");
    Ok(Some(listener))
}

async fn answer(app: App, listener: TcpListener, shutdown: CancellationToken) {
    let terms = Terms { connections: MONITORS, drain: Duration::ZERO, grace: app.config.worker.shutdown_grace };
    api::serve::serve_router(api::health_router(&app), listener, shutdown, terms).await;
}
