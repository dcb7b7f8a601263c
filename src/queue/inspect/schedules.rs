//! What is enqueued by the clock.

use crate::db::{On, Result, sql};
use crate::domain::{JobId, Timestamp};

/// A job that comes again and again.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Schedule {
    /// What it is called.
    pub name: String,
    /// When it is due, as a cron expression.
    pub expression: String,
    /// When it is due next.
    pub next_at: Timestamp,
    /// When it was due last; none yet when it never was.
    pub last_at: Option<Timestamp>,
    /// The job of that time.
    pub last_job_id: Option<JobId>,
}

/// All schedules, by name.
pub async fn schedules<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>) -> Result<Vec<Schedule>> {
    sql("SELECT name, expression, next_at, last_at, last_job_id FROM job_schedules ORDER BY name").fetch_all(on).await
}
