//! Housekeeping: what is old enough goes, in small batches.

use chrono::TimeDelta;

use super::Result;
use crate::app::App;
use crate::queue;
use crate::store::content_counts::{self, Changes};
use crate::store::{contents, hosts, rate_limits};

/// Rows that one transaction removes.
const BATCH: u32 = 200;

/// Removes what lay in the trash for `TRASH_DAYS`, finished jobs older than `JOB_RETENTION_DAYS` and windows that are over.
///
/// # Errors
/// [`super::Error::Database`]; what was removed until then stays removed.
pub async fn purge(app: &App) -> Result<()> {
    let now = app.clock.now();
    let trashed_before = now - TimeDelta::days(i64::from(app.config.retention.trash_days.get()));
    loop {
        let mut tx = app.db.begin().await?;
        let gone = contents::purge(&mut tx, trashed_before, BATCH.into()).await?;
        let mut changes = Changes::default();
        for (owner,) in &gone {
            changes.add(*owner, "trash", -1);
        }
        content_counts::apply(&mut tx, &changes).await?;
        tx.commit().await?;
        if gone.is_empty() {
            break;
        }
    }
    let finished_before = now - TimeDelta::days(i64::from(app.config.retention.job_retention_days.get()));
    loop {
        let mut tx = app.db.begin().await?;
        let gone = queue::prune(&mut tx, finished_before, BATCH).await?;
        tx.commit().await?;
        if gone == 0 {
            break;
        }
    }
    let mut tx = app.db.begin().await?;
    rate_limits::forget_old(&mut tx, now).await?;
    hosts::forget_old(&mut tx, now).await?;
    Ok(tx.commit().await?)
}
