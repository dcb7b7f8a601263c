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

/// From the start of a worker until it has begun as many jobs and said of all but the last handful that they are done.
pub(crate) async fn run(db: &Db, jobs: usize, concurrency: usize) -> Result<Duration, Box<dyn std::error::Error>> {
    let (worker, mut moments) = noop::worker(db, &Wake::default(), concurrency);
    let shutdown = CancellationToken::new();
    let begun = Instant::now();
    let counting = async {
        let mut last = begun;
        for _ in 0..jobs {
            last = moments.recv().await.ok_or("the worker went away")?;
        }
        shutdown.cancel();
        Ok::<_, &str>(last)
    };
    let ((), last) = tokio::join!(worker.run(shutdown.clone()), counting);
    Ok(last?.duration_since(begun))
}
