//! What a worker did, minute by minute: gathered in memory, written every second or so.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::DurationRound as _;
use chrono::TimeDelta;

use crate::db::{Db, Result, Value, sql};
use crate::domain::Timestamp;
use crate::queue::finish::Finished;

type Key = (Timestamp, &'static str, &'static str);

/// Jobs and milliseconds by minute, kind and outcome. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally(Arc<Mutex<BTreeMap<Key, (i64, i64)>>>);

impl Tally {
    /// Counts attempts whose outcome was written at `now`.
    pub(super) fn count(&self, finished: &[Finished], now: Timestamp) {
        let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        let mut tally = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for job in finished {
            let (jobs, busy_ms) = tally.entry((minute, job.kind, job.outcome.name())).or_default();
            *jobs += 1;
            *busy_ms += i64::try_from(job.took.as_millis()).unwrap_or_default();
        }
    }

    /// Writes what was counted since the last time; after an error it is counted on.
    pub(super) async fn write(&self, db: &Db) -> Result<()> {
        let counted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if counted.is_empty() {
            return Ok(());
        }
        let written = write(db, &counted).await;
        if written.is_err() {
            let mut tally = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (key, (jobs, busy_ms)) in counted {
                let sums = tally.entry(key).or_default();
                *sums = (sums.0 + jobs, sums.1 + busy_ms);
            }
        }
        written
    }
}

/// In the order of the key, as every worker does it.
async fn write(db: &Db, counted: &BTreeMap<Key, (i64, i64)>) -> Result<()> {
    let rows = counted.iter().map(|((minute, kind, outcome), (jobs, busy_ms))| -> [Value; 5] {
        [(*minute).into(), (*kind).into(), (*outcome).into(), (*jobs).into(), (*busy_ms).into()]
    });
    let mut tx = db.begin().await?;
    sql("INSERT INTO job_minutes (minute, kind, outcome, jobs, busy_ms) VALUES ")
        .push_rows(rows)
        .push(
            " ON CONFLICT (minute, kind, outcome) DO UPDATE SET jobs = job_minutes.jobs + excluded.jobs, \
             busy_ms = job_minutes.busy_ms + excluded.busy_ms",
        )
        .execute(&mut tx)
        .await?;
    tx.commit().await
}
