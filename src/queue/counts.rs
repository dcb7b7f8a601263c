//! Keeps the numbers that operators look at cheap: triggers count states, workers add up what the triggers wrote.

use std::collections::BTreeMap;

use crate::db::{Db, Engine, Result, Value, sql};

/// Rows that one transaction adds up.
const BATCH: i64 = 5000;

#[derive(sqlx::FromRow)]
struct Count {
    queue: String,
    kind: String,
    state: String,
    jobs: i64,
}

/// Adds up to 5,000 rows of `job_counts` into part 0 and says how many; SQLite's triggers do that themselves.
pub(super) async fn add_up(db: &Db) -> Result<usize> {
    if db.engine() == Engine::Sqlite {
        return Ok(0);
    }
    let mut tx = db.begin().await?;
    let taken: Vec<Count> =
        sql("DELETE FROM job_counts WHERE (queue, kind, state, part) IN (SELECT queue, kind, state, part \
             FROM job_counts WHERE part <> 0 LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING queue, kind, state, jobs")
        .bind(BATCH)
        .fetch_all(&mut tx)
        .await?;
    let rows = taken.len();
    let mut sums: BTreeMap<(String, String, String), i64> = BTreeMap::new();
    for count in taken {
        *sums.entry((count.queue, count.kind, count.state)).or_default() += count.jobs;
    }
    if !sums.is_empty() {
        let sums = sums.into_iter().map(|((queue, kind, state), jobs)| -> [Value; 5] {
            [queue.into(), kind.into(), state.into(), 0_i64.into(), jobs.into()]
        });
        sql("INSERT INTO job_counts (queue, kind, state, part, jobs) VALUES ")
            .push_rows(sums)
            .push(" ON CONFLICT (queue, kind, state, part) DO UPDATE SET jobs = job_counts.jobs + excluded.jobs")
            .execute(&mut tx)
            .await?;
    }
    tx.commit().await?;
    Ok(rows)
}
