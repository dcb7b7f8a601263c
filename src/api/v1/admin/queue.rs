//! Queues and schedules as administrators see them, over HTTP and on a terminal.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::actions::{Depth, EmbeddingStatus, KindStats, Oldest, Pace, QueueStats, QueueStatus, Schedule, Window};
use crate::api::time::Time;
use crate::domain::Timestamp;

/// All queues and schedules.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = QueueStatus)]
pub struct QueueStatusBody {
    /// By name.
    queues: Vec<QueueBody>,
    /// By name.
    schedules: Vec<ScheduleBody>,
    /// How far the texts are read by a model that is to take the place of another.
    #[serde(skip_serializing_if = "Option::is_none")]
    model_change: Option<ModelChangeBody>,
}

/// A model that is to take the place of another. The other one answers until this one has read everything.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModelChange)]
struct ModelChangeBody {
    model: Option<String>,
    /// The model that answers until then.
    serving: Option<String>,
    /// Pieces of all texts.
    chunks: i64,
    /// Those that the new model has read.
    embedded_chunks: i64,
}

/// A queue.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Queue)]
pub struct QueueBody {
    name: String,
    /// Nobody takes jobs from it since then.
    paused_at: Option<Time>,
    #[serde(flatten)]
    numbers: Numbers,
    /// By name.
    kinds: Vec<KindBody>,
}

/// A kind of jobs within a queue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QueueKind)]
pub struct KindBody {
    kind: String,
    #[serde(flatten)]
    numbers: Numbers,
}

/// Depth and pace.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = QueueNumbers)]
struct Numbers {
    /// Jobs by state.
    states: BTreeMap<&'static str, i64>,
    /// The available job that was enqueued first.
    oldest_available: Option<OldestBody>,
    last_minute: WindowBody,
    last_hour: WindowBody,
    /// What an attempt of the last hour took on average.
    average_busy_ms: Option<f64>,
}

/// A job that waits.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OldestJob)]
struct OldestBody {
    #[serde(rename = "_id")]
    old_id: Uuid,
    id: Uuid,
    created_at: Time,
    /// Since when it is due.
    run_at: Time,
    /// For how long it is due.
    waiting_ms: i64,
}

/// Attempts of a span of time, reckoned from whole minutes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QueueWindow)]
struct WindowBody {
    /// Those that completed their job.
    done: i64,
    /// Those that failed, be it for good or not.
    failed: i64,
}

/// A job that comes again and again.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Schedule)]
pub struct ScheduleBody {
    name: String,
    /// When it is due, as a cron expression.
    expression: String,
    next_at: Time,
    last_at: Option<Time>,
    /// The job of that time.
    last_job_id: Option<Uuid>,
}

impl QueueStatusBody {
    /// The status as it was at `now`.
    pub fn new(status: QueueStatus, now: Timestamp) -> Self {
        Self {
            queues: status.queues.into_iter().map(|queue| QueueBody::new(queue, now)).collect(),
            schedules: status.schedules.into_iter().map(ScheduleBody::from).collect(),
            model_change: status.model_change.map(ModelChangeBody::from),
        }
    }
}

impl From<EmbeddingStatus> for ModelChangeBody {
    fn from(status: EmbeddingStatus) -> Self {
        Self {
            model: status.model,
            serving: status.serving.map(|space| space.model),
            chunks: status.totals.chunks,
            embedded_chunks: status.totals.embedded_chunks,
        }
    }
}

impl QueueBody {
    /// The queue as it was at `now`.
    pub fn new(queue: QueueStats, now: Timestamp) -> Self {
        Self {
            name: queue.queue,
            paused_at: queue.paused_at.map(Time),
            numbers: Numbers::new(&queue.depth, queue.oldest, queue.pace, now),
            kinds: queue.kinds.into_iter().map(|kind| KindBody::new(kind, now)).collect(),
        }
    }
}

impl KindBody {
    fn new(kind: KindStats, now: Timestamp) -> Self {
        Self { kind: kind.kind, numbers: Numbers::new(&kind.depth, kind.oldest, kind.pace, now) }
    }
}

impl Numbers {
    fn new(depth: &Depth, oldest: Option<Oldest>, pace: Pace, now: Timestamp) -> Self {
        let oldest = oldest.map(|job| OldestBody {
            old_id: job.id.0,
            id: job.id.0,
            created_at: Time(job.created_at),
            run_at: Time(job.run_at),
            waiting_ms: (now - job.run_at).num_milliseconds().max(0),
        });
        Self {
            states: depth.iter().map(|(state, jobs)| (state.as_str(), jobs)).collect(),
            oldest_available: oldest,
            last_minute: pace.last_minute.into(),
            last_hour: pace.last_hour.into(),
            average_busy_ms: pace.average_busy_ms.map(|ms| (ms * 10.0).round() / 10.0),
        }
    }
}

impl From<Window> for WindowBody {
    fn from(Window { done, failed }: Window) -> Self {
        Self { done, failed }
    }
}

impl From<Schedule> for ScheduleBody {
    fn from(schedule: Schedule) -> Self {
        Self {
            name: schedule.name,
            expression: schedule.expression,
            next_at: Time(schedule.next_at),
            last_at: schedule.last_at.map(Time),
            last_job_id: schedule.last_job_id.map(|job| job.0),
        }
    }
}
