//! A page of jobs, newest first.

use std::collections::BTreeMap;

use super::{COLUMNS, Job, JobRow};
use crate::db::{Db, Result, Statement, sql};
use crate::domain::{JobId, UserId};
use crate::queue::State;

/// Up to so many jobs that a filter leaves, one user's are picked from among these rather than from all of the user's.
const FEW: i64 = 20_000;

/// Which jobs; the default is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// In one of these states; empty is any.
    pub states: Vec<State>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only of this queue.
    pub queue: Option<String>,
    /// Only of this user.
    pub user: Option<UserId>,
}

/// A range of `jobs_by_state`: kind and state.
type Arm = (String, State);

/// At most `limit` jobs, the newest first; `before` is the last one of the page before.
///
/// Never a scan of all: one short range of `jobs_by_state` for each kind and state that `job_counts` knows, and those few
/// that run. Jobs of one user
/// are a range of `jobs_of_user`, unless those that the rest of the filter leaves are few.
///
/// # Errors
/// Whatever the database meets.
pub async fn list(db: &Db, filter: &Filter, before: Option<JobId>, limit: u32) -> Result<Vec<Job>> {
    let arms = arms(db, filter).await?;
    if arms.is_empty() {
        return Ok(Vec::new());
    }
    let narrow = !filter.states.is_empty() || filter.kind.is_some() || filter.queue.is_some();
    let few = narrow && arms.values().sum::<i64>() <= FEW;
    let page = match filter.user {
        Some(user) if !few => of_user(filter, user, before, limit),
        _ => by_state(filter, arms.into_keys(), before, limit),
    };
    let rows: Vec<JobRow> = page.fetch_all(db).await?;
    rows.into_iter().map(Job::try_from).collect()
}

/// Where jobs that match can be, and how many there are.
async fn arms(db: &Db, filter: &Filter) -> Result<BTreeMap<Arm, i64>> {
    let statement = sql("SELECT kind, state, CAST(SUM(jobs) AS bigint) FROM job_counts WHERE TRUE");
    let counted: Vec<(String, String, i64)> =
        narrowed(statement, filter).push(" GROUP BY kind, state HAVING SUM(jobs) > 0").fetch_all(db).await?;
    counted.into_iter().map(|(kind, state, jobs)| Ok(((kind, State::stored(&state)?), jobs))).collect()
}

fn by_state(filter: &Filter, arms: impl Iterator<Item = Arm>, before: Option<JobId>, limit: u32) -> Statement {
    let mut statement = sql("WITH newest AS (SELECT id FROM (").bind(i64::from(limit));
    for (at, (kind, state)) in arms.enumerate() {
        statement = statement
            .push(if at > 0 { " UNION ALL " } else { "" })
            .push_bind("SELECT id FROM (SELECT id FROM jobs WHERE kind = {}", kind)
            .push(&format!(" AND state = '{}'", state.as_str()))
            // Said for SQLite, which does not see that it follows: the others are in an index of theirs.
            .push(if state == State::Running { "" } else { " AND state <> 'running'" });
        if let Some(queue) = &filter.queue {
            statement = statement.push_bind(" AND queue = {}", queue.as_str());
        }
        if let Some(user) = filter.user {
            statement = statement.push_bind(" AND user_id = {}", user);
        }
        if let Some(before) = before {
            statement = statement.push_bind(" AND id < {}", before);
        }
        statement = statement.push(" ORDER BY id DESC LIMIT $1) AS arm");
    }
    statement
        .push(") AS arms ORDER BY id DESC LIMIT $1) SELECT ")
        .push(COLUMNS)
        .push(" FROM jobs WHERE id IN (SELECT id FROM newest) ORDER BY id DESC")
}

fn of_user(filter: &Filter, user: UserId, before: Option<JobId>, limit: u32) -> Statement {
    let all = sql(&format!("SELECT {COLUMNS} FROM jobs WHERE user_id = $1")).bind(user);
    let mut statement = narrowed(all, filter);
    if let Some(before) = before {
        statement = statement.push_bind(" AND id < {}", before);
    }
    statement.push_bind(" ORDER BY id DESC LIMIT {}", i64::from(limit))
}

/// Adds what a filter says of state, kind and queue.
fn narrowed(mut statement: Statement, filter: &Filter) -> Statement {
    if !filter.states.is_empty() {
        statement = statement.push(" AND state IN ").push_list(filter.states.iter().map(|state| state.as_str()));
    }
    if let Some(kind) = &filter.kind {
        statement = statement.push_bind(" AND kind = {}", kind.as_str());
    }
    if let Some(queue) = &filter.queue {
        statement = statement.push_bind(" AND queue = {}", queue.as_str());
    }
    statement
}
