//! What can be seen of the queue, and that it is true.

use std::collections::BTreeSet;
use std::time::Duration;

use brainly::db::{Db, Engine, sql};
use brainly::domain::{JobId, Timestamp, UserId};
use brainly::queue::inspect::{self, Filter, QueueStats, Window};
use brainly::queue::{self, Enqueue, State, control};
use brainly::store::users::{self, NewUser};
use serde_json::json;
use uuid::Uuid;

use super::lab::{Lab, Step, keyed, task};
use crate::harness::on_both_engines;

const SECOND: Duration = Duration::from_secs(1);

async fn stats(lab: &Lab) -> Vec<QueueStats> {
    inspect::stats(&lab.db, lab.clock.now()).await.unwrap()
}

async fn list(lab: &Lab, filter: &Filter, before: Option<JobId>, limit: u32) -> Vec<JobId> {
    let jobs = inspect::list(&lab.db, filter, before, limit).await.unwrap();
    jobs.into_iter().map(|job| job.id).collect()
}

async fn user(lab: &Lab, name: &str) -> UserId {
    let (id, now) = (UserId::new(lab.clock.now()), lab.clock.now());
    let new = NewUser { username: Some(name), username_key: Some(name), auth_provider: "local", ..NewUser::default() };
    let mut tx = lab.db.begin().await.unwrap();
    users::create(&mut tx, id, &new, now).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    id
}

/// Fails unless the counts that are kept are those of a scan.
async fn assert_counted(lab: &Lab, after: &str) {
    let kept: Vec<(String, String, String, i64)> =
        sql("SELECT queue, kind, state, CAST(SUM(jobs) AS bigint) FROM job_counts \
         GROUP BY queue, kind, state HAVING SUM(jobs) <> 0 ORDER BY 1, 2, 3")
        .fetch_all(&lab.db)
        .await
        .unwrap();
    let scanned: Vec<(String, String, String, i64)> = sql(
        "SELECT queue, kind, state, CAST(COUNT(*) AS bigint) FROM jobs GROUP BY queue, kind, state ORDER BY 1, 2, 3",
    )
    .fetch_all(&lab.db)
    .await
    .unwrap();
    assert_eq!(kept, scanned, "after {after}");
    let shown: i64 = stats(lab).await.iter().flat_map(|queue| queue.depth.iter()).map(|(_, jobs)| jobs).sum();
    assert_eq!(shown, scanned.iter().map(|row| row.3).sum::<i64>(), "after {after}");
}

