//! Writes a job beside the rows that cause it: in one transaction, or not at all.

use std::collections::HashMap;

use super::turn::{self, Flow};
use super::wake;
use crate::db::{self, Error, Tx, Value, sql};
use crate::domain::job::{Arguments, Lane};
use crate::domain::{JobId, Timestamp, UserId, trace};

/// Attempts of a job when neither its kind nor who enqueues it says otherwise.
pub const DEFAULT_MAX_ATTEMPTS: u32 = 5;

/// Jobs that one statement inserts.
const BATCH: usize = 500;

/// Jobs of one call that still belong to the trace of who enqueued them: one of ten thousand jobs would be of use to nobody.
const TRACED: usize = 32;

/// A job that no longer waits for a run: the claim that comes will give it up, or cancel it.
pub(super) const OVER: &str =
    "(jobs.state = 'available' AND (jobs.attempt >= jobs.max_attempts OR jobs.cancel_requested_at IS NOT NULL))";

/// What a waiting job takes from a request for the same; see [`enqueue`].
const TURN: &str = "CASE WHEN excluded.state = 'available' AND (excluded.priority < jobs.priority \
    OR jobs.state IN ('scheduled', 'retryable')) THEN excluded.turn ELSE jobs.turn END";
const STATE: &str =
    "CASE WHEN jobs.state <> 'running' AND excluded.state = 'available' THEN 'available' ELSE jobs.state END";
const RUN_AT: &str =
    "CASE WHEN jobs.state <> 'running' AND excluded.run_at < jobs.run_at THEN excluded.run_at ELSE jobs.run_at END";

/// What may be said about a job beside its arguments; the default leaves all to its kind.
#[derive(Debug, Clone, Copy, Default)]
pub struct Enqueue {
    /// For whom it is done; it is removed with them.
    pub owner: Option<UserId>,
    /// Where it stands among others, if not where its kind does.
    pub lane: Option<Lane>,
    /// Not before; `None` is at once.
    pub run_at: Option<Timestamp>,
    /// How often it is tried; goes before its kind's own number. At least 1.
    pub max_attempts: Option<u32>,
}

/// Enqueues a job; workers hear of it when `tx` commits.
///
/// When a job of its kind and unique key waits already, that one is returned: with its own arguments and attempts, the
/// better lane and the earlier time of the two. When it runs already, it runs once more after that, since it may have
/// read what this request is about before it changed; a retry that was due anyway counts as that. One that waits only to
/// be told that it is given up or cancelled is as new.
///
/// Enqueue last in a transaction: until it ends, another that enqueues for the same owner waits.
///
/// # Errors
/// [`Error::Unreadable`] when the arguments can't be written as JSON; whatever the database meets.
pub async fn enqueue<A: Arguments>(
    tx: &mut Tx<'_>,
    arguments: &A,
    options: Enqueue,
    now: Timestamp,
) -> db::Result<JobId> {
    let ids = enqueue_many(tx, std::slice::from_ref(arguments), options, now).await?;
    ids.first().copied().ok_or(Error::Missing)
}

/// Enqueues jobs of one owner as [`enqueue`] does each, in few statements; the ids are in the order of `jobs`.
///
/// Jobs with the same unique key are one, and have one id.
///
/// # Errors
/// See [`enqueue`]; the transaction is of no use then.
pub async fn enqueue_many<A: Arguments>(
    tx: &mut Tx<'_>,
    jobs: &[A],
    options: Enqueue,
    now: Timestamp,
) -> db::Result<Vec<JobId>> {
    let new = distinct(jobs, now)?;
    let priority = options.lane.unwrap_or(A::LANE).priority();
    let flow = Flow { kind: A::KIND.to_owned(), priority, owner: options.owner };
    let due = options.run_at.is_none_or(|at| at <= now);
    let count = i64::try_from(new.rows.len()).unwrap_or(i64::MAX);
    // What is for later gets its turn when it is due.
    let first = if due && count > 0 { turn::take(tx, &flow, count).await? } else { 0 };
    let turns = (first..).take(new.rows.len());
    let mut numbered: Vec<_> = new.rows.into_iter().zip(turns).collect();
    // Two that enqueue the same jobs at once wait for each other's in the same order.
    numbered.sort_unstable_by(|(a, _), (b, _)| a.key.cmp(&b.key));

    let together = numbered.len() <= TRACED;
    let mut kept = HashMap::new();
    let mut unused = 0;
    for batch in numbered.chunks(BATCH) {
        let written = insert::<A>(tx, batch, options, priority, together, now).await?;
        let own: HashMap<JobId, i64> = batch.iter().map(|(job, turn)| (job.id, *turn)).collect();
        for Written { id, unique_key, turn } in written {
            if let Some(key) = unique_key {
                let ours = own.contains_key(&id) || batch.iter().any(|(_, given)| due && *given == turn);
                unused += i64::from(!ours);
                kept.insert(key, id);
            }
        }
    }
    // Only a whole burst of duplicates leaves no gap; a gap costs its owner as many turns.
    if due && unused == count && count > 0 {
        turn::give_back(tx, &flow, count).await?;
    }
    if count > 0 {
        wake::announce(tx).await?;
    }
    Ok(new.order.into_iter().map(|(id, key)| key.and_then(|key| kept.get(&key).copied()).unwrap_or(id)).collect())
}

