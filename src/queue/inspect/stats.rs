//! How deep each queue is, and how fast it moves.
//!
//! Reads `job_counts`, `job_pauses`, an hour of `job_minutes`, and one row of `jobs` for each kind that has available ones:
//! what it costs grows with the kinds of jobs, not with their number.

use std::collections::BTreeMap;

use chrono::{DurationRound as _, TimeDelta};

use super::State;
use crate::db::{Db, Result, sql};
use crate::domain::{JobId, Timestamp};

/// The outcome in `job_minutes` of an attempt that did its job.
const DONE: &str = "completed";
/// Those of attempts that failed. Others, such as being put off, are neither.
const FAILED: [&str; 2] = ["retryable", "discarded"];

/// How many jobs are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth([i64; State::ALL.len()]);

/// The available job that was enqueued first. One that was for later, or is tried again, may wait for less long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Oldest {
    /// The job.
    pub id: JobId,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// Since when it is due.
    pub run_at: Timestamp,
}

/// Attempts of a span of time. Reckoned from whole minutes, as if each passed evenly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    /// Those that completed their job.
    pub done: i64,
    /// Those that failed, be it for good or not.
    pub failed: i64,
}

/// What workers did of late.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pace {
    /// The last sixty seconds.
    pub last_minute: Window,
    /// The last sixty minutes.
    pub last_hour: Window,
    /// How long an attempt took on average in the last hour, in milliseconds; none without one.
    pub average_busy_ms: Option<f64>,
}

/// A kind of jobs within a queue.
#[derive(Debug, Clone, PartialEq)]
pub struct KindStats {
    /// Its name.
    pub kind: String,
    /// How many are in each state.
    pub depth: Depth,
    /// The available one that was enqueued first.
    pub oldest: Option<Oldest>,
    /// What workers did of this kind of late, whatever the queue.
    pub pace: Pace,
}

/// A queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueStats {
    /// Its name.
    pub queue: String,
    /// Nobody takes jobs from it since then.
    pub paused_at: Option<Timestamp>,
    /// How many are in each state.
    pub depth: Depth,
    /// The available one that was enqueued first.
    pub oldest: Option<Oldest>,
    /// What workers did of its kinds of late.
    pub pace: Pace,
    /// Its kinds, by name.
    pub kinds: Vec<KindStats>,
}

impl Depth {
    /// The jobs in `state`.
    pub const fn of(&self, state: State) -> i64 {
        self.0[state as usize]
    }

    /// Each state with its jobs, in the order of a job's life.
    pub fn iter(&self) -> impl Iterator<Item = (State, i64)> {
        State::ALL.into_iter().map(|state| (state, self.of(state)))
    }

    fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, more)| *sum += more);
    }
}

/// Every queue that has or had jobs, or is paused, by name.
///
/// # Errors
/// Whatever the database meets.
pub async fn stats(db: &Db, now: Timestamp) -> Result<Vec<QueueStats>> {
    let mut queues: BTreeMap<String, QueueStats> = BTreeMap::new();
    let (depths, busy) = (depths(db).await?, busy(db, now).await?);
    let mut oldest = oldest(db, &depths).await?;
    for ((queue, kind), depth) in depths {
        let oldest = oldest.remove(&(queue.clone(), kind.clone()));
        let pace = busy.get(&kind).copied().unwrap_or_default().pace();
        let whole = queues.entry(queue.clone()).or_insert_with(|| QueueStats::empty(&queue));
        whole.depth.add(&depth);
        whole.kinds.push(KindStats { kind, depth, oldest, pace });
    }
    let pauses: Vec<(String, Timestamp)> = sql("SELECT queue, paused_at FROM job_pauses").fetch_all(db).await?;
    for (queue, at) in pauses {
        queues.entry(queue.clone()).or_insert_with(|| QueueStats::empty(&queue)).paused_at = Some(at);
    }
    for whole in queues.values_mut() {
        whole.oldest = whole.kinds.iter().filter_map(|kind| kind.oldest).min_by_key(|job| job.id);
        let mut sum = Busy::default();
        whole.kinds.iter().filter_map(|kind| busy.get(&kind.kind)).for_each(|busy| sum.add(busy));
        whole.pace = sum.pace();
    }
    Ok(queues.into_values().collect())
}

impl QueueStats {
    /// A queue that has no jobs.
    pub fn empty(queue: &str) -> Self {
        Self {
            queue: queue.to_owned(),
            paused_at: None,
            depth: Depth::default(),
            oldest: None,
            pace: Pace::default(),
            kinds: Vec::new(),
        }
    }
}