async fn done_in_minute(lab: &Lab, minute: Timestamp, kind: &str, outcome: &str, jobs: i64, busy_ms: i64) {
    let mut tx = lab.db.begin().await.unwrap();
    sql("INSERT INTO job_minutes (minute, kind, outcome, jobs, busy_ms) VALUES ($1, $2, $3, $4, $5)")
        .bind(minute)
        .bind(kind)
        .bind(outcome)
        .bind(jobs)
        .bind(busy_ms)
        .execute(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

on_both_engines! {
    async fn the_counts_are_those_of_a_scan_whatever_happens_to_jobs(db: Db) {
        let lab = Lab::new(db);
        let ada = user(&lab, "ada").await;
        assert_counted(&lab, "nothing").await;
        for _ in 0..2 {
            lab.enqueue(&keyed("same", [])).await;
            lab.enqueue(&task("a", [Step::Fail("no".into()), Step::Succeed])).await;
            lab.enqueue(&task("bad", [Step::GiveUp])).await;
            lab.enqueue_with(&task("hers", []), Enqueue { owner: Some(ada), ..Enqueue::default() }).await;
        }
        let later = Some(lab.clock.now() + 3 * SECOND);
        let scheduled = lab.enqueue_with(&keyed("later", []), Enqueue { run_at: later, ..Enqueue::default() }).await;
        assert_counted(&lab, "enqueueing, duplicates among them").await;
        lab.enqueue(&keyed("later", [])).await;
        assert_counted(&lab, "a duplicate that brings a job forward").await;
        lab.drain().await;
        assert_counted(&lab, "a run: completed, retryable and discarded").await;
        assert_eq!(lab.row(scheduled).await.state, "completed");

        let all = list(&lab, &Filter::default(), None, 100).await;
        let mut tx = lab.db.begin().await.unwrap();
        control::retry(&mut tx, &all, lab.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_counted(&lab, "retries").await;
        let mut tx = lab.db.begin().await.unwrap();
        control::cancel(&mut tx, &all[..5], lab.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_counted(&lab, "cancellations").await;
        let mut tx = lab.db.begin().await.unwrap();
        control::remove(&mut tx, all[0]).await.unwrap();
        tx.commit().await.unwrap();
        assert_counted(&lab, "a removal").await;
        lab.tamper("DELETE FROM users").await;
        assert_counted(&lab, "the removal of a user").await;
        lab.clock.advance(SECOND);
        let mut tx = lab.db.begin().await.unwrap();
        assert!(queue::prune(&mut tx, lab.clock.now(), 100).await.unwrap() > 0);
        tx.commit().await.unwrap();
        assert_counted(&lab, "pruning").await;

        let mut tx = lab.db.begin().await.unwrap();
        queue::enqueue(&mut tx, &task("never", []), Enqueue::default(), lab.clock.now()).await.unwrap();
        drop(tx);
        assert_counted(&lab, "a rollback").await;
    }

    async fn each_queue_shows_its_depth_by_state_and_kind_and_what_waits_longest(db: Db) {
        let lab = Lab::new(db);
        let began = lab.clock.now();
        let oldest = lab.enqueue(&task("a", [])).await;
        lab.clock.advance(5 * SECOND);
        lab.enqueue(&task("b", [])).await;
        let later = Some(lab.clock.now() + SECOND);
        lab.enqueue_with(&keyed("later", []), Enqueue { run_at: later, ..Enqueue::default() }).await;
        lab.tamper("INSERT INTO job_pauses (queue, paused_at) SELECT 'imports', MIN(created_at) FROM jobs").await;

        let queues = stats(&lab).await;

        let names: Vec<&str> = queues.iter().map(|queue| queue.queue.as_str()).collect();
        assert_eq!(names, ["default", "imports", "keyed"]);
        assert_eq!((queues[0].depth.of(State::Available), queues[0].depth.of(State::Completed)), (2, 0));
        let waiting = queues[0].oldest.unwrap();
        assert_eq!((waiting.id, waiting.created_at, waiting.run_at), (oldest, began, began));
        assert_eq!((queues[0].paused_at, queues[1].paused_at, queues[1].kinds.len()), (None, Some(began), 0));
        assert_eq!((queues[2].depth.of(State::Scheduled), queues[2].oldest), (1, None));
        assert_eq!((queues[2].kinds[0].kind.as_str(), queues[2].kinds[0].depth), ("keyed", queues[2].depth));

        lab.clock.advance(SECOND);
        lab.drain().await;
        let queues = stats(&lab).await;
        assert_eq!((queues[0].depth.of(State::Available), queues[0].depth.of(State::Completed), queues[0].oldest), (0, 2, None));
    }

    async fn the_pace_is_that_of_the_last_sixty_seconds_and_minutes(db: Db) {
        let lab = Lab::at(db, brainly::domain::Clock::fixed("2026-03-02T08:00:15Z".parse().unwrap()));
        lab.enqueue(&task("a", [])).await;
        let minute = |text: &str| text.parse::<Timestamp>().unwrap();
        for (at, outcome, jobs, busy) in [
            ("2026-03-02T08:00:00Z", "completed", 3, 3_000),
            ("2026-03-02T07:59:00Z", "completed", 8, 8_000),
            ("2026-03-02T07:59:00Z", "retryable", 4, 400),
            ("2026-03-02T07:20:00Z", "discarded", 5, 500),
            ("2026-03-02T07:00:00Z", "completed", 20, 20_000),
            ("2026-03-02T06:59:00Z", "completed", 1_000, 9_000_000),
        ] {
            done_in_minute(&lab, minute(at), "task", outcome, jobs, busy).await;
        }

        let pace = stats(&lab).await[0].pace;

        // A quarter of this minute has passed: three quarters of the one before lie within sixty seconds.
        assert_eq!(pace.last_minute, Window { done: 3 + 6, failed: 3 });
        assert_eq!(pace.last_hour, Window { done: 3 + 8 + 15, failed: 4 + 5 });
        assert_eq!(pace.average_busy_ms, Some(31_900.0 / 40.0));
    }

    async fn pages_hold_every_job_that_matches_once_and_the_newest_first(db: Db) {
        let lab = Lab::new(db);
        let (ada, bob) = (user(&lab, "ada").await, user(&lab, "bob").await);
        for round in 0..6 {
            for owner in [Some(ada), Some(bob), None] {
                let options = Enqueue { owner, ..Enqueue::default() };
                let step = if round % 2 == 0 { Step::GiveUp } else { Step::Succeed };
                lab.enqueue_with(&task(&format!("{round}{owner:?}"), [step.clone()]), options).await;
                lab.enqueue_with(&keyed(&format!("{round}{owner:?}"), [step]), options).await;
            }
        }
        lab.drain().await;
        lab.enqueue(&keyed("new", [])).await;
        let state = |state| Filter { states: vec![state], ..Filter::default() };
        for (filter, expected) in [
            (Filter::default(), 37),
            (state(State::Discarded), 18),
            (state(State::Running), 0),
            (Filter { states: vec![State::Available, State::Completed], ..Filter::default() }, 19),
            (Filter { kind: Some("keyed".into()), ..Filter::default() }, 19),
            (Filter { queue: Some("default".into()), ..state(State::Completed) }, 9),
            (Filter { queue: Some("nowhere".into()), ..Filter::default() }, 0),
            (Filter { user: Some(ada), ..Filter::default() }, 12),
            (Filter { user: Some(bob), kind: Some("task".into()), ..state(State::Discarded) }, 3),
        ] {
            let (mut seen, mut before) = (Vec::new(), None);
            loop {
                let page = list(&lab, &filter, before, 5).await;
                before = page.last().copied();
                seen.extend(page);
                if before.is_none() {
                    break;
                }
            }
            assert!(seen.is_sorted_by(|newer, older| newer > older), "{filter:?}");
            assert_eq!(seen.len(), expected, "{filter:?}");
            let whole: BTreeSet<JobId> = list(&lab, &filter, None, 100).await.into_iter().collect();
            assert_eq!(whole, seen.into_iter().collect(), "{filter:?}");
        }
    }

    async fn a_job_shows_its_arguments_its_errors_and_each_attempt_that_failed(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::Fail("the kiln is cold".into())])).await;
        let mut tx = lab.db.begin().await.unwrap();
        for attempt in 1..=2 {
            sql("INSERT INTO job_attempts (id, job_id, attempt, worker, started_at, ended_at, outcome, error) \
                 VALUES ($1, $2, $3, 'w', $4, $4, 'retryable', 'the step failed')")
            .bind(Uuid::now_v7())
            .bind(id)
            .bind(attempt)
            .bind(lab.clock.now())
            .execute(&mut tx)
            .await
            .unwrap();
        }
        sql("UPDATE jobs SET progress = $1").bind(json!({ "done": 3, "of": 7 })).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();

        let found = inspect::find(&lab.db, id).await.unwrap().unwrap();

        assert_eq!(found.job.arguments["name"], "a");
        assert_eq!(found.job.progress, Some(json!({ "done": 3, "of": 7 })));
        assert_eq!((found.job.state, found.job.attempt, found.job.created_at), (State::Available, 0, lab.clock.now()));
        let attempts: Vec<(i32, &str)> = found.attempts.iter().map(|attempt| (attempt.attempt, attempt.outcome.as_str())).collect();
        assert_eq!(attempts, [(1, "retryable"), (2, "retryable")]);
        assert_eq!(inspect::find(&lab.db, JobId::new(lab.clock.now())).await.unwrap(), None);
    }

    async fn the_error_of_a_job_that_ran_is_shown_with_its_causes(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::Fail("the kiln is cold".into())])).await;
        lab.drain().await;

        let job = inspect::find(&lab.db, id).await.unwrap().unwrap().job;

        assert_eq!((job.state, job.last_error.as_deref()), (State::Retryable, Some("the step failed: the kiln is cold")));
    }

    async fn looking_scans_no_table_of_jobs(db: Db) {
        let lab = Lab::new(db);
        fill(&lab, 20_000).await;
        for looked_at in [
            "SELECT id FROM jobs WHERE kind = 'kind-1' AND state = 'completed' AND state <> 'running' AND id < $1 ORDER BY id DESC LIMIT 50",
            "SELECT id FROM jobs WHERE kind = 'kind-1' AND state = 'available' AND state <> 'running' AND queue = 'default' ORDER BY id LIMIT 1",
        ] {
            let plan = plan(&lab, looked_at).await;
            assert!(plan.contains("jobs_by_state"), "{looked_at}: {plan}");
            assert!(!plan.contains("Seq Scan") && !plan.contains("SCAN jobs") && !plan.contains("TEMP B-TREE"), "{looked_at}: {plan}");
        }
        assert_counted(&lab, "filling").await;
    }
}

