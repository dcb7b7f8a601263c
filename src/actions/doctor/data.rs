//! Whether what people saved could be brought back, and is found by its meaning.

use chrono::TimeDelta;

use super::{Check, Scope, meaning};
use crate::actions::backup::{LastBackups, last};
use crate::config::Config;
use crate::db::Db;
use crate::domain::fault::chain;
use crate::domain::{Clock, Timestamp};

/// How old the last good backup may be, and the last that was verified.
const OLD: TimeDelta = TimeDelta::days(2);
const LONG_UNVERIFIED: TimeDelta = TimeDelta::days(31);

pub(super) async fn checks(db: &Db, config: &Config, clock: &Clock, scope: &Scope) -> Vec<Check> {
    let mut checks = vec![backup(db, config, clock.now()).await];
    checks.extend(meaning::checks(db, config, clock, scope).await);
    checks
}

async fn backup(db: &Db, config: &Config, now: Timestamp) -> Check {
    let name = "backup";
    let mend = "brainly backup; BACKUP_SCHEDULE or deploy/systemd/brainly-backup.timer makes one each night";
    let LastBackups { good, failed, verified } = match last(db, now).await {
        Ok(last) => last,
        Err(error) => return Check::fail(name, chain(&error), "see the check of the schema"),
    };
    let Some(good) = good else {
        return Check::wrong_in_production(config, name, "there has never been a good backup", mend);
    };
    let age = now - good.finished_at;
    if age > OLD {
        let why = format!("the last good backup is {} days old", age.num_days());
        return Check::wrong_in_production(config, name, why, mend);
    }
    if let Some(failed) = failed {
        let why = failed.error.unwrap_or_default();
        let hours = (now - failed.finished_at).num_hours();
        let why = format!("the last backup to {} failed {hours} hours ago: {why}", failed.place);
        return Check::wrong_in_production(config, name, why, mend);
    }
    let verified = verified.and_then(|tried| tried.verified_at).filter(|at| now - *at < LONG_UNVERIFIED);
    match verified {
        Some(at) => Check::ok(
            name,
            format!("the last one is {} hours old; one was verified on {}", age.num_hours(), at.format("%F")),
        ),
        None => Check::warn(
            name,
            format!("the last one is {} hours old, and none was verified for a month", age.num_hours()),
            "brainly backup verify --restore",
        ),
    }
}
