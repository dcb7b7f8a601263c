//! Schedules: jobs that are enqueued again and again, each due time once, however many instances look.
//!
//! A schedule's row in `job_schedules` is what instances agree by: who finds it due locks it, enqueues the job and moves it
//! on, in one transaction. So there is no leader to elect and none to lose, and a crash leaves nothing half done. Times
//! that passed while nobody looked are caught up with one run, not with one for each.
//!
//! The row's expression is the one that counts. An instance writes its own there when it starts ([`register`]); those that
//! run go by what they find. So old and new instances don't undo each other's while one takes the other's place. For the
//! same reason a row that an instance does not know is left alone: it goes when it has been due for 30 days, since nobody
//! knows it then.
//!
//! When a time is due is [`CronExpression`]'s business. To add a schedule: see `jobs/schedules.rs`.

mod run;

use chrono::{DateTime, TimeDelta};
use futures::future::BoxFuture;

use super::enqueue::{Enqueue, enqueue};
use crate::db::{self, Db, Tx, sql};
use crate::domain::job::Arguments;
use crate::domain::{CronExpression, JobId, Timestamp};

pub use run::run;

/// How long a row stays that is due and that nobody runs.
const KEPT: TimeDelta = TimeDelta::days(30);
/// The next time of a schedule whose times are all over: 9999-12-31.
const NEVER: Timestamp = match DateTime::from_timestamp(253_402_214_400, 0) {
    Some(time) => time,
    None => DateTime::UNIX_EPOCH,
};

/// A job, and when it is enqueued.
pub struct Schedule {
    name: String,
    expression: CronExpression,
    job: Box<dyn Job>,
}

/// What a look at the schedules came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticked {
    /// How many were due and have their job.
    pub enqueued: usize,
    /// When the next one is due; past, while another instance is at it. `None` without any.
    pub next_at: Option<Timestamp>,
}

/// Arguments with their type erased.
trait Job: Send + Sync {
    fn enqueue<'a>(&'a self, tx: &'a mut Tx<'static>, now: Timestamp) -> BoxFuture<'a, db::Result<JobId>>;
}

impl<A: Arguments> Job for A {
    fn enqueue<'a>(&'a self, tx: &'a mut Tx<'static>, now: Timestamp) -> BoxFuture<'a, db::Result<JobId>> {
        Box::pin(enqueue(tx, self, Enqueue::default(), now))
    }
}

/// A row of `job_schedules`.
#[derive(Debug, sqlx::FromRow)]
struct Row {
    name: String,
    expression: String,
    next_at: Timestamp,
    last_at: Option<Timestamp>,
}

impl Schedule {
    /// `job`, whenever `expression` is due. The name is the row's key: under another one it is another schedule.
    ///
    /// Give the job a unique key, unless two of them may wait at once.
    pub fn new(name: impl Into<String>, expression: CronExpression, job: impl Arguments) -> Self {
        Self { name: name.into(), expression, job: Box::new(job) }
    }

    /// Its row's key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it is due.
    pub fn expression(&self) -> &CronExpression {
        &self.expression
    }

    fn next_after(&self, time: Timestamp) -> Timestamp {
        self.expression.next_after(time).unwrap_or(NEVER)
    }
}

/// Writes the schedules of an instance that starts, and removes those that nobody knows any longer.
///
/// A new one is first due at its next time. One whose expression has changed goes by the new one from now on.
///
/// # Errors
/// Whatever the database meets; nothing is written then.
pub async fn register(db: &Db, schedules: &[Schedule], now: Timestamp) -> db::Result<()> {
    let mut tx = db.begin().await?;
    // In one order, or two that start at once might wait for each other.
    let mut sorted: Vec<_> = schedules.iter().collect();
    sorted.sort_unstable_by_key(|schedule| schedule.name());
    for schedule in sorted {
        insert(&mut tx, schedule, now).await?;
        adopt(&mut tx, schedule, now).await?;
    }
    let mut forgotten = sql("DELETE FROM job_schedules WHERE next_at < $1").bind(now - KEPT);
    if !schedules.is_empty() {
        forgotten = forgotten.push(" AND name NOT IN ").push_list(schedules.iter().map(Schedule::name));
    }
    let forgotten = forgotten.execute(&mut tx).await?;
    tx.commit().await?;
    if forgotten > 0 {
        tracing::info!(schedules = forgotten, "schedules that nobody has run for a month are forgotten");
    }
    Ok(())
}