/// Adds `jobs` rows of four kinds, most of them completed.
async fn fill(lab: &Lab, jobs: i64) {
    let ids = match lab.db.engine() {
        Engine::Sqlite => "randomblob(16)",
        Engine::Postgres => "gen_random_uuid()",
    };
    let mut tx = lab.db.begin().await.unwrap();
    sql(&format!(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < $2) \
         INSERT INTO jobs (id, queue, kind, state, priority, arguments, attempt, max_attempts, run_at, created_at) \
         SELECT {ids}, 'default', 'kind-' || CAST(n % 4 AS text), CASE WHEN n % 10 = 0 THEN 'available' ELSE 'completed' END, \
             10, '{{}}', 0, 5, $1, $1 FROM n"
    ))
    .bind(lab.clock.now())
    .bind(jobs)
    .execute(&mut tx)
    .await
    .unwrap();
    if lab.db.engine() == Engine::Postgres {
        sql("ANALYZE jobs").execute(&mut tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn plan(lab: &Lab, statement: &str) -> String {
    let statement = statement.replace(
        "$1",
        match lab.db.engine() {
            Engine::Sqlite => "X'ffffffffffffffffffffffffffffffff'",
            Engine::Postgres => "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
        },
    );
    match lab.db.engine() {
        Engine::Sqlite => {
            let rows: Vec<(i64, i64, i64, String)> =
                sql(&format!("EXPLAIN QUERY PLAN {statement}")).fetch_all(&lab.db).await.unwrap();
            rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("\n")
        }
        Engine::Postgres => {
            let rows: Vec<(String,)> = sql(&format!("EXPLAIN {statement}")).fetch_all(&lab.db).await.unwrap();
            rows.into_iter().map(|row| row.0).collect::<Vec<_>>().join("\n")
        }
    }
}
