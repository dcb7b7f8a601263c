//! Makes jobs available whose time has come: delayed ones, and those that wait for their next attempt.
//!
//! Each takes its turn now, not when it was enqueued: ten thousand retries that come due at once stand in line like ten
//! thousand fresh jobs of their owner.

use std::collections::BTreeMap;

use super::turn::{self, Flow};
use super::wake;
use crate::db::{Db, Result, Value, sql};
use crate::domain::{JobId, Timestamp, UserId};

/// Jobs that one transaction makes available.
const BATCH: i64 = 500;

/// What came of a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Promoted {
    /// Jobs that are available now.
    pub(super) jobs: u64,
    /// When the next one is due; in the past when more than a batch was.
    pub(super) next_due: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Waiting {
    id: JobId,
    kind: String,
    priority: i32,
    user_id: Option<UserId>,
    run_at: Timestamp,
}

/// Makes at most one batch of due jobs available.
pub(super) async fn promote(db: &Db, now: Timestamp) -> Result<Promoted> {
    let waiting: Vec<Waiting> = sql("SELECT id, kind, priority, user_id, run_at FROM jobs \
             WHERE state IN ('scheduled', 'retryable') ORDER BY run_at LIMIT $1")
    .bind(BATCH + 1)
    .fetch_all(db)
    .await?;
    let due = waiting.partition_point(|job| job.run_at <= now).min(usize::try_from(BATCH).unwrap_or(usize::MAX));
    let next_due = waiting.get(due).map(|job| job.run_at);
    if due == 0 {
        return Ok(Promoted { jobs: 0, next_due });
    }
    let mut flows: BTreeMap<Flow, Vec<JobId>> = BTreeMap::new();
    for job in waiting.into_iter().take(due) {
        let flow = Flow { kind: job.kind, priority: job.priority, owner: job.user_id };
        flows.entry(flow).or_default().push(job.id);
    }
    let jobs = give_turns(db, flows, now).await?;
    Ok(Promoted { jobs, next_due })
}

/// Turns first, then the jobs, as whoever enqueues takes them too. What another holds is left for the next look.
async fn give_turns(db: &Db, flows: BTreeMap<Flow, Vec<JobId>>, now: Timestamp) -> Result<u64> {
    let mut tx = db.begin().await?;
    let mut given: Vec<[Value; 2]> = Vec::new();
    for (flow, ids) in flows {
        let first = turn::take(&mut tx, &flow, i64::try_from(ids.len()).unwrap_or(i64::MAX)).await?;
        given.extend(ids.into_iter().zip(first..).map(|(id, turn)| [id.into(), turn.into()]));
    }
    let engine = tx.engine();
    let promoted = sql("WITH given (id, turn) AS (VALUES ")
        .bind(now)
        .push_rows(given)
        .push(
            "), due AS MATERIALIZED (SELECT id FROM jobs WHERE state IN ('scheduled', 'retryable') AND run_at <= $1 \
             AND id ",
        )
        .push(&engine.one_of("given"))
        .push(engine.skip_locked())
        .push(
            ") UPDATE jobs SET state = 'available', turn = given.turn FROM given \
             WHERE jobs.id = given.id AND jobs.id ",
        )
        .push(&engine.one_of("due"))
        .execute(&mut tx)
        .await?;
    if promoted > 0 {
        wake::announce(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(promoted)
}
