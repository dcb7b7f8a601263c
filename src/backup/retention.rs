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

/// Those of `backups` (the newest first) that are no longer to be kept. The newest whole one always is.
pub fn doomed<'a>(backups: &'a [Listed], keep: &Keep, now: Timestamp) -> Vec<&'a Listed> {
    let whole: Vec<&Listed> = backups.iter().filter(|backup| backup.is_whole()).collect();
    let day = |at: Timestamp| i64::from(at.num_days_from_ce());
    // 1 January of the year 1 was a Monday.
    let week = |at: Timestamp| (day(at) - 1).div_euclid(7);
    let month = |at: Timestamp| i64::from(at.year()) * 12 + i64::from(at.month0());
    let mut kept: BTreeSet<&BackupId> = whole.first().map(|backup| &backup.id).into_iter().collect();
    let young = |at: Timestamp| now - at <= TimeDelta::days(keep.days.into());
    kept.extend(whole.iter().map(|backup| &backup.id).filter(|id| young(id.at())));
    let periods: [(u32, &dyn Fn(Timestamp) -> i64); 3] =
        [(keep.daily, &day), (keep.weekly, &week), (keep.monthly, &month)];
    for (count, period) in periods {
        let mut seen = BTreeSet::new();
        for backup in &whole {
            if seen.len() < count as usize && seen.insert(period(backup.id.at())) {
                kept.insert(&backup.id);
            }
        }
    }
    let goes = |backup: &&Listed| {
        if backup.is_whole() { !kept.contains(&backup.id) } else { now - backup.id.at() > UNFINISHED }
    };
    backups.iter().filter(goes).collect()
}
