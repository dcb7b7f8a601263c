//! Takes available jobs for a worker: one statement, whatever the depth of the queue.

use uuid::Uuid;

use crate::db::{Result, Statement, Tx, sql};
use crate::domain::{JobId, Timestamp, UserId};

/// A job that a worker holds.
#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) id: JobId,
    pub(super) kind: &'static str,
    /// JSON, not parsed: one that can't be read must not keep the others from being claimed.
    pub(super) arguments: String,
    /// This attempt, from 1.
    pub(super) attempt: i32,
    pub(super) max_attempts: i32,
    /// How often it was put off.
    pub(super) put_offs: i32,
    pub(super) user_id: Option<UserId>,
    pub(super) priority: i32,
    pub(super) turn: i64,
    pub(super) created_at: Timestamp,
    pub(super) started_at: Timestamp,
    /// Somebody asked for that while a worker had it that has died.
    pub(super) cancel_requested_at: Option<Timestamp>,
    /// The trace of who enqueued it.
    pub(super) trace_context: Option<String>,
    /// It was claimed for a slot of the low lanes.
    pub(super) low: bool,
}

/// What the statement returns of each job, by place: names would be looked up for each of thousands of rows.
type Row =
    (JobId, String, String, i32, i32, i32, Option<UserId>, i32, i64, Timestamp, Option<Timestamp>, Option<String>);

impl Claimed {
    /// The job that `claim` has got with `row`.
    fn of(claim: &Claim<'_>, row: Row) -> Self {
        let arm = claim.arms.iter().find(|arm| arm.kind == row.1);
        let low = match claim.order {
            Order::BestLane => arm.is_some_and(|arm| arm.low.is_some()),
            Order::LowLanes(low) => row.7 > low.best,
        };
        Self {
            id: row.0,
            kind: arm.map_or("", |arm| arm.kind),
            arguments: row.2,
            attempt: row.3,
            max_attempts: row.4,
            put_offs: row.5,
            user_id: row.6,
            priority: row.7,
            turn: row.8,
            created_at: row.9,
            started_at: claim.now,
            cancel_requested_at: row.10,
            trace_context: row.11,
            low,
        }
    }
}

/// A place in the order in which jobs of a kind are claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    priority: i32,
    turn: i64,
    id: JobId,
}

impl Place {
    /// Before any job's.
    const START: Self = Self { priority: i32::MIN, turn: i64::MIN, id: JobId(Uuid::nil()) };

    /// Where `job` stood.
    pub(super) const fn of(job: &Claimed) -> Self {
        Self { priority: job.priority, turn: job.turn, id: job.id }
    }
}

/// A kind that may be claimed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arm {
    pub(super) kind: &'static str,
    pub(super) queue: &'static str,
    /// At most so many.
    pub(super) most: usize,
    /// Where its best lane would come, comes this one now; or else the next below it, or else its lowest.
    pub(super) low: Option<i32>,
    /// Nobody is looked for up to here, unless in a lane by itself: they were claimed already. PostgreSQL reads what is left
    /// of them in the index until that is cleaned up.
    pub(super) after: Option<Place>,
}

impl Arm {
    /// Leaves `claimed` behind.
    pub(super) fn pass(&mut self, claimed: &[Claimed]) {
        let own = claimed.iter().filter(|job| job.kind == self.kind);
        if self.most < usize::MAX {
            self.most -= own.count();
        } else {
            self.after = self.after.max(own.filter(|job| !job.low).map(Place::of).max());
        }
    }
}

/// Which lanes come first.
#[derive(Debug, Clone, Copy)]
pub(super) enum Order<'a> {
    /// The best, then the next.
    BestLane,
    /// One job of each of these in turn, then the best of the others.
    LowLanes(&'a LowLanes),
}

/// Lanes below another.
#[derive(Debug, Clone, Default)]
pub(super) struct LowLanes {
    /// Their priorities, beginning with the one whose turn it is.
    pub(super) lanes: Vec<i32>,
    /// The lane above them.
    pub(super) best: i32,
}

/// Who claims, and what.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    pub(super) worker: &'a str,
    /// Not empty.
    pub(super) arms: &'a [Arm],
    pub(super) order: Order<'a>,
    /// Only these, also from a queue that is paused: somebody has chosen them.
    pub(super) only: Option<&'a [JobId]>,
    /// At most, in all.
    pub(super) jobs: usize,
    pub(super) now: Timestamp,
    pub(super) lease_until: Timestamp,
}

