//! A worker's single steps, in any order: for tests of what they come to together.
//!
//! Each is what a worker's turn or its keeper does, and nothing else; a [`super::Worker`] is what programs use.

use std::time::Duration;

use super::claim::{self, Arm, Claim, Order};
use super::finish::{self, Finished, Outcome};
use super::{promote, rescue};
use crate::db::{Db, Result};
use crate::domain::job::Arguments;
use crate::domain::{JobId, Timestamp};

/// A job that a worker has claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The job.
    pub id: JobId,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    /// When it was claimed.
    pub started_at: Timestamp,
}

/// How an attempt ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Done.
    Completed,
    /// Failed, and tried again after so long.
    Retry(Duration),
    /// Put off for so long, uncounted.
    PutOff(Duration),
    /// Failed for good.
    Discarded,
    /// Stopped on request.
    Cancelled,
    /// Stopped half-way, uncounted.
    HandedBack,
}

/// Claims at most `jobs` of the kind `A` for `worker`.
///
/// # Errors
/// Whatever the database meets.
pub async fn claim<A: Arguments>(
    db: &Db,
    worker: &str,
    jobs: usize,
    now: Timestamp,
    lease: Duration,
) -> Result<Vec<Held>> {
    let arms = [Arm { kind: A::KIND, queue: A::QUEUE, most: usize::MAX, low: None, after: None }];
    let lease_until = finish::later(now, lease);
    let claim = Claim { worker, arms: &arms, order: Order::BestLane, only: None, jobs, now, lease_until };
    let mut tx = db.begin().await?;
    let claimed = claim::claim(&mut tx, &claim).await?;
    tx.commit().await?;
    Ok(claimed.into_iter().map(|job| Held { id: job.id, attempt: job.attempt, started_at: job.started_at }).collect())
}

/// Ends attempts of `worker` at jobs of the kind `A`, all in one batch.
///
/// # Errors
/// Whatever the database meets.
pub async fn finish<A: Arguments>(db: &Db, worker: &str, ends: &[(Held, End)], now: Timestamp) -> Result<()> {
    let cause = || "told to".to_owned();
    let finished = ends.iter().map(|(held, end)| Finished {
        id: held.id,
        kind: A::KIND,
        attempt: held.attempt,
        started_at: held.started_at,
        took: Duration::ZERO,
        outcome: match *end {
            End::Completed => Outcome::Completed,
            End::Retry(after) => Outcome::Retry { after, cause: cause() },
            End::PutOff(after) => Outcome::PutOff { after, cause: cause() },
            End::Discarded => Outcome::Discarded { cause: cause(), is_ours: true },
            End::Cancelled => Outcome::Cancelled,
            End::HandedBack => Outcome::HandedBack,
        },
    });
    let mut tx = db.begin().await?;
    finish::finish(&mut tx, worker, &finished.collect::<Vec<_>>(), now).await?;
    tx.commit().await
}

/// Takes jobs back whose lease is over.
///
/// # Errors
/// Whatever the database meets.
pub async fn rescue(db: &Db, now: Timestamp) -> Result<()> {
    let mut tx = db.begin().await?;
    rescue::rescue(&mut tx, now).await?;
    tx.commit().await
}

/// Makes jobs available whose time has come.
///
/// # Errors
/// Whatever the database meets.
pub async fn promote(db: &Db, now: Timestamp) -> Result<()> {
    promote::promote(db, now).await.map(|_| ())
}
