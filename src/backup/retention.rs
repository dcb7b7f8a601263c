//! Which backups have become too old.

use std::collections::BTreeSet;

use chrono::{Datelike as _, TimeDelta};

use super::{BackupId, Listed};
use crate::domain::Timestamp;

/// How long what has not been finished is left alone: it may be in the making.
const UNFINISHED: TimeDelta = TimeDelta::days(1);

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Everything of so many days.
    pub days: u32,
    /// Beyond those: the newest of each of so many days.
    pub daily: u32,
    /// The newest of each of so many weeks.
    pub weekly: u32,
    /// The newest of each of so many months.
    pub monthly: u32,
}

/// Those of `backups` (the newest first) that are no longer to be kept. The newest whole one always is, and so is everything that was
/// finished as long as none is whole. One that is damaged, or that only a newer program can read, is as old as any other.
pub fn doomed<'a>(backups: &'a [Listed], keep: &Keep, now: Timestamp) -> Vec<&'a Listed> {
    let finished: Vec<&Listed> = backups.iter().filter(|backup| !backup.is_unfinished).collect();
    let newest_whole = finished.iter().find(|backup| backup.is_whole()).map(|backup| &backup.id);
    let day = |at: Timestamp| i64::from(at.num_days_from_ce());
    // 1 January of the year 1 was a Monday.
    let week = |at: Timestamp| (day(at) - 1).div_euclid(7);
    let month = |at: Timestamp| i64::from(at.year()) * 12 + i64::from(at.month0());
    let young = |at: Timestamp| now - at <= TimeDelta::days(keep.days.into());
    let mut kept: BTreeSet<&BackupId> = finished.iter().map(|backup| &backup.id).filter(|id| young(id.at())).collect();
    kept.extend(newest_whole);
    let periods: [(u32, &dyn Fn(Timestamp) -> i64); 3] =
        [(keep.daily, &day), (keep.weekly, &week), (keep.monthly, &month)];
    for (count, period) in periods {
        let mut seen = BTreeSet::new();
        for backup in finished.iter().filter(|backup| backup.is_whole()) {
            if seen.len() < count as usize && seen.insert(period(backup.id.at())) {
                kept.insert(&backup.id);
            }
        }
    }
    let goes = |backup: &&Listed| {
        if backup.is_unfinished {
            now - backup.id.at() > UNFINISHED
        } else {
            newest_whole.is_some() && !kept.contains(&backup.id)
        }
    };
    backups.iter().filter(goes).collect()
}
