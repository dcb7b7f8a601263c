//! Whether the queue moves.

use chrono::TimeDelta;

use super::Check;
use crate::db::Db;
use crate::domain::Timestamp;
use crate::domain::fault::chain;
use crate::queue::State;
use crate::queue::inspect;

/// How long a job may be due.
const LONG: TimeDelta = TimeDelta::minutes(5);
/// Jobs that were given up, from which on somebody should look.
const MANY: i64 = 100;

pub(super) async fn checks(db: &Db, now: Timestamp) -> Vec<Check> {
    let queues = match inspect::stats(db, now).await {
        Ok(queues) => queues,
        Err(error) => {
            return vec![Check::fail(
                "queue_age",
                format!("the queue can't be read: {}", chain(&error)),
                "see the check of the schema",
            )];
        }
    };
    let late: Vec<String> = (queues.iter())
        .filter_map(|queue| Some((queue, now - queue.oldest?.run_at)))
        .filter(|(_, age)| *age > LONG)
        .map(|(queue, age)| format!("{} ({} min)", queue.queue, age.num_minutes()))
        .collect();
    let age = if late.is_empty() {
        Check::ok("queue_age", "no job waits for long")
    } else {
        Check::fail(
            "queue_age",
            format!("jobs wait for long: {}", late.join(", ")),
            "does a worker run? On PostgreSQL start `brainly worker`; `brainly queue stats` shows more",
        )
    };
    let paused: Vec<&str> =
        queues.iter().filter(|queue| queue.paused_at.is_some()).map(|queue| queue.queue.as_str()).collect();
    let paused = if paused.is_empty() {
        Check::ok("queue_paused", "no queue is paused")
    } else {
        Check::warn(
            "queue_paused",
            format!("{} is paused", paused.join(", ")),
            format!("brainly queue resume {}", paused.join("; brainly queue resume ")),
        )
    };
    let discarded: i64 = queues.iter().map(|queue| queue.depth.of(State::Discarded)).sum();
    let discarded = if discarded < MANY {
        Check::ok("queue_discarded", format!("{discarded} jobs were given up"))
    } else {
        Check::warn(
            "queue_discarded",
            format!("{discarded} jobs were given up"),
            "brainly queue list --state discarded shows why; brainly queue retry has them tried again",
        )
    };
    vec![age, paused, discarded]
}
