//! Job kinds: each translates a job into one action, and the action's error into what happens next.
//!
//! To add a kind: its arguments in [`crate::domain::job`], one file here with its `impl Run`, one line in [`registry`].
//! A job may run twice; its action must bear that.

mod enrich_content;
mod index_content;
mod upkeep;

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::domain::job::{EnrichContent, IndexContent};
use crate::queue::{Registry, Settings, Worker};

/// How long a worker may be silent before its jobs go to another.
const LEASE: Duration = Duration::from_secs(30);
/// How often a worker looks for jobs of which nobody told it.
const POLL: Duration = Duration::from_secs(5);

/// Every kind of job that this program can do.
pub fn registry() -> Registry<App> {
    Registry::default().register::<EnrichContent>().register::<IndexContent>()
}

/// A worker for `app`; `queues` restricts it to some.
pub fn worker(app: &App, queues: Option<Vec<String>>) -> Worker<App> {
    let settings = Settings {
        name: format!("{}-{}", std::process::id(), uuid::Uuid::new_v4().simple()),
        concurrency: app.config.worker.concurrency.get(),
        queues,
        lease: LEASE,
        poll: POLL,
        grace: app.config.worker.shutdown_grace,
    };
    Worker::new(app.db.clone(), app.clock.clone(), app.wake.clone(), registry(), app.clone(), settings)
}

/// Works until `shutdown`, with the housekeeping that goes with it.
pub async fn run(app: &App, worker: Worker<App>, shutdown: CancellationToken) {
    app.wake.listen(&app.db, shutdown.clone());
    tokio::spawn(upkeep::run(app.clone(), shutdown.clone()));
    worker.run(shutdown).await;
}
