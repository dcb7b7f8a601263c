//! Stops and restarts a queue.

use super::{Error, Result};
use crate::app::App;
use crate::queue::control;
use crate::queue::inspect::{self, QueueStats};

/// The longest name that a queue may have, in bytes.
const LONGEST: usize = 100;

/// Lets no worker begin jobs of `queue`; those that run go on. The queue as it stands then.
///
/// A queue that never had jobs can be paused too: before an import, for one.
///
/// # Errors
/// [`Error::NotFound`] for what can't be a queue's name; [`Error::Database`].
pub async fn pause_queue(app: &App, queue: &str) -> Result<QueueStats> {
    if queue.is_empty() || queue.len() > LONGEST || queue.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(Error::NotFound("Queue"));
    }
    let mut tx = app.db.begin().await?;
    control::pause(&mut tx, queue, app.clock.now()).await?;
    tx.commit().await?;
    Ok(stats_of(app, queue).await?.unwrap_or_else(|| QueueStats::empty(queue)))
}

/// Lets workers take jobs of `queue` again, if it was paused. The queue as it stands then.
///
/// # Errors
/// [`Error::NotFound`] when it never had jobs and was not paused; [`Error::Database`].
pub async fn resume_queue(app: &App, queue: &str) -> Result<QueueStats> {
    if queue.contains('\0') {
        return Err(Error::NotFound("Queue"));
    }
    let mut tx = app.db.begin().await?;
    let resumed = control::resume(&mut tx, queue).await?;
    tx.commit().await?;
    app.wake.notify();
    match stats_of(app, queue).await? {
        Some(stats) => Ok(stats),
        None if resumed => Ok(QueueStats::empty(queue)),
        None => Err(Error::NotFound("Queue")),
    }
}

async fn stats_of(app: &App, queue: &str) -> Result<Option<QueueStats>> {
    let queues = inspect::stats(&app.db, app.clock.now()).await?;
    Ok(queues.into_iter().find(|stats| stats.queue == queue))
}
