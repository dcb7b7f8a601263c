//! Whether a job costs more when many wait.

#![expect(clippy::cast_precision_loss, reason = "a number of jobs is far from the limit")]

use std::time::Instant;

use brainly::db::{Db, Engine, sql};
use brainly::domain::Clock;
use serde_json::json;

use crate::{Outcome, noop, work};

/// Milliseconds a job at each of `depths` (ascending), once a round: `jobs` of them by a worker that runs ten at a time.
///
/// What a worker claims ahead and hands back at its end is work too, and it claims the more ahead the more wait: so the time
/// until it has ended is divided by the jobs that it has claimed. The first round at each depth only warms the store.
pub(crate) async fn depth(db: &Db, depths: &[u64], jobs: usize, rounds: usize) -> Outcome {
    let mut added = 0;
    let mut waiting = 0;
    let mut costs = Vec::new();
    for depth in depths {
        let mut at_depth = Vec::new();
        for _ in 0..=rounds {
            fill(db, added, depth - waiting).await?;
            added += depth - waiting;
            let (now, begun) = (Clock::system().now(), Instant::now());
            work::run(db, jobs, 10).await?;
            let took = begun.elapsed();
            let (left, claimed): (i64, i64) =
                sql("SELECT CAST(COUNT(*) FILTER (WHERE state = 'available') AS bigint), \
                 CAST(COUNT(*) FILTER (WHERE started_at >= $1) AS bigint) FROM jobs")
                .bind(now)
                .fetch_one(db)
                .await?;
            at_depth.push(took.as_secs_f64() * 1e3 / claimed as f64);
            waiting = u64::try_from(left)?;
        }
        costs.push(json!({ "depth": depth, "ms_per_job": at_depth[1..] }));
    }
    Ok(json!({ "depths": costs }))
}

/// Makes `jobs` more wait than the `before` that were added before: one is enqueued and the others are copies of it.
pub(crate) async fn fill(db: &Db, before: u64, jobs: u64) -> Result<(), Box<dyn std::error::Error>> {
    if jobs == 0 {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    let (columns, id, series) = match tx.engine() {
        Engine::Sqlite => (
            "SELECT name FROM pragma_table_info('jobs')",
            "unhex(printf('%032x', n))",
            "WITH RECURSIVE series (n) AS (SELECT $1 UNION ALL SELECT n + 1 FROM series WHERE n < $2)",
        ),
        Engine::Postgres => (
            "SELECT CAST(column_name AS text) FROM information_schema.columns WHERE table_name = 'jobs'",
            "CAST(lpad(to_hex(n), 32, '0') AS uuid)",
            "WITH series AS (SELECT n FROM generate_series(CAST($1 AS bigint), CAST($2 AS bigint)) AS n)",
        ),
    };
    noop::enqueue(&mut tx, before).await?;
    if jobs > 1 {
        let columns: Vec<(String,)> = sql(columns).fetch_all(&mut tx).await?;
        let copied = columns.iter().map(|(name,)| match name.as_str() {
            "id" => id,
            "turn" => "n",
            other => other,
        });
        let copied: Vec<&str> = copied.collect();
        let columns: Vec<&str> = columns.iter().map(|(name,)| name.as_str()).collect();
        sql(&format!("INSERT INTO jobs ({}) {series} SELECT {} ", columns.join(", "), copied.join(", ")))
            .push("FROM series, (SELECT * FROM jobs ORDER BY created_at DESC LIMIT 1) AS job")
            .bind(i64::try_from(before + 1)?)
            .bind(i64::try_from(before + jobs - 1)?)
            .execute(&mut tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}
