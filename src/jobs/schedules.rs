//! What is done without anybody asking for it, and when.
//!
//! To add one: a line in [`schedules`]. Its job is a kind like any other; give it a unique key, so that no two of them wait.
//! Names and old rows: `src/queue/schedule.rs`.

use crate::domain::job::{Backup, Purge};
use crate::domain::{CronExpression, InvalidCron};
use crate::queue::Schedule;

/// Every schedule of this program, with backups at `backup` if that is set; times are UTC unless a line has a `CRON_TZ=`.
///
/// # Errors
/// [`InvalidCron`] for a line that can't be read.
pub fn schedules(backup: Option<&CronExpression>) -> Result<Vec<Schedule>, InvalidCron> {
    let mut schedules = vec![
        // Not on the hour, when everybody's jobs start.
        Schedule::new("purge", "17 * * * *".parse()?, Purge {}),
    ];
    schedules.extend(backup.map(|at| Schedule::new("backup", at.clone(), Backup {})));
    Ok(schedules)
}
