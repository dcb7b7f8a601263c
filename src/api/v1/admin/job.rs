//! A job as administrators see it, over HTTP and on a terminal.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::actions::{Job, JobAttempt, JobDetails};
use crate::api::time::Time;

/// A job.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Job)]
pub struct JobBody {
    #[serde(rename = "_id")]
    old_id: Uuid,
    id: Uuid,
    queue: String,
    kind: String,
    /// `available`, `scheduled`, `running`, `retryable`, `completed`, `cancelled` or `discarded`.
    state: &'static str,
    /// Smaller goes first.
    priority: i32,
    /// For whom it is done.
    user_id: Option<Uuid>,
    /// Two open jobs of a kind never share one.
    unique_key: Option<String>,
    /// What it is about, by its ids.
    arguments: Value,
    /// Attempts so far.
    attempt: i32,
    max_attempts: i32,
    /// How often it was put off; such attempts don't count.
    put_offs: i32,
    /// How far the present attempt says it has come.
    progress: Option<Value>,
    /// Why the last attempt failed, with its causes.
    last_error: Option<String>,
    /// Who has it, or had it last.
    worker: Option<String>,
    created_at: Time,
    /// When it is, or was, due.
    run_at: Time,
    /// When its last attempt began.
    started_at: Option<Time>,
    /// While it runs: until when its worker may be silent.
    lease_until: Option<Time>,
    /// Its present attempt is to stop.
    cancel_requested_at: Option<Time>,
    finished_at: Option<Time>,
}

/// A job with its history.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JobDetails)]
pub struct JobDetailsBody {
    #[serde(flatten)]
    job: JobBody,
    /// Attempts that did not complete it, oldest first.
    attempts: Vec<JobAttemptBody>,
}

/// An attempt that did not complete its job.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JobAttempt)]
pub struct JobAttemptBody {
    /// From 1; it begins anew when an ended job is retried.
    attempt: i32,
    worker: Option<String>,
    started_at: Option<Time>,
    ended_at: Time,
    outcome: String,
    error: Option<String>,
}

impl From<Job> for JobBody {
    fn from(job: Job) -> Self {
        Self {
            old_id: job.id.0,
            id: job.id.0,
            queue: job.queue,
            kind: job.kind,
            state: job.state.as_str(),
            priority: job.priority,
            user_id: job.user_id.map(|user| user.0),
            unique_key: job.unique_key,
            arguments: job.arguments,
            attempt: job.attempt,
            max_attempts: job.max_attempts,
            put_offs: job.put_offs,
            progress: job.progress,
            last_error: job.last_error,
            worker: job.worker,
            created_at: Time(job.created_at),
            run_at: Time(job.run_at),
            started_at: job.started_at.map(Time),
            lease_until: job.lease_until.map(Time),
            cancel_requested_at: job.cancel_requested_at.map(Time),
            finished_at: job.finished_at.map(Time),
        }
    }
}

impl From<JobDetails> for JobDetailsBody {
    fn from(details: JobDetails) -> Self {
        let attempts = details.attempts.into_iter().map(JobAttemptBody::from).collect();
        Self { job: details.job.into(), attempts }
    }
}

impl From<JobAttempt> for JobAttemptBody {
    fn from(attempt: JobAttempt) -> Self {
        let JobAttempt { attempt, worker, started_at, ended_at, outcome, error } = attempt;
        Self { attempt, worker, started_at: started_at.map(Time), ended_at: Time(ended_at), outcome, error }
    }
}
