//! Housekeeping: what is old enough goes, in small batches.

use std::time::Instant;

use chrono::TimeDelta;

use super::Result;
use crate::app::App;
use crate::db::{self, Tx};
use crate::domain::Timestamp;
use crate::queue;
use crate::store::content_counts::{self, Changes};
use crate::store::{contents, hosts, imports, rate_limits};

/// Rows that one transaction removes.
const BATCH: u32 = 200;

/// Days for which it is known what workers did in each minute.
const MINUTES_KEPT: TimeDelta = TimeDelta::days(2);

/// The longest that a file of links is read.
const READING: TimeDelta = TimeDelta::days(1);

/// What goes when it is from before a time.
#[derive(Clone, Copy)]
enum Old {
    Trash,
    Jobs,
    Minutes,
    Turns,
    Entries,
}

/// Removes what lay in the trash for `TRASH_DAYS`, finished jobs older than `JOB_RETENTION_DAYS`, what workers did two days
/// ago, turns that have passed, entries of imports that failed, and windows that are over.
///
/// # Errors
/// [`super::Error::Database`]; what was removed until then stays removed.
pub async fn purge(app: &App) -> Result<()> {
    let now = app.clock.now();
    let retention = &app.config.retention;
    let mut tx = app.db.begin().await?;
    imports::give_up(&mut tx, now - READING, now).await?;
    tx.commit().await?;
    for (old, before) in [
        (Old::Trash, now - TimeDelta::days(retention.trash_days.get().into())),
        (Old::Jobs, now - TimeDelta::days(retention.job_retention_days.get().into())),
        (Old::Minutes, now - MINUTES_KEPT),
        (Old::Turns, now),
        (Old::Entries, now),
    ] {
        loop {
            let mut tx = app.db.begin().await?;
            let begun = Instant::now();
            let gone = remove(&mut tx, old, before).await?;
            tx.commit().await?;
            if gone == 0 {
                break;
            }
            app.db.give_way(begun.elapsed()).await;
        }
    }
    let mut tx = app.db.begin().await?;
    rate_limits::forget_old(&mut tx, now).await?;
    hosts::forget_old(&mut tx, now).await?;
    Ok(tx.commit().await?)
}

/// Removes a batch, and says how many rows it was.
async fn remove(tx: &mut Tx<'_>, old: Old, before: Timestamp) -> db::Result<u64> {
    match old {
        Old::Trash => {
            let gone = contents::purge(tx, before, BATCH.into()).await?;
            let mut changes = Changes::default();
            for (owner,) in &gone {
                changes.add(*owner, "trash", -1);
            }
            content_counts::apply(tx, &changes).await?;
            Ok(gone.len() as u64)
        }
        Old::Jobs => queue::prune(tx, before, BATCH).await,
        Old::Minutes => queue::prune_minutes(tx, before, BATCH).await,
        // They pass by their lane's clock, not by ours.
        Old::Turns => queue::prune_turns(tx).await,
        Old::Entries => imports::forget_failed(tx, BATCH).await,
    }
}