/// Takes available jobs of queues that are not paused, best lane first, then by turn; no other claim gets the same ones.
///
/// Each kind is one range of one index, so what waits of kinds, lanes and queues that are not wanted costs nothing. Within
/// a lane, kinds take turns, in the order of the arms. The CTEs are materialized, or PostgreSQL might lock more than it
/// was asked for.
pub(super) async fn claim(tx: &mut Tx<'_>, claim: &Claim<'_>) -> Result<Vec<Claimed>> {
    let locking = tx.engine().skip_locked();
    let mut statement = sql("WITH candidates AS MATERIALIZED (")
        .bind(claim.worker)
        .bind(claim.lease_until)
        .bind(claim.now)
        .bind(count(claim.jobs));
    for (at, (arm, lanes)) in ranges(claim).into_iter().enumerate() {
        let union = if at == 0 { "" } else { " UNION ALL " };
        let (kind, queue) = (statement.parameter(arm.kind), statement.parameter(arm.queue));
        let most = statement.parameter(count(arm.most.min(claim.jobs)));
        let of_kind = format!("FROM jobs WHERE state = 'available' AND kind = {kind}");
        let (lanes, rank) = match (lanes, claim.order) {
            (Lanes::All, _) => (after(&mut statement, arm), "priority".to_owned()),
            (Lanes::Only(lane), _) => (format!(" AND priority = {}", statement.parameter(lane)), "0".to_owned()),
            (Lanes::UpTo(best), _) => {
                let after = after(&mut statement, arm);
                (format!("{after} AND priority <= {}", statement.parameter(best)), "priority + 1".to_owned())
            }
            (Lanes::Low(lane), order) => {
                let lane = statement.parameter(lane);
                let rank = match order {
                    Order::BestLane => format!("(SELECT MIN(priority) {of_kind})"),
                    Order::LowLanes(low) => {
                        let best = statement.parameter(low.best);
                        format!("CASE WHEN priority > {best} THEN 0 ELSE priority + 1 END")
                    }
                };
                let below = format!("(SELECT MIN(priority) {of_kind} AND priority >= {lane})");
                (format!(" AND priority = COALESCE({below}, (SELECT MAX(priority) {of_kind}))"), rank)
            }
        };
        statement = statement
            .push(&format!("{union}SELECT * FROM (SELECT id, {rank} AS rank, {at} AS arm, turn {of_kind}{lanes} AND "));
        statement = match claim.only {
            Some(only) => statement.push("id IN ").push_list(only.iter().copied()),
            None => statement.push(&format!("NOT EXISTS (SELECT 1 FROM job_pauses WHERE queue = {queue})")),
        };
        statement = statement.push(&format!(" ORDER BY priority, turn, id LIMIT {most}{locking}) AS arm{at}"));
    }
    let picked = tx.engine().one_of("picked");
    let rows: Vec<Row> = statement
        .push(&format!(
            "), picked AS MATERIALIZED (SELECT id FROM (SELECT id, rank, arm, ROW_NUMBER() OVER (PARTITION BY arm, rank \
             ORDER BY turn, id) AS place FROM candidates) AS ranked ORDER BY rank, place, arm LIMIT $4) \
             UPDATE jobs SET state = 'running', claimed_by = $1, lease_until = $2, started_at = $3, attempt = attempt + 1, \
             progress = NULL WHERE id {picked} \
             RETURNING id, kind, CAST(arguments AS text) AS arguments, attempt, max_attempts, put_offs, user_id, priority, turn, \
             created_at, cancel_requested_at, trace_context"
        ))
        .fetch_all(tx)
        .await?;
    Ok(in_order(rows.into_iter().map(|row| Claimed::of(claim, row)).collect()))
}

fn after(statement: &mut Statement, arm: &Arm) -> String {
    let Place { priority, turn, id } = arm.after.unwrap_or(Place::START);
    let (priority, turn, id) = (statement.parameter(priority), statement.parameter(turn), statement.parameter(id));
    format!(" AND (priority, turn, id) > ({priority}, {turn}, {id})")
}

/// Lanes of a kind.
#[derive(Debug, Clone, Copy)]
enum Lanes {
    All,
    /// See [`Arm::low`].
    Low(i32),
    Only(i32),
    /// This one and the better ones.
    UpTo(i32),
}

/// Ranges of the index that are looked at, each of a kind. One with a limit has but one, or it would get as many of each.
fn ranges<'a>(claim: &Claim<'a>) -> Vec<(&'a Arm, Lanes)> {
    let arms = claim.arms.iter();
    let Order::LowLanes(LowLanes { lanes, best }) = claim.order else {
        return arms.map(|arm| (arm, arm.low.map_or(Lanes::All, Lanes::Low))).collect();
    };
    let (unlimited, limited): (Vec<&Arm>, Vec<&Arm>) = arms.partition(|arm| arm.most == usize::MAX);
    let first = lanes.first().copied().unwrap_or(*best);
    let mut ranges: Vec<_> = limited.into_iter().map(|arm| (arm, Lanes::Low(first))).collect();
    for lanes in lanes.iter().map(|lane| Lanes::Only(*lane)).chain([Lanes::UpTo(*best)]) {
        ranges.extend(unlimited.iter().map(|arm| (*arm, lanes)));
    }
    ranges
}

/// RETURNING promises no order: the best lane first, and in it each kind's next, then each kind's next but one.
fn in_order(mut jobs: Vec<Claimed>) -> Vec<Claimed> {
    jobs.sort_unstable_by_key(|job| (job.priority, job.kind, job.turn, job.id));
    if jobs.chunk_by(|one, next| one.priority == next.priority).all(|lane| lane[0].kind == lane[lane.len() - 1].kind) {
        return jobs;
    }
    let of_kind = jobs.chunk_by(|one, next| (one.priority, one.kind) == (next.priority, next.kind));
    let places: Vec<usize> = of_kind.flat_map(|jobs| 0..jobs.len()).collect();
    let mut in_turn: Vec<(usize, Claimed)> = places.into_iter().zip(jobs).collect();
    in_turn.sort_unstable_by_key(|(place, job)| (job.priority, *place, job.turn, job.id));
    in_turn.into_iter().map(|(_, job)| job).collect()
}

fn count(jobs: usize) -> i64 {
    i64::try_from(jobs).unwrap_or(i64::MAX)
}
