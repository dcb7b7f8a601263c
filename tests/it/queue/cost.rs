//! What a step costs does not grow with the jobs that wait, whatever PostgreSQL believes of their number.

use std::num::NonZeroU32;
use std::time::Duration;

use brainly::db::{Db, Engine, sql};
use brainly::domain::Timestamp;
use brainly::queue::steps::{self, End, Held};

use super::lab::{LEASE, Lab, Task, task};
use crate::harness;

/// As many as a worker writes in one statement.
const BATCH: usize = 512;
/// After five runs of a statement PostgreSQL settles on a plan, which it keeps however the table grows.
const ROUNDS: usize = 8;

#[test]
fn what_ends_is_found_among_many_that_wait_by_a_worker_that_began_with_few() {
    for end in [End::HandedBack, End::Completed] {
        harness::run(Engine::Postgres, async |scratch| {
            let lab = Lab::new(scratch.db.clone());
            let (db, now) = (Db::open(&scratch.url, NonZeroU32::MIN).await.unwrap(), lab.clock.now());
            lab.enqueue(&task("a", [])).await;
            fill(&lab, 2 * BATCH).await;
            rounds(&db, now, End::HandedBack).await;
            fill(&lab, 50_000).await;
            let before = rows_scanned(&db).await;

            rounds(&db, now, end).await;

            assert_eq!(rows_scanned(&db).await - before, 0, "rows that scans of the table read, {end:?}");
            db.close().await;
        });
    }
}

async fn rounds(db: &Db, now: Timestamp, end: End) {
    for _ in 0..ROUNDS {
        let held = steps::claim::<Task>(db, "worker", BATCH, now, LEASE).await.unwrap();
        assert_eq!(held.len(), BATCH);
        let ends: Vec<(Held, End)> = held.into_iter().map(|job| (job, end)).collect();
        steps::finish::<Task>(db, "worker", &ends, now).await.unwrap();
    }
}

/// Makes so many more wait: copies of the first.
async fn fill(lab: &Lab, jobs: usize) {
    let mut tx = lab.db.begin().await.unwrap();
    sql("INSERT INTO jobs (id, queue, kind, state, priority, arguments, max_attempts, run_at, created_at, turn) \
         SELECT gen_random_uuid(), queue, kind, state, priority, arguments, max_attempts, run_at, created_at, n \
         FROM (SELECT * FROM jobs LIMIT 1) AS one, generate_series(1, CAST($1 AS bigint)) AS n")
    .bind(i64::try_from(jobs).unwrap())
    .execute(&mut tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// How many jobs scans of the table have read so far.
///
/// A connection tells of what it did about once a second, of all at once: so a look at another table is told of last.
async fn rows_scanned(db: &Db) -> i64 {
    let seen = async || -> (i64, i64) {
        sql("SELECT jobs.seq_tup_read, other.seq_scan FROM pg_stat_user_tables AS jobs, pg_stat_user_tables AS other \
             WHERE jobs.relname = 'jobs' AND other.relname = 'job_schedules'")
        .fetch_one(db)
        .await
        .unwrap()
    };
    let (_, before) = seen().await;
    let _: (i64,) = sql("SELECT COUNT(*) FROM job_schedules").fetch_one(db).await.unwrap();
    let told = async {
        loop {
            match seen().await {
                (rows, looks) if looks > before => return rows,
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told).await.expect("PostgreSQL tells what it did")
}
