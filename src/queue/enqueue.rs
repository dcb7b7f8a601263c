//! Writes a job beside the rows that cause it: in one transaction, or not at all.

use super::wake;
use crate::db::{self, Error, Tx, sql};
use crate::domain::job::{Arguments, Lane};
use crate::domain::{JobId, Timestamp, UserId};

/// Attempts of a job when neither its kind nor who enqueues it says otherwise.
pub const DEFAULT_MAX_ATTEMPTS: u32 = 5;

/// What may be said about a job beside its arguments; the default leaves all to its kind.
#[derive(Debug, Clone, Copy, Default)]
pub struct Enqueue {
    /// For whom it is done; it is removed with them.
    pub owner: Option<UserId>,
    /// Where it stands among others, if not where its kind does.
    pub lane: Option<Lane>,
    /// Not before; `None` is at once.
    pub run_at: Option<Timestamp>,
    /// How often it is tried; goes before its kind's own number. At least 1.
    pub max_attempts: Option<u32>,
}

/// Enqueues a job; workers hear of it when `tx` commits.
///
/// When a job of its kind and unique key waits already, that one is returned: with its own arguments and attempts, the
/// better lane and the earlier time of the two. When it runs already, it runs once more after that, since it may have
/// read what this request is about before it changed; a retry that was due anyway counts as that.
///
/// Enqueue last in a transaction: until it ends, another that enqueues the same job waits.
///
/// # Errors
/// [`Error::Unreadable`] when the arguments can't be written as JSON; whatever the database meets.
pub async fn enqueue<A: Arguments>(
    tx: &mut Tx<'_>,
    arguments: &A,
    options: Enqueue,
    now: Timestamp,
) -> db::Result<JobId> {
    let payload = serde_json::to_value(arguments).map_err(|cause| Error::Unreadable(cause.to_string()))?;
    let max_attempts = options.max_attempts.or(A::MAX_ATTEMPTS).unwrap_or(DEFAULT_MAX_ATTEMPTS).max(1);
    let run_at = options.run_at.unwrap_or(now);
    let due = run_at <= now;
    let (id,) = sql("INSERT INTO jobs (id, queue, kind, state, priority, user_id, unique_key, arguments, max_attempts, \
             run_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         ON CONFLICT (kind, unique_key) WHERE state IN ('available', 'scheduled', 'running', 'retryable') \
         DO UPDATE SET \
             priority = CASE WHEN excluded.priority < jobs.priority THEN excluded.priority ELSE jobs.priority END, \
             state = CASE WHEN jobs.state <> 'running' AND excluded.state = 'available' THEN 'available' \
                 ELSE jobs.state END, \
             run_at = CASE WHEN jobs.state <> 'running' AND excluded.run_at < jobs.run_at THEN excluded.run_at \
                 ELSE jobs.run_at END, \
             rerun_at = CASE WHEN jobs.state = 'running' AND (jobs.rerun_at IS NULL OR excluded.run_at < jobs.rerun_at) \
                 THEN excluded.run_at ELSE jobs.rerun_at END \
         RETURNING id")
        .bind(JobId::new(now))
        .bind(A::QUEUE)
        .bind(A::KIND)
        .bind(if due { "available" } else { "scheduled" })
        .bind(options.lane.unwrap_or(A::LANE).priority())
        .bind(options.owner)
        .bind(arguments.unique_key())
        .bind(payload)
        .bind(i32::try_from(max_attempts).unwrap_or(i32::MAX))
        .bind(run_at)
        .bind(now)
        .fetch_one::<(JobId,)>(&mut *tx)
        .await?;
    if due {
        wake::announce(tx).await?;
    }
    Ok(id)
}
