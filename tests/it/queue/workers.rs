//! Workers beside one another, slow ones, dead ones, and ones that are told to stop.

use std::collections::BTreeSet;
use std::time::Duration;

use brainly::db::{Db, Engine};
use brainly::queue::{self, Enqueue, Settings, Worker};

use super::lab::{LEASE, Lab, Step, keyed, task};
use crate::harness::{self, on_both_engines};

const SECOND: Duration = Duration::from_secs(1);

on_both_engines! {
    async fn eight_workers_do_five_hundred_jobs_and_none_twice(db: Db) {
        let lab = Lab::new(db);
        for n in 0..500 {
            lab.enqueue(&task(&n.to_string(), [])).await;
        }

        let workers: Vec<_> = (0..8).map(|_| lab.worker(lab.settings())).collect();
        let drained = futures::future::join_all(workers.iter().map(Worker::drain)).await;

        let done: usize = drained.into_iter().map(|drained| drained.unwrap().done).sum();
        assert_eq!((done, lab.journal().len()), (500, 500));
        assert_eq!(lab.journal().into_iter().collect::<BTreeSet<_>>().len(), 500);
    }

    async fn a_worker_does_no_more_at_once_than_it_may(db: Db) {
        let lab = Lab::new(db);
        for _ in 0..3 {
            lab.enqueue(&task("a", [Step::Wait])).await;
        }
        let worker = lab.start(Settings { concurrency: 2, ..lab.settings() });
        lab.see("a", 2).await;

        assert_eq!(lab.journal(), ["a", "a"]);
        lab.open_gate();
        lab.see("a", 3).await;
        lab.open_gate();
        lab.open_gate();
        worker.stop().await;
    }

    async fn a_job_of_a_dead_worker_is_done_by_another_once_its_lease_is_over(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::Wait, Step::Succeed])).await;
        let worker = lab.start(lab.settings());
        lab.see("a", 1).await;
        worker.kill().await;

        lab.clock.advance(LEASE);
        assert_eq!(lab.drain().await, (0, 0), "the lease is not over");
        lab.clock.advance(SECOND);

        assert_eq!(lab.drain().await, (1, 0));
        assert_eq!(lab.row(id).await.attempt, 2);
    }

    async fn a_late_worker_cannot_undo_what_came_after_its_lease(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::Wait, Step::Fail("later".into())])).await;
        let late = lab.start(Settings { concurrency: 1, ..lab.settings() });
        lab.see("a", 1).await;
        lab.clock.advance(LEASE + SECOND);
        // Its own look for jobs of the dead, with which it begins, may only now take this one back.
        let mut drained = lab.drain().await;
        for _ in 0..100 {
            if drained == (0, 0) {
                drained = lab.drain().await;
            }
        }
        assert_eq!(drained, (0, 1));
        let after = lab.row(id).await;

        lab.open_gate();
        late.stop().await;

        assert_eq!(lab.row(id).await, after);
        assert_eq!((after.state.as_str(), after.attempt), ("retryable", 2));
    }

    async fn a_late_worker_cannot_finish_what_another_runs(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::Wait])).await;
        let late = lab.start(Settings { concurrency: 1, ..lab.settings() });
        lab.see("a", 1).await;
        lab.clock.advance(LEASE + SECOND);
        let other = lab.start(lab.settings());
        lab.see("a", 2).await;
        let held = lab.row(id).await;

        // The gate lets them through in the order in which they came.
        lab.open_gate();
        late.stop().await;

        assert_eq!(lab.row(id).await, held);
        assert_eq!((held.state.as_str(), held.attempt, held.claimed_by.as_deref()), ("running", 2, Some("worker-2")));
        lab.open_gate();
        other.stop().await;
        assert_eq!(lab.row(id).await.state, "completed");
    }

    async fn a_lease_is_renewed_for_as_long_as_its_job_runs(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::Wait])).await;
        let lease = Duration::from_millis(60);
        let worker = lab.start(Settings { lease, ..lab.settings() });
        lab.see("a", 1).await;

        for _ in 0..3 {
            lab.clock.advance(lease);
            let until = lab.clock.now() + lease;
            lab.row_where(id, |row| row.lease_until == Some(until)).await;
        }

        lab.open_gate();
        worker.stop().await;
        assert_eq!(lab.row(id).await.state, "completed");
    }

    async fn a_job_that_has_gone_to_another_worker_is_stopped_here(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::Wait])).await;
        let worker = lab.start(Settings { lease: Duration::from_millis(60), ..lab.settings() });
        lab.see("a", 1).await;

        lab.tamper("UPDATE jobs SET claimed_by = 'another'").await;

        lab.see("a dropped", 1).await;
        worker.stop().await;
        let row = lab.row(id).await;
        assert_eq!((row.state.as_str(), row.claimed_by.as_deref()), ("running", Some("another")));
    }

    async fn a_job_that_comes_back_to_the_worker_that_lost_it_runs_only_once_at_a_time(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::Wait])).await;
        let worker = lab.start(lab.settings());
        lab.see("a", 1).await;

        lab.clock.advance(LEASE + SECOND);
        let idle = lab.start(Settings { queues: Some(vec!["none".into()]), ..lab.settings() });

        lab.see("a", 2).await;
        lab.see("a dropped", 1).await;
        lab.open_gate();
        worker.stop().await;
        idle.stop().await;
        let row = lab.row(id).await;
        assert_eq!((row.state.as_str(), row.attempt), ("completed", 2));
    }

    async fn a_worker_told_to_stop_finishes_what_runs_and_starts_nothing_new(db: Db) {
        let lab = Lab::new(db);
        let running = lab.enqueue(&task("a", [Step::Wait])).await;
        let worker = lab.start(lab.settings());
        lab.see("a", 1).await;

        worker.ask_to_stop();
        let waiting = lab.enqueue(&task("b", [])).await;
        lab.open_gate();
        worker.stop().await;

        assert_eq!(lab.row(running).await.state, "completed");
        assert_eq!((lab.row(waiting).await.state.as_str(), lab.journal().len()), ("available", 1));
    }

    async fn what_is_not_done_within_the_grace_is_handed_back_uncounted(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::Wait, Step::Succeed])).await;
        let worker = lab.start(Settings { grace: Duration::ZERO, ..lab.settings() });
        lab.see("a", 1).await;

        worker.stop().await;

        let row = lab.row(id).await;
        assert_eq!((row.state.as_str(), row.attempt, row.claimed_by), ("available", 0, None));
        assert_eq!(lab.journal(), ["a", "a dropped"]);
        assert_eq!(lab.drain().await, (1, 0));
    }

    async fn a_job_that_ends_while_the_database_refuses_is_finished_when_it_is_back(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::Wait])).await;
        let worker = lab.start(lab.settings());
        lab.see("a", 1).await;

        lab.tamper("ALTER TABLE jobs RENAME TO elsewhere").await;
        lab.open_gate();
        // Nothing shows when the worker has met the refusal. If it comes later than this, the test proves less.
        tokio::time::sleep(Duration::from_millis(50)).await;
        lab.tamper("ALTER TABLE elsewhere RENAME TO jobs").await;

        lab.row_where(id, |row| row.state == "completed").await;
        let next = lab.enqueue(&task("b", [])).await;
        lab.row_where(next, |row| row.state == "completed").await;
        assert_eq!(lab.journal(), ["a", "b"]);
        worker.stop().await;
    }
}

#[test]
fn a_claim_passes_over_a_job_that_a_transaction_holds() {
    harness::run(Engine::Postgres, async |scratch| {
        let lab = Lab::new(scratch.db.clone());
        for name in ["held", "free"] {
            lab.enqueue(&keyed(name, [])).await;
        }
        let mut tx = lab.db.begin().await.unwrap();
        queue::enqueue(&mut tx, &keyed("held", []), Enqueue::default(), lab.clock.now()).await.unwrap();

        assert_eq!(lab.drain().await, (1, 0));
        tx.commit().await.unwrap();
        assert_eq!(lab.drain().await, (1, 0));

        assert_eq!(lab.journal(), ["free", "held"]);
    });
}
