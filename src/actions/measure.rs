//! Looks up what can't be counted as it happens: depths, ages, the state of the pools.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Result, backup};
use crate::app::App;
use crate::domain::metric as names;
use crate::queue::inspect::{self, QueueStats};
use crate::telemetry;

/// How long a look may take: metrics of a process whose database hangs are of use too.
const LIMIT: Duration = Duration::from_secs(2);

/// Queues that were told to be paused. One without jobs is heard of no more once it goes on.
static PAUSED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Everything that is measured, in Prometheus's text format.
///
/// When the database does not answer, that is told, what it knows is left as it was, and the rest is told.
pub async fn measure(app: &App) -> String {
    for pool in app.db.pools() {
        let used = pool.open.saturating_sub(pool.idle);
        for (state, connections) in [("idle", pool.idle), ("used", used)] {
            metrics::gauge!(names::POOL_CONNECTIONS, "pool" => pool.name, "state" => state).set(connections);
        }
        metrics::gauge!(names::POOL_MAX, "pool" => pool.name).set(pool.max);
    }
    let looked = tokio::time::timeout(LIMIT, look(app)).await;
    match &looked {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "the queue could not be measured"),
        Err(_) => tracing::debug!("the queue could not be measured in time"),
    }
    metrics::gauge!(names::DB_UP).set(if matches!(looked, Ok(Ok(()))) { 1.0 } else { 0.0 });
    telemetry::metrics::render()
}

async fn look(app: &App) -> Result<()> {
    let latency = app.db.ping(LIMIT).await?;
    metrics::gauge!(names::DB_LATENCY).set(latency.as_secs_f64());
    let now = app.clock.now();
    let backups = backup::last(&app.db, now).await?;
    metrics::gauge!(names::BACKUP_FAILING).set(if backups.failed.is_some() { 1.0 } else { 0.0 });
    if let Some(good) = backups.good {
        let age = (now - good.finished_at).to_std().unwrap_or_default();
        metrics::gauge!(names::BACKUP_AGE).set(age.as_secs_f64());
    }
    let queues = inspect::stats(&app.db, now).await?;
    tell_pauses(&queues);
    for queue in queues {
        let age = queue.oldest.and_then(|job| (now - job.run_at).to_std().ok()).unwrap_or_default();
        metrics::gauge!(names::QUEUE_OLDEST, "queue" => queue.queue.clone()).set(age.as_secs_f64());
        for kind in queue.kinds {
            for (state, jobs) in kind.depth.iter() {
                #[expect(clippy::cast_precision_loss, reason = "fewer jobs than 2^53")]
                let jobs = jobs as f64;
                let labels =
                    [("queue", queue.queue.clone()), ("kind", kind.kind.clone()), ("state", state.as_str().into())];
                metrics::gauge!(names::QUEUE_JOBS, &labels).set(jobs);
            }
        }
    }
    Ok(())
}

fn tell_pauses(queues: &[QueueStats]) {
    let now_paused: BTreeSet<String> =
        queues.iter().filter(|queue| queue.paused_at.is_some()).map(|queue| queue.queue.clone()).collect();
    let mut paused = PAUSED.lock().unwrap_or_else(PoisonError::into_inner);
    for queue in queues.iter().map(|queue| &queue.queue).chain(paused.iter()) {
        let is_paused = if now_paused.contains(queue) { 1.0 } else { 0.0 };
        metrics::gauge!(names::QUEUE_PAUSED, "queue" => queue.clone()).set(is_paused);
    }
    *paused = now_paused;
}
