//! Has jobs tried again, at once.

use std::collections::{BTreeMap, HashMap};

use super::lock;
use crate::db::{Result, Tx, Value, sql};
use crate::domain::{JobId, Timestamp, UserId};
use crate::queue::enqueue::OVER;
use crate::queue::turn::{self, Flow};
use crate::queue::{State, wake};

/// What came of retrying a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retried {
    /// It is available now; with all its attempts, if it had ended.
    Again,
    /// It was available already; what waited only to be told that it is given up or cancelled is run all the same.
    Waits,
    /// It had ended, and the same is to be done by another job that is open: this one.
    Same(JobId),
    /// It runs.
    Runs,
    /// It is done, and there is nothing to try again.
    Completed,
    /// There is no such job.
    NoSuchJob,
}

impl Retried {
    /// The states in which a job can be retried.
    pub const POSSIBLE: [State; 4] = [State::Discarded, State::Cancelled, State::Retryable, State::Scheduled];
}

#[derive(sqlx::FromRow)]
struct Candidate {
    id: JobId,
    kind: String,
    state: String,
    priority: i32,
    user_id: Option<UserId>,
    unique_key: Option<String>,
}

/// Makes jobs available that were discarded or cancelled, or that wait for their time; the answers are in the order of `ids`.
///
/// Each takes a new turn of its owner. Of several that are the same (kind and unique key) the newest is retried. To be done
/// last in a transaction, as enqueueing is.
///
/// # Errors
/// [`crate::db::Error::Taken`] when the same job is enqueued at this very moment: `tx` is of no use then, and the next try
/// finds it. Whatever the database meets.
pub async fn retry(tx: &mut Tx<'_>, ids: &[JobId], now: Timestamp) -> Result<Vec<Retried>> {
    let mut candidates: Vec<Candidate> =
        sql("SELECT id, kind, state, priority, user_id, unique_key FROM jobs WHERE id IN ")
            .push_list(ids.iter().copied())
            .push(" ORDER BY id DESC")
            .fetch_all(&mut *tx)
            .await?;
    candidates.retain(|job| State::stored(&job.state).is_ok_and(may));
    // Turns before rows, as those do who enqueue.
    let mut turns = take_turns(tx, &candidates).await?;
    let standing: HashMap<JobId, State> = lock(tx, ids).await?.into_iter().collect();
    candidates.retain(|job| standing.get(&job.id).copied().is_some_and(may));
    let mut open = open_jobs(tx, &candidates, &standing).await?;
    let (mut again, mut same) = (Vec::new(), HashMap::new());
    for job in candidates {
        let key = job.unique_key.clone().map(|key| (job.kind.clone(), key));
        if let Some(other) = key.as_ref().and_then(|key| open.get(key)).filter(|other| **other != job.id) {
            same.insert(job.id, *other);
            continue;
        }
        open.extend(key.map(|key| (key, job.id)));
        if let Some((next, left)) = turns.get_mut(&job.flow()).filter(|(_, left)| *left > 0) {
            again.push((job.id, *next));
            (*next, *left) = (*next + 1, *left - 1);
        }
    }
    for (flow, (_, left)) in turns.iter().filter(|(_, (_, left))| *left > 0) {
        turn::give_back(tx, flow, *left).await?;
    }
    make_available(tx, &again, now).await?;
    spare(tx, &standing).await?;
    let answer = |id: &JobId| match standing.get(id) {
        None => Retried::NoSuchJob,
        Some(State::Running) => Retried::Runs,
        Some(State::Completed) => Retried::Completed,
        Some(_) if again.iter().any(|(known, _)| known == id) => Retried::Again,
        Some(_) => same.get(id).map_or(Retried::Waits, |other| Retried::Same(*other)),
    };
    Ok(ids.iter().map(answer).collect())
}

impl Candidate {
    fn flow(&self) -> Flow {
        Flow { kind: self.kind.clone(), priority: self.priority, owner: self.user_id }
    }
}

fn may(state: State) -> bool {
    Retried::POSSIBLE.contains(&state)
}

/// For each flow of `jobs` the first of as many turns as it has jobs, and their number.
async fn take_turns(tx: &mut Tx<'_>, jobs: &[Candidate]) -> Result<BTreeMap<Flow, (i64, i64)>> {
    let mut turns: BTreeMap<Flow, (i64, i64)> = BTreeMap::new();
    for job in jobs {
        turns.entry(job.flow()).or_default().1 += 1;
    }
    for (flow, (first, jobs)) in &mut turns {
        *first = turn::take(tx, flow, *jobs).await?;
    }
    Ok(turns)
}

/// The open jobs with the kind and key of one of `jobs` that has ended.
async fn open_jobs(
    tx: &mut Tx<'_>,
    jobs: &[Candidate],
    standing: &HashMap<JobId, State>,
) -> Result<HashMap<(String, String), JobId>> {
    let ended = jobs.iter().filter(|job| standing.get(&job.id).is_some_and(|state| !state.is_open()));
    let keys: Vec<[Value; 2]> =
        ended.filter_map(|job| Some([job.kind.as_str().into(), job.unique_key.as_deref()?.into()])).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(JobId, String, String)> = sql("SELECT id, kind, unique_key FROM jobs \
         WHERE unique_key IS NOT NULL AND state IN ('available', 'scheduled', 'running', 'retryable') AND (kind, unique_key) IN (VALUES ")
    .push_rows(keys)
    .push(")")
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|(id, kind, key)| ((kind, key), id)).collect())
}

async fn make_available(tx: &mut Tx<'_>, jobs: &[(JobId, i64)], now: Timestamp) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    sql("WITH again (id, turn) AS (VALUES ")
        .bind(now)
        .push_rows(jobs.iter().map(|(id, turn)| [Value::from(*id), (*turn).into()]))
        .push(
            ") UPDATE jobs SET state = 'available', turn = again.turn, run_at = $1, put_offs = 0, \
                 attempt = CASE WHEN jobs.state IN ('discarded', 'cancelled') THEN 0 ELSE jobs.attempt END, \
                 started_at = NULL, finished_at = NULL, rerun_at = NULL, cancel_requested_at = NULL, progress = NULL, \
                 claimed_by = NULL, lease_until = NULL \
             FROM again WHERE jobs.id = again.id",
        )
        .execute(tx)
        .await?;
    wake::announce(tx).await
}

/// Lets those run that wait only to be told that they are over.
async fn spare(tx: &mut Tx<'_>, standing: &HashMap<JobId, State>) -> Result<()> {
    let waiting = standing.iter().filter(|(_, state)| **state == State::Available).map(|(id, _)| *id);
    let waiting: Vec<JobId> = waiting.collect();
    if waiting.is_empty() {
        return Ok(());
    }
    sql("UPDATE jobs SET attempt = 0, put_offs = 0, cancel_requested_at = NULL WHERE id IN ")
        .push_list(waiting)
        .push(&format!(" AND {OVER}"))
        .execute(tx)
        .await?;
    Ok(())
}
