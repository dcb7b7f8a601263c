//! Job kinds: each translates a job into one action, and the action's error into what happens next.
//!
//! To add a kind: its arguments in [`crate::domain::job`], one file here with its `impl Run`, one line in [`registry`].
//! A job may run twice; its action must bear that. What runs by the clock stands in `schedules.rs`.

mod backup;
mod embed_content;
mod enrich_content;
mod import_links;
mod index_content;
mod purge;
mod reconcile;
mod schedules;

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::domain::job::{Backup, EmbedContent, EnrichContent, ImportLinks, IndexContent, Purge, Reconcile};
use crate::queue::{Registry, Settings, Worker, schedule};

pub use schedules::schedules;

/// How long a worker may be silent before its jobs go to another.
const LEASE: Duration = Duration::from_secs(30);
/// How often a worker looks for jobs of which nobody told it.
const POLL: Duration = Duration::from_secs(5);

/// Every kind of job that this program can do.
pub fn registry() -> Registry<App> {
    Registry::default()
        .register::<Backup>()
        .register::<EnrichContent>()
        .register::<ImportLinks>()
        .register::<IndexContent>()
        .register::<EmbedContent>()
        .register::<Reconcile>()
        .register::<Purge>()
}

/// A worker for `app`; `queues` restricts it to some.
pub fn worker(app: &App, queues: Option<Vec<String>>) -> Worker<App> {
    let settings = Settings {
        name: name(),
        concurrency: app.config.worker.concurrency.get(),
        queues,
        lease: LEASE,
        poll: POLL,
        grace: app.config.worker.shutdown_grace,
    };
    Worker::new(app.db.clone(), app.clock.clone(), app.wake.clone(), registry(), app.clone(), settings)
}

/// What a worker is called: its machine and process, for people, and what tells it from others that had the same number.
fn name() -> String {
    let once = uuid::Uuid::new_v4().simple().to_string();
    let (process, once) = (std::process::id(), &once[20..]);
    #[cfg(target_os = "linux")]
    return format!("{}-{process}-{once}", rustix::system::uname().nodename().to_string_lossy());
    #[cfg(not(target_os = "linux"))]
    return format!("{process}-{once}");
}

/// Works until `shutdown`, and keeps the schedules meanwhile.
pub async fn run(app: &App, worker: Worker<App>, shutdown: CancellationToken) {
    app.wake.listen(&app.db, shutdown.clone());
    tokio::join!(worker.run(shutdown.clone()), keep_schedules(app, shutdown));
}

async fn keep_schedules(app: &App, shutdown: CancellationToken) {
    match schedules(app.config.backup.schedule.as_ref()) {
        Ok(schedules) => schedule::run(&app.db, &app.clock, &app.wake, &schedules, shutdown).await,
        // A test reads them all, so it does not come to this.
        Err(error) => tracing::error!(%error, "the schedules can't be read: nothing runs by itself"),
    }
}