/// The jobs of each queue and kind.
async fn depths(db: &Db) -> Result<BTreeMap<(String, String), Depth>> {
    let counted: Vec<(String, String, String, i64)> =
        sql("SELECT queue, kind, state, CAST(SUM(jobs) AS bigint) FROM job_counts GROUP BY queue, kind, state")
            .fetch_all(db)
            .await?;
    let mut depths: BTreeMap<_, Depth> = BTreeMap::new();
    for (queue, kind, state, jobs) in counted {
        depths.entry((queue, kind)).or_default().0[State::stored(&state)? as usize] = jobs;
    }
    Ok(depths)
}

/// The available job of each queue and kind that was enqueued first.
async fn oldest(db: &Db, depths: &BTreeMap<(String, String), Depth>) -> Result<BTreeMap<(String, String), Oldest>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        queue: String,
        kind: String,
        id: JobId,
        created_at: Timestamp,
        run_at: Timestamp,
    }
    let mut statement = sql("");
    let waiting = depths.iter().filter(|(_, depth)| depth.of(State::Available) > 0);
    for (at, ((queue, kind), _)) in waiting.enumerate() {
        statement = statement
            .push(if at > 0 { " UNION ALL " } else { "" })
            .push_bind(
                "SELECT * FROM (SELECT queue, kind, id, created_at, run_at FROM jobs WHERE kind = {}",
                kind.as_str(),
            )
            // That it does not run is said for SQLite, which does not see that it follows.
            .push_bind(
                " AND state = 'available' AND state <> 'running' AND queue = {} ORDER BY id LIMIT 1) AS oldest",
                queue.as_str(),
            );
    }
    if !depths.values().any(|depth| depth.of(State::Available) > 0) {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<Row> = statement.fetch_all(db).await?;
    let row = |Row { queue, kind, id, created_at, run_at }| ((queue, kind), Oldest { id, created_at, run_at });
    Ok(rows.into_iter().map(row).collect())
}

/// What workers did of a kind in the last hour.
#[derive(Debug, Clone, Copy, Default)]
struct Busy {
    minute: (f64, f64),
    hour: (f64, f64),
    /// All attempts of the hour, whatever came of them, and what they took.
    attempts: i64,
    took_ms: i64,
}

impl Busy {
    fn add(&mut self, other: &Self) {
        self.minute = (self.minute.0 + other.minute.0, self.minute.1 + other.minute.1);
        self.hour = (self.hour.0 + other.hour.0, self.hour.1 + other.hour.1);
        self.attempts += other.attempts;
        self.took_ms += other.took_ms;
    }

    fn pace(&self) -> Pace {
        #[expect(clippy::cast_precision_loss, reason = "an average of an hour")]
        let average = (self.attempts > 0).then(|| self.took_ms as f64 / self.attempts as f64);
        Pace { last_minute: window(self.minute), last_hour: window(self.hour), average_busy_ms: average }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a count that was whole before it was weighed")]
fn window((done, failed): (f64, f64)) -> Window {
    Window { done: done.round() as i64, failed: failed.round() as i64 }
}

/// The last hour by kind. Of the minute in which a span begins, that part counts which lies in it.
async fn busy(db: &Db, now: Timestamp) -> Result<BTreeMap<String, Busy>> {
    let this_minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    let (last_minute, hour_ago) = (this_minute - TimeDelta::minutes(1), this_minute - TimeDelta::minutes(60));
    let counted: Vec<(String, String, i64, i64, i64, i64, i64)> =
        sql("SELECT kind, outcome, CAST(SUM(jobs) AS bigint), \
             CAST(SUM(busy_ms) AS bigint), CAST(SUM(CASE WHEN minute = $1 THEN jobs ELSE 0 END) AS bigint), \
             CAST(SUM(CASE WHEN minute = $2 THEN jobs ELSE 0 END) AS bigint), \
             CAST(SUM(CASE WHEN minute = $3 THEN jobs ELSE 0 END) AS bigint) \
         FROM job_minutes WHERE minute >= $3 AND minute <= $1 GROUP BY kind, outcome")
        .bind(this_minute)
        .bind(last_minute)
        .bind(hour_ago)
        .fetch_all(db)
        .await?;
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a minute")]
    let inside = 1.0 - (now - this_minute).num_milliseconds() as f64 / 60_000.0;
    let mut busy: BTreeMap<String, Busy> = BTreeMap::new();
    for (kind, outcome, hour, took_ms, this, last, first) in counted {
        #[expect(clippy::cast_precision_loss, reason = "jobs of an hour")]
        let [hour_jobs, this, last, first] = [hour, this, last, first].map(|jobs| jobs as f64);
        let (minute, whole) = (this + last * inside, hour_jobs - first * (1.0 - inside));
        let mut one = Busy { attempts: hour, took_ms, ..Busy::default() };
        if outcome == DONE {
            (one.minute.0, one.hour.0) = (minute, whole);
        } else if FAILED.contains(&outcome.as_str()) {
            (one.minute.1, one.hour.1) = (minute, whole);
        }
        busy.entry(kind).or_default().add(&one);
    }
    Ok(busy)
}
