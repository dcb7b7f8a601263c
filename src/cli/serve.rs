//! `brainly serve`: the HTTP API, and the queue too where this is the only process.

use std::net::SocketAddr;

use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::open::{self, Schema};
use super::settings::{Global, flag};
use super::welcome::welcome;
use super::{hint, shutdown};
use crate::app::App;
use crate::config::Config;
use crate::{actions, api, jobs};

/// Serve the HTTP API
///
/// Without any setting it listens on this machine only, keeps an SQLite database in the data folder, migrates it and works
/// the queue. On PostgreSQL it refuses to start on an old schema, and leaves the queue to `brainly worker`.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The address to listen on; 0.0.0.0 is all of this machine's [HOST]
    #[arg(long, value_name = "ADDRESS")]
    host: Option<String>,
    /// The port to listen on; 0 takes any that is free [PORT]
    #[arg(long)]
    port: Option<String>,
    /// Migrate the database first, on PostgreSQL too
    #[arg(long)]
    migrate: bool,
}

impl Serve {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<()> {
        let flags = [flag("HOST", self.host.as_ref()), flag("PORT", self.port.as_ref())];
        let config = global.config(flags.into_iter().flatten())?;
        let schema = if self.migrate { Schema::Migrate } else { Schema::MigrateOwn };
        open::block_on(&config.clone(), serve(config, schema))
    }
}

async fn serve(config: Config, schema: Schema) -> anyhow::Result<()> {
    let shutdown = shutdown::on_signal();
    // The port first: a second start by mistake must not touch the data of the first.
    let address = SocketAddr::new(config.http.host, config.http.port);
    let listener = TcpListener::bind(address).await.map_err(|error| hint::listen(address, &error))?;
    let _presence = open::presence(&config).await?;
    let opening = Box::pin(open::app(config, schema));
    let Some(app) = shutdown.run_until_cancelled(opening).await.transpose()? else { return Ok(()) };
    let _watch = app.db.watch();
    actions::expect_old_passwords(&app).await?;
    welcome(&app, listener.local_addr()?).await?;

    let inline = app.config.worker.inline.on(app.config.database.engine);
    let worker = inline.then(|| tokio::spawn(work(app.clone(), shutdown.clone())));
    let served = api::serve::serve(app.clone(), listener, shutdown.clone()).await;
    // Should the server end by itself, the worker ends with it.
    shutdown.cancel();
    if let Some(worker) = worker {
        worker.await?;
    }
    app.db.close().await;
    tracing::info!("stopped");
    Ok(served?)
}

async fn work(app: App, shutdown: CancellationToken) {
    let worker = jobs::worker(&app, None);
    jobs::run(&app, worker, shutdown).await;
}
