//! How long a job waits when nothing else does.

use std::time::{Duration, Instant};

use brainly::db::Db;
use brainly::queue::Wake;
use clap::ValueEnum;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{Outcome, noop};

/// How the worker hears of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Through {
    /// From who enqueued it, in the same process.
    Process,
    /// From the database, as a worker in another process does.
    Database,
}

/// For each job the milliseconds from the moment it was committed until it ran, and those from before it was enqueued.
pub(crate) async fn pickup(db: &Db, jobs: u32, through: Through) -> Outcome {
    let wake = Wake::default();
    let shutdown = CancellationToken::new();
    let (worker, mut moments) = noop::worker(db, &wake, 10);
    let until = shutdown.clone();
    let working = tokio::spawn(async move { worker.run(until).await });
    if through == Through::Database {
        wake.listen(db, shutdown.clone());
    }
    let (mut after_commit, mut in_all) = (Vec::new(), Vec::new());
    for number in 0..jobs {
        // Long enough that the worker is asleep again, and not in step with anything.
        tokio::time::sleep(Duration::from_millis(rand::random_range(20..40))).await;
        let begun = Instant::now();
        let mut tx = db.begin().await?;
        noop::enqueue(&mut tx, number.into()).await?;
        tx.commit().await?;
        let committed = Instant::now();
        if through == Through::Process {
            wake.notify();
        }
        let ran = moments.recv().await.ok_or("the worker went away")?;
        after_commit.push(ran.saturating_duration_since(committed).as_secs_f64() * 1e3);
        in_all.push(ran.duration_since(begun).as_secs_f64() * 1e3);
    }
    shutdown.cancel();
    working.await?;
    Ok(json!({ "after_add_ms": after_commit, "in_all_ms": in_all }))
}
