//! A job that does nothing but say that it began.

use std::time::{Duration, Instant};

use brainly::db::{self, Db, Tx};
use brainly::domain::Clock;
use brainly::domain::job::Arguments;
use brainly::queue::{self, Enqueue, Failure, JobContext, Registry, Run, Settings, Wake, Worker};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A job without work.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Noop {
    /// So that it carries something, as real ones do.
    pub(crate) number: u64,
}

/// Where jobs say when they began.
#[derive(Debug)]
pub(crate) struct Begun(UnboundedSender<Instant>);

impl Arguments for Noop {
    const KIND: &'static str = "noop";
}

impl Run<Begun> for Noop {
    async fn run(self, begun: &Begun, _: &JobContext) -> Result<(), Failure> {
        // Nobody listens any more at the end of a measurement.
        let _ = begun.0.send(Instant::now());
        Ok(())
    }
}

/// A worker for [`Noop`], and the moments at which its jobs began.
pub(crate) fn worker(db: &Db, wake: &Wake, concurrency: usize) -> (Worker<Begun>, UnboundedReceiver<Instant>) {
    let (sender, moments) = unbounded_channel();
    let settings = Settings {
        // As long as those of real workers, which say machine and process.
        name: uuid::Uuid::new_v4().simple().to_string()[..20].to_owned(),
        concurrency,
        queues: None,
        lease: Duration::from_mins(1),
        poll: Duration::from_secs(5),
        grace: Duration::from_secs(10),
    };
    let registry = Registry::default().register::<Noop>();
    (Worker::new(db.clone(), Clock::system(), wake.clone(), registry, Begun(sender), settings), moments)
}

/// Enqueues one job.
pub(crate) async fn enqueue(tx: &mut Tx<'_>, number: u64) -> db::Result<()> {
    queue::enqueue(tx, &Noop { number }, Enqueue::default(), Clock::system().now()).await?;
    Ok(())
}

/// Enqueues many in one go.
pub(crate) async fn enqueue_many(tx: &mut Tx<'_>, jobs: u32) -> db::Result<()> {
    let jobs: Vec<Noop> = (0..jobs).map(|number| Noop { number: number.into() }).collect();
    queue::enqueue_many(tx, &jobs, Enqueue::default(), Clock::system().now()).await?;
    Ok(())
}
