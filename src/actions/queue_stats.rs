//! How deep the queues are, and how fast they move.

use super::Result;
use super::embedding_status::{EmbeddingStatus, model_change};
use crate::app::App;
use crate::queue::inspect::{self, QueueStats, Schedule};

/// All that an operator wants to see at one glance.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueStatus {
    /// Every queue, by name.
    pub queues: Vec<QueueStats>,
    /// What is enqueued by the clock, by name.
    pub schedules: Vec<Schedule>,
    /// How far a model has come that is to take the place of another.
    pub model_change: Option<EmbeddingStatus>,
}

/// The queues and the schedules as they stand.
///
/// # Errors
/// [`super::Error::Database`].
pub async fn queue_stats(app: &App) -> Result<QueueStatus> {
    let queues = inspect::stats(&app.db, app.clock.now()).await?;
    let schedules = inspect::schedules(&app.db).await?;
    Ok(QueueStatus { queues, schedules, model_change: model_change(app).await? })
}