/// Enqueues the job of each schedule that is due, and says when the next one is.
///
/// Any number of instances may do so at once, with clocks that differ: a due time is done once.
///
/// # Errors
/// The first thing that the database met; what could be enqueued is, and the rest is still due.
pub async fn tick(db: &Db, schedules: &[Schedule], now: Timestamp) -> db::Result<Ticked> {
    let (mut ticked, mut failed) = (Ticked::default(), None);
    let rows = rows(db).await?;
    for schedule in schedules {
        let row = rows.iter().find(|row| row.name == schedule.name);
        let next_at = match row {
            Some(row) if row.next_at > now => Ok(Some(row.next_at)),
            Some(_) => enqueue_due(db, schedule, now, &mut ticked.enqueued).await,
            None => write_new(db, schedule, now).await.map(Some),
        };
        match next_at {
            // None: it is in another instance's hands.
            Ok(next_at) => ticked.next_at = ticked.next_at.into_iter().chain([next_at.unwrap_or(now)]).min(),
            Err(error) => {
                failed.get_or_insert(error);
            }
        }
    }
    failed.map_or(Ok(ticked), Err)
}

/// Runs one schedule, if nobody else does, and says when it is due next.
async fn enqueue_due(
    db: &Db,
    schedule: &Schedule,
    now: Timestamp,
    enqueued: &mut usize,
) -> db::Result<Option<Timestamp>> {
    let mut tx = db.begin().await?;
    let locking = tx.engine().skip_locked();
    let row = sql("SELECT name, expression, next_at, last_at FROM job_schedules WHERE name = $1 AND next_at <= $2")
        .bind(schedule.name())
        .bind(now)
        .push(locking)
        .fetch_optional::<Row>(&mut tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let Ok(expression) = CronExpression::parse(&row.expression) else {
        // A newer instance wrote it, and is there to do it.
        tracing::debug!(schedule = row.name, expression = row.expression, "a schedule is left to who can read it");
        return Ok(Some(NEVER));
    };
    // From now, not from the time that was due: what was missed since then is in this run.
    let next_at = expression.next_after(now).unwrap_or(NEVER);
    let job = schedule.job.enqueue(&mut tx, now).await?;
    sql("UPDATE job_schedules SET next_at = $2, last_at = $3, last_job_id = $4 WHERE name = $1")
        .bind(schedule.name())
        .bind(next_at)
        .bind(now)
        .bind(job)
        .execute(&mut tx)
        .await?;
    tx.commit().await?;
    *enqueued += 1;
    let late_ms = (now - row.next_at).num_milliseconds();
    tracing::info!(schedule = schedule.name(), job.id = %job, late_ms, %next_at, "a schedule was due");
    Ok(Some(next_at))
}

async fn write_new(db: &Db, schedule: &Schedule, now: Timestamp) -> db::Result<Timestamp> {
    let mut tx = db.begin().await?;
    insert(&mut tx, schedule, now).await?;
    tx.commit().await?;
    Ok(schedule.next_after(now))
}

async fn insert(tx: &mut Tx<'_>, schedule: &Schedule, now: Timestamp) -> db::Result<()> {
    sql("INSERT INTO job_schedules (name, expression, next_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING")
        .bind(schedule.name())
        .bind(schedule.expression.as_str())
        .bind(schedule.next_after(now))
        .execute(tx)
        .await?;
    Ok(())
}

/// Writes the schedule's own expression over another that its row has.
async fn adopt(tx: &mut Tx<'_>, schedule: &Schedule, now: Timestamp) -> db::Result<()> {
    let locking = tx.engine().for_update();
    let row = sql("SELECT name, expression, next_at, last_at FROM job_schedules WHERE name = $1 AND expression <> $2")
        .bind(schedule.name())
        .bind(schedule.expression.as_str())
        .push(locking)
        .fetch_optional::<Row>(&mut *tx)
        .await?;
    let Some(row) = row else { return Ok(()) };
    // An instance whose clock goes ahead of ours may have done already what is due by ours.
    let next_at = schedule.next_after(row.last_at.map_or(now, |last_at| last_at.max(now)));
    sql("UPDATE job_schedules SET expression = $2, next_at = $3 WHERE name = $1")
        .bind(schedule.name())
        .bind(schedule.expression.as_str())
        .bind(next_at)
        .execute(tx)
        .await?;
    tracing::info!(
        schedule = schedule.name(), was = row.expression, expression = %schedule.expression, %next_at,
        "a schedule has changed"
    );
    Ok(())
}

async fn rows(db: &Db) -> db::Result<Vec<Row>> {
    sql("SELECT name, expression, next_at, last_at FROM job_schedules").fetch_all(db).await
}
