//! Turns: whose job comes next within a kind and lane.
//!
//! Start-time fair queueing (Goyal, Vin, Cheng 1996) with jobs of equal size: a job's turn is the larger of its owner's
//! next turn and the virtual clock, which is the largest turn that was claimed. So ten thousand jobs of one owner take ten
//! thousand turns, and what another enqueues meanwhile comes right after the jobs that run. The clock never falls back:
//! it is stored, and an owner's next turn outlives the jobs.

use uuid::Uuid;

use crate::db::{Result, Tx, sql};
use crate::domain::UserId;

/// Who shares turns with whom: the jobs of one owner, of one kind, in one lane.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Flow {
    pub(super) kind: String,
    pub(super) priority: i32,
    pub(super) owner: Option<UserId>,
}

/// Takes `jobs` turns in a row (at least 1) and says which is the first.
///
/// The flow is locked until `tx` ends. Who takes turns of several flows does so in their order, and who locks jobs as well
/// does that after: so that no two transactions wait for each other.
pub(super) async fn take(tx: &mut Tx<'_>, flow: &Flow, jobs: i64) -> Result<i64> {
    let (next,): (i64,) = sql("INSERT INTO job_turns (kind, priority, owner, next_turn) VALUES ($1, $2, $3, \
             $4 + COALESCE((SELECT turn FROM job_clocks WHERE kind = $1 AND priority = $2), 0)) \
         ON CONFLICT (kind, priority, owner) DO UPDATE SET next_turn = CASE \
             WHEN job_turns.next_turn + $4 > excluded.next_turn THEN job_turns.next_turn + $4 \
             ELSE excluded.next_turn END \
         RETURNING next_turn")
    .bind(flow.kind.as_str())
    .bind(flow.priority)
    .bind(flow.owner.map_or(Uuid::nil(), |owner| owner.0))
    .bind(jobs)
    .fetch_one(tx)
    .await?;
    Ok(next - jobs)
}

/// Gives back the last `jobs` turns that this transaction took and did not use.
pub(super) async fn give_back(tx: &mut Tx<'_>, flow: &Flow, jobs: i64) -> Result<()> {
    sql("UPDATE job_turns SET next_turn = next_turn - $4 WHERE kind = $1 AND priority = $2 AND owner = $3")
        .bind(flow.kind.as_str())
        .bind(flow.priority)
        .bind(flow.owner.map_or(Uuid::nil(), |owner| owner.0))
        .bind(jobs)
        .execute(tx)
        .await?;
    Ok(())
}

/// Moves the virtual clock of a lane forward to `turn`; never back.
pub(super) async fn advance(tx: &mut Tx<'_>, kind: &str, priority: i32, turn: i64) -> Result<()> {
    sql("INSERT INTO job_clocks (kind, priority, turn) VALUES ($1, $2, $3) \
         ON CONFLICT (kind, priority) DO UPDATE SET turn = excluded.turn WHERE job_clocks.turn < excluded.turn")
    .bind(kind)
    .bind(priority)
    .bind(turn)
    .execute(tx)
    .await?;
    Ok(())
}

/// Forgets owners whose turns the clock has passed: they stand where those stand who have no row.
pub(super) async fn forget_passed(tx: &mut Tx<'_>) -> Result<u64> {
    let locking = tx.engine().skip_locked();
    sql("DELETE FROM job_turns WHERE (kind, priority, owner) IN (SELECT job_turns.kind, job_turns.priority, \
             job_turns.owner FROM job_turns JOIN job_clocks ON job_clocks.kind = job_turns.kind \
             AND job_clocks.priority = job_turns.priority WHERE job_turns.next_turn <= job_clocks.turn LIMIT 1000")
    .push(if locking.is_empty() { "" } else { " FOR UPDATE OF job_turns SKIP LOCKED" })
    .push(")")
    .execute(tx)
    .await
}
