//! What can be seen of the queue: its depth and pace, its jobs, one job with all that befell it.
//!
//! Nothing here scans `jobs`: counts come from `job_counts`, which triggers keep, the pace from `job_minutes`, and a page
//! of jobs from as many short index ranges as there are kinds and states. Nothing here changes a job either: that is
//! [`super::control`].

mod list;
mod schedules;
mod stats;

use crate::db::{On, Result, sql};
use crate::domain::{JobId, Timestamp, UserId};

use super::State;

pub use list::{Filter, list};
pub use schedules::{Schedule, schedules};
pub use stats::{Depth, KindStats, Oldest, Pace, QueueStats, Window, stats};

/// A job as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its id, which tells when it was enqueued.
    pub id: JobId,
    /// The queue that it waits in.
    pub queue: String,
    /// What is to be done.
    pub kind: String,
    /// Where it stands.
    pub state: State,
    /// Its lane; smaller goes first.
    pub priority: i32,
    /// For whom it is done.
    pub user_id: Option<UserId>,
    /// Two open jobs of a kind never share one.
    pub unique_key: Option<String>,
    /// JSON; a text that is none stands here as it is.
    pub arguments: serde_json::Value,
    /// Attempts so far.
    pub attempt: i32,
    /// How many there may be.
    pub max_attempts: i32,
    /// How often it was put off, which counts as no attempt.
    pub put_offs: i32,
    /// How far the present attempt says it has come.
    pub progress: Option<serde_json::Value>,
    /// Why the last attempt failed, with the causes of that.
    pub last_error: Option<String>,
    /// Who has it, or had it last.
    pub worker: Option<String>,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// When it is, or was, due.
    pub run_at: Timestamp,
    /// When its last attempt began.
    pub started_at: Option<Timestamp>,
    /// While it runs: until when its worker may be silent.
    pub lease_until: Option<Timestamp>,
    /// Somebody wants the present attempt to stop.
    pub cancel_requested_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// An attempt that did not complete its job.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Attempt {
    /// Which one, from 1; it begins anew when an ended job is retried.
    pub attempt: i32,
    /// Who made it.
    pub worker: Option<String>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Timestamp,
    /// What came of it, in a word.
    pub outcome: String,
    /// Why, with the causes of that.
    pub error: Option<String>,
}

/// A job with its history.
#[derive(Debug, Clone, PartialEq)]
pub struct JobDetails {
    /// The job.
    pub job: Job,
    /// Attempts that did not complete it, oldest first.
    pub attempts: Vec<Attempt>,
}

const COLUMNS: &str = "id, queue, kind, state, priority, user_id, unique_key, CAST(arguments AS text) AS arguments, attempt, \
     max_attempts, put_offs, CAST(progress AS text) AS progress, last_error, claimed_by, created_at, run_at, started_at, \
     lease_until, cancel_requested_at, finished_at";

#[derive(sqlx::FromRow)]
struct JobRow {
    id: JobId,
    queue: String,
    kind: String,
    state: String,
    priority: i32,
    user_id: Option<UserId>,
    unique_key: Option<String>,
    arguments: String,
    attempt: i32,
    max_attempts: i32,
    put_offs: i32,
    progress: Option<String>,
    last_error: Option<String>,
    claimed_by: Option<String>,
    created_at: Timestamp,
    run_at: Timestamp,
    started_at: Option<Timestamp>,
    lease_until: Option<Timestamp>,
    cancel_requested_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
}

impl TryFrom<JobRow> for Job {
    type Error = crate::db::Error;

    fn try_from(row: JobRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            queue: row.queue,
            kind: row.kind,
            state: State::stored(&row.state)?,
            priority: row.priority,
            user_id: row.user_id,
            unique_key: row.unique_key,
            arguments: json(row.arguments),
            attempt: row.attempt,
            max_attempts: row.max_attempts,
            put_offs: row.put_offs,
            progress: row.progress.map(json),
            last_error: row.last_error,
            worker: row.claimed_by,
            created_at: row.created_at,
            run_at: row.run_at,
            started_at: row.started_at,
            lease_until: row.lease_until,
            cancel_requested_at: row.cancel_requested_at,
            finished_at: row.finished_at,
        })
    }
}

fn json(text: String) -> serde_json::Value {
    serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text))
}

/// A job without its history.
pub async fn job<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, id: JobId) -> Result<Option<Job>> {
    let row: Option<JobRow> =
        sql(&format!("SELECT {COLUMNS} FROM jobs WHERE id = $1")).bind(id).fetch_optional(on).await?;
    row.map(Job::try_from).transpose()
}

/// Those of `ids` that are there, without their histories.
pub async fn jobs<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, ids: impl IntoIterator<Item = JobId>) -> Result<Vec<Job>> {
    let statement = sql(&format!("SELECT {COLUMNS} FROM jobs WHERE id IN ")).push_list(ids);
    let rows: Vec<JobRow> = statement.fetch_all(on).await?;
    rows.into_iter().map(Job::try_from).collect()
}

/// A job with its history.
pub async fn find(db: &crate::db::Db, id: JobId) -> Result<Option<JobDetails>> {
    let Some(job) = job(db, id).await? else { return Ok(None) };
    let attempts = sql("SELECT attempt, worker, started_at, ended_at, outcome, error FROM job_attempts \
         WHERE job_id = $1 ORDER BY id")
    .bind(id)
    .fetch_all(db)
    .await?;
    Ok(Some(JobDetails { job, attempts }))
}
