//! Jobs while they run: stopped, watched, misbehaving.

use std::time::Duration;

use brainly::db::{Db, sql};
use brainly::domain::JobId;
use brainly::queue::{Enqueue, Settings};

use super::lab::{LEASE, Lab, Step, task};
use crate::harness::on_both_engines;

const SECOND: Duration = Duration::from_secs(1);

#[derive(sqlx::FromRow, Debug)]
struct Told {
    attempt: i32,
    worker: Option<String>,
    outcome: String,
    error: Option<String>,
}

async fn history(lab: &Lab, id: JobId) -> Vec<Told> {
    sql("SELECT attempt, worker, outcome, error FROM job_attempts WHERE job_id = $1 ORDER BY id")
        .bind(id)
        .fetch_all(&lab.db)
        .await
        .unwrap()
}

on_both_engines! {
    async fn a_running_job_that_is_to_be_cancelled_is_stopped_and_told(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::Wait])).await;
        let worker = lab.start(lab.settings());
        lab.see("a", 1).await;

        lab.tamper("UPDATE jobs SET cancel_requested_at = created_at").await;

        let row = lab.row_where(id, |row| row.state == "cancelled").await;
        assert_eq!((row.finished_at, row.attempt), (Some(lab.clock.now()), 1));
        assert_eq!(lab.journal(), ["a", "a dropped", "a given up: it was cancelled"]);
        assert_eq!(history(&lab, id).await[0].outcome, "cancelled");
        worker.stop().await;
    }

    async fn a_job_that_was_to_be_cancelled_when_its_worker_died_is_not_run_again(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::Wait])).await;
        let worker = lab.start(lab.settings());
        lab.see("a", 1).await;
        worker.kill().await;
        lab.tamper("UPDATE jobs SET cancel_requested_at = created_at").await;

        lab.clock.advance(LEASE + SECOND);
        lab.drain().await;

        assert_eq!(lab.row(id).await.state, "cancelled");
        assert_eq!(lab.journal().iter().filter(|line| *line == "a").count(), 1);
    }

    async fn a_job_says_how_far_it_is(db: Db) {
        let lab = Lab::new(db);
        lab.enqueue(&task("a", [Step::Report])).await;
        let worker = lab.start(lab.settings());
        lab.see("a", 1).await;

        let seen = async {
            loop {
                let (progress,): (Option<String>,) =
                    sql("SELECT CAST(progress AS text) FROM jobs").fetch_one(&lab.db).await.unwrap();
                if let Some(progress) = progress {
                    return serde_json::from_str::<serde_json::Value>(&progress).unwrap();
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let progress = tokio::time::timeout(30 * SECOND, seen).await.expect("it is never written");
        assert_eq!(progress, serde_json::json!({ "done": 3, "total": 7, "note": "pages" }));
        lab.open_gate();
        worker.stop().await;
    }

    async fn jobs_that_never_await_keep_neither_the_worker_nor_other_jobs_waiting(db: Db) {
        let lab = Lab::new(db);
        for n in 0..6 {
            lab.enqueue(&task(&format!("blocks {n}"), [Step::Block(1500)])).await;
        }
        let lease = Duration::from_millis(300);
        let worker = lab.start(Settings { concurrency: 8, lease, ..lab.settings() });
        lab.see("blocks 5", 1).await;

        let id = lab.enqueue(&task("other", [])).await;
        lab.row_where(id, |row| row.state == "completed").await;

        let (running,): (i64,) =
            sql("SELECT CAST(COUNT(*) AS bigint) FROM jobs WHERE state = 'running'").fetch_one(&lab.db).await.unwrap();
        assert_eq!(running, 6, "they are still at it, and their leases are kept");
        worker.stop().await;
    }

    async fn failed_attempts_are_kept_with_their_causes_and_workers(db: Db) {
        let lab = Lab::new(db);
        let steps = [Step::Fail("no route".into()), Step::Panic, Step::GiveUp];
        let id = lab.enqueue_with(&task("a", steps), Enqueue { max_attempts: Some(5), ..Enqueue::default() }).await;
        for _ in 0..3 {
            lab.drain().await;
            lab.clock.advance(Duration::from_hours(1));
        }

        let history = history(&lab, id).await;
        let told: Vec<_> =
            history.iter().map(|told| (told.attempt, told.outcome.as_str(), told.error.as_deref().unwrap())).collect();
        assert_eq!(
            told,
            [
                (1, "retryable", "the step failed: no route"),
                (2, "retryable", "it panicked: at the disco"),
                (3, "discarded", "the step failed: for good"),
            ]
        );
        assert_eq!(history[0].worker.as_deref(), Some("worker-1"));
    }

    async fn jobs_that_died_together_twice_do_not_come_back_together(db: Db) {
        let lab = Lab::new(db);
        let ids = [lab.enqueue(&task("a", [Step::Wait])).await, lab.enqueue(&task("b", [Step::Wait])).await];
        for round in 1..=2 {
            let worker = lab.start(lab.settings());
            lab.see("a", round).await;
            lab.see("b", round).await;
            worker.kill().await;
            lab.clock.advance(LEASE + SECOND);
        }

        let idle = lab.worker(Settings { queues: Some(vec!["none".into()]), ..lab.settings() });
        idle.drain().await.unwrap();

        for id in ids {
            let row = lab.row(id).await;
            assert_eq!((row.state.as_str(), row.attempt), ("retryable", 2));
            assert!(row.run_at > lab.clock.now());
            let history = history(&lab, id).await;
            assert_eq!(history.iter().map(|told| told.outcome.as_str()).collect::<Vec<_>>(), ["lost", "lost"]);
        }
    }

    async fn a_job_that_is_put_off_for_more_than_a_week_uses_up_its_attempts(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue_with(&task("a", [Step::PutOff(60)]), Enqueue { max_attempts: Some(2), ..Enqueue::default() }).await;
        lab.drain().await;
        assert_eq!(lab.row(id).await.attempt, 0);

        lab.clock.advance(Duration::from_hours(7 * 24 + 1));
        assert_eq!(lab.drain().await, (0, 1));
        lab.clock.advance(Duration::from_mins(2));
        assert_eq!(lab.drain().await, (0, 1));

        assert_eq!(lab.row(id).await.state, "discarded");
    }

    async fn what_was_done_is_counted_by_the_minute(db: Db) {
        let lab = Lab::new(db);
        for _ in 0..3 {
            lab.enqueue(&task("a", [])).await;
        }
        lab.enqueue(&task("b", [Step::GiveUp])).await;
        lab.drain().await;

        let counts: Vec<(String, i64)> =
            sql("SELECT outcome, jobs FROM job_minutes ORDER BY outcome").fetch_all(&lab.db).await.unwrap();
        assert_eq!(counts, [("completed".to_owned(), 3), ("discarded".to_owned(), 1)]);
    }
}
