//! How many jobs a second a worker does when they all wait already.

#![expect(clippy::cast_precision_loss, reason = "a number of jobs is far from the limit")]

use std::time::{Duration, Instant};

use brainly::db::Db;
use brainly::queue::Wake;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{Outcome, noop};

/// Jobs a second, `jobs` of them by one worker that runs `concurrency` at a time.
pub(crate) async fn work(db: &Db, jobs: usize, concurrency: usize) -> Outcome {
    let took = run(db, jobs, concurrency).await?;
    Ok(json!({ "jobs_per_second": jobs as f64 / took.as_secs_f64() }))
}

/// From the start of a worker until it has done as many jobs, written what came of each, and ended.
pub(crate) async fn run(db: &Db, jobs: usize, concurrency: usize) -> Result<Duration, Box<dyn std::error::Error>> {
    let (worker, mut moments) = noop::worker(db, &Wake::default(), concurrency);
    let shutdown = CancellationToken::new();
    let begun = Instant::now();
    let counting = async {
        for _ in 0..jobs {
            moments.recv().await.ok_or("the worker went away")?;
        }
        shutdown.cancel();
        Ok::<_, &str>(())
    };
    let ((), counted) = tokio::join!(worker.run(shutdown.clone()), counting);
    counted?;
    Ok(begun.elapsed())
}