/// A job to be written.
struct NewJob {
    id: JobId,
    key: Option<String>,
    arguments: serde_json::Value,
}

/// Jobs without those that are the same, and for each that was asked for the id it would get and its key.
struct Distinct {
    rows: Vec<NewJob>,
    order: Vec<(JobId, Option<String>)>,
}

#[derive(sqlx::FromRow)]
struct Written {
    id: JobId,
    unique_key: Option<String>,
    turn: i64,
}

fn distinct<A: Arguments>(jobs: &[A], now: Timestamp) -> db::Result<Distinct> {
    let mut seen = HashMap::new();
    let mut new = Distinct { rows: Vec::with_capacity(jobs.len()), order: Vec::with_capacity(jobs.len()) };
    for job in jobs {
        let (id, key) = (JobId::new(now), job.unique_key());
        if let Some(first) = key.as_ref().and_then(|key| seen.get(key).copied()) {
            new.order.push((first, key));
            continue;
        }
        let arguments = serde_json::to_value(job).map_err(|cause| Error::Unreadable(cause.to_string()))?;
        seen.extend(key.clone().map(|key| (key, id)));
        new.order.push((id, key.clone()));
        new.rows.push(NewJob { id, key, arguments });
    }
    Ok(new)
}

async fn insert<A: Arguments>(
    tx: &mut Tx<'_>,
    batch: &[(NewJob, i64)],
    options: Enqueue,
    priority: i32,
    together: bool,
    now: Timestamp,
) -> db::Result<Vec<Written>> {
    let max_attempts = options.max_attempts.or(A::MAX_ATTEMPTS).unwrap_or(DEFAULT_MAX_ATTEMPTS).max(1);
    let run_at = options.run_at.unwrap_or(now);
    let rows = batch.iter().map(|(job, turn)| -> [Value; 4] {
        [job.id.into(), job.key.clone().into(), job.arguments.clone().into(), (*turn).into()]
    });
    let traced = if together { trace::traceparent() } else { None };
    let statement = sql("WITH new (id, unique_key, arguments, turn) AS (VALUES ")
        .bind(A::QUEUE)
        .bind(A::KIND)
        .bind(if run_at <= now { "available" } else { "scheduled" })
        .bind(priority)
        .bind(options.owner)
        .bind(i32::try_from(max_attempts).unwrap_or(i32::MAX))
        .bind(run_at)
        .bind(now)
        .bind(traced)
        .push_rows(rows);
    let statement = if matches!(batch.len(), 1 | BATCH) { statement.keep() } else { statement };
    statement
        .push(
            ") INSERT INTO jobs (id, queue, kind, state, priority, user_id, unique_key, arguments, max_attempts, run_at, \
                 created_at, trace_context, turn) \
             SELECT new.id, $1, $2, $3, $4, $5, new.unique_key, new.arguments, $6, $7, $8, $9, new.turn FROM new WHERE TRUE \
             ON CONFLICT (kind, unique_key) \
             WHERE unique_key IS NOT NULL AND state IN ('available', 'scheduled', 'running', 'retryable') \
             DO UPDATE SET \
                 priority = CASE WHEN excluded.priority < jobs.priority THEN excluded.priority ELSE jobs.priority END, ",
        )
        .push(&as_new("turn", "excluded.turn", TURN))
        .push(&as_new("state", "excluded.state", STATE))
        .push(&as_new("run_at", "excluded.run_at", RUN_AT))
        .push(&as_new("attempt", "0", "jobs.attempt"))
        .push(&as_new("put_offs", "0", "jobs.put_offs"))
        .push(&as_new("cancel_requested_at", "NULL", "jobs.cancel_requested_at"))
        .push(&as_new("trace_context", "excluded.trace_context", "jobs.trace_context"))
        .push(
            "rerun_at = CASE WHEN jobs.state = 'running' AND (jobs.rerun_at IS NULL OR excluded.run_at < jobs.rerun_at) \
                 THEN excluded.run_at ELSE jobs.rerun_at END \
             RETURNING id, unique_key, turn",
        )
        .fetch_all(tx)
        .await
}

/// Sets `column` to `new` for a job that waits only to be told that it is over, and to `otherwise` for any other.
fn as_new(column: &str, new: &str, otherwise: &str) -> String {
    format!("{column} = CASE WHEN {OVER} THEN {new} ELSE {otherwise} END, ")
}
