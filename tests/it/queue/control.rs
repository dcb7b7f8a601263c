//! What an operator does to jobs and queues, and what becomes of them.

use std::time::Duration;

use brainly::db::{Db, sql};
use brainly::domain::{JobId, Timestamp};
use brainly::queue::control::{self, Cancelled, Removed, Retried};
use brainly::queue::{Enqueue, State};

use super::lab::{Lab, Step, keyed, task};
use crate::harness::on_both_engines;

const SECOND: Duration = Duration::from_secs(1);

async fn retry(lab: &Lab, ids: &[JobId]) -> Vec<Retried> {
    let mut tx = lab.db.begin().await.unwrap();
    let answers = control::retry(&mut tx, ids, lab.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    lab.wake.notify();
    answers
}

async fn cancel(lab: &Lab, ids: &[JobId]) -> Vec<Cancelled> {
    let mut tx = lab.db.begin().await.unwrap();
    let answers = control::cancel(&mut tx, ids, lab.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    answers
}

async fn remove(lab: &Lab, id: JobId) -> Removed {
    let mut tx = lab.db.begin().await.unwrap();
    let answer = control::remove(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    answer
}

/// When somebody asked that a running job stop.
async fn asked_to_stop(lab: &Lab, id: JobId) -> Option<Timestamp> {
    let (at,) = sql("SELECT cancel_requested_at FROM jobs WHERE id = $1").bind(id).fetch_one(&lab.db).await.unwrap();
    at
}

on_both_engines! {
    async fn a_discarded_job_that_is_retried_runs_with_all_its_attempts(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&keyed("a", [Step::GiveUp, Step::Fail("again".into())])).await;
        lab.drain().await;
        assert_eq!(lab.row(id).await.state, "discarded");
        lab.clock.advance(SECOND);

        assert_eq!(retry(&lab, &[id]).await, [Retried::Again]);

        let row = lab.row(id).await;
        assert_eq!((row.state.as_str(), row.attempt, row.run_at, row.finished_at), ("available", 0, lab.clock.now(), None));
        assert_eq!(row.claimed_by, None);
        lab.drain().await;
        assert_eq!((lab.row(id).await.state.as_str(), lab.row(id).await.attempt), ("retryable", 1));
    }

    async fn a_job_that_waits_for_its_time_is_retried_at_once_and_keeps_its_attempts(db: Db) {
        let lab = Lab::new(db);
        let failed = lab.enqueue(&task("failed", [Step::Fail("no".into()), Step::Succeed])).await;
        let in_an_hour = Some(lab.clock.now() + 3600 * SECOND);
        let scheduled = lab.enqueue_with(&task("later", []), Enqueue { run_at: in_an_hour, ..Enqueue::default() }).await;
        lab.drain().await;

        assert_eq!(retry(&lab, &[failed, scheduled]).await, [Retried::Again, Retried::Again]);

        assert_eq!((lab.row(failed).await.attempt, lab.row(scheduled).await.state.as_str()), (1, "available"));
        assert_eq!(lab.drain().await, (2, 0));
        assert_eq!(lab.row(failed).await.attempt, 2);
    }

    async fn a_worker_that_waits_hears_of_a_retry(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::GiveUp, Step::Succeed])).await;
        let worker = lab.start(lab.settings());
        lab.row_where(id, |row| row.state == "discarded").await;

        retry(&lab, &[id]).await;

        lab.row_where(id, |row| row.state == "completed").await;
        worker.stop().await;
    }

    async fn what_cannot_be_retried_says_why(db: Db) {
        let lab = Lab::new(db);
        let done = lab.enqueue(&task("done", [])).await;
        lab.drain().await;
        let runs = lab.enqueue(&task("runs", [Step::Wait])).await;
        let worker = lab.start(lab.settings());
        lab.see("runs", 1).await;
        worker.kill().await;
        let waits = lab.enqueue(&task("waits", [])).await;
        let nobody = JobId::new(lab.clock.now());

        let answers = retry(&lab, &[done, runs, waits, nobody]).await;

        assert_eq!(answers, [Retried::Completed, Retried::Runs, Retried::Waits, Retried::NoSuchJob]);
        assert_eq!((lab.row(done).await.state.as_str(), lab.row(runs).await.state.as_str()), ("completed", "running"));
    }

    async fn of_jobs_that_are_the_same_one_is_retried_and_the_others_name_it(db: Db) {
        let lab = Lab::new(db);
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(lab.enqueue(&keyed("same", [Step::GiveUp])).await);
            lab.drain().await;
        }

        assert_eq!(retry(&lab, &ids).await, [Retried::Same(ids[2]), Retried::Same(ids[2]), Retried::Again]);

        assert_eq!(retry(&lab, &ids[..1]).await, [Retried::Same(ids[2])]);
        assert_eq!((lab.row(ids[0]).await.state.as_str(), lab.row(ids[2]).await.state.as_str()), ("discarded", "available"));
    }

    async fn retried_jobs_stand_behind_what_their_owner_enqueued_since(db: Db) {
        let lab = Lab::new(db);
        let failed = lab.enqueue(&task("failed", [Step::GiveUp, Step::Succeed])).await;
        lab.drain().await;
        lab.enqueue(&task("new", [])).await;

        retry(&lab, &[failed]).await;
        let one_hand = brainly::queue::Settings { concurrency: 1, ..lab.settings() };
        lab.worker(one_hand).drain().await.unwrap();

        assert_eq!(lab.journal()[2..], ["new", "failed"]);
    }

    async fn a_job_that_waits_is_cancelled_at_once_and_never_runs(db: Db) {
        let lab = Lab::new(db);
        let available = lab.enqueue(&keyed("a", [])).await;
        let later = Some(lab.clock.now() + SECOND);
        let scheduled = lab.enqueue_with(&task("later", []), Enqueue { run_at: later, ..Enqueue::default() }).await;

        assert_eq!(cancel(&lab, &[scheduled, available]).await, [Cancelled::AtOnce, Cancelled::AtOnce]);

        lab.clock.advance(2 * SECOND);
        assert_eq!(lab.drain().await, (0, 0));
        let row = lab.row(available).await;
        assert_eq!((row.state.as_str(), row.finished_at), ("cancelled", Some(lab.clock.now() - 2 * SECOND)));
        assert_eq!(cancel(&lab, &[available]).await, [Cancelled::Ended(State::Cancelled)]);
        let anew = lab.enqueue(&keyed("a", [])).await;
        assert_ne!(anew, available, "a cancelled job holds no key");
        assert_eq!(retry(&lab, &[available]).await, [Retried::Same(anew)]);
    }

    async fn a_job_that_runs_is_asked_to_stop_once(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&keyed("a", [Step::Wait])).await;
        let worker = lab.start(lab.settings());
        lab.see("a", 1).await;
        worker.kill().await;
        lab.enqueue(&keyed("a", [])).await;

        assert_eq!(cancel(&lab, &[id]).await, [Cancelled::Requested]);

        let at = lab.clock.now();
        lab.clock.advance(SECOND);
        assert_eq!(cancel(&lab, &[id]).await, [Cancelled::Requested]);
        assert_eq!(asked_to_stop(&lab, id).await, Some(at));
        let (rerun,): (Option<Timestamp>,) = sql("SELECT rerun_at FROM jobs").fetch_one(&lab.db).await.unwrap();
        assert_eq!(rerun, None, "nor does it run again");
        assert_eq!(cancel(&lab, &[JobId::new(at)]).await, [Cancelled::NoSuchJob]);
    }

    async fn a_job_is_removed_unless_it_runs(db: Db) {
        let lab = Lab::new(db);
        let waits = lab.enqueue(&keyed("waits", [])).await;
        assert_eq!(remove(&lab, waits).await, Removed::Gone(State::Available));
        assert_eq!(remove(&lab, waits).await, Removed::NoSuchJob);

        let runs = lab.enqueue(&task("runs", [Step::Wait])).await;
        let worker = lab.start(lab.settings());
        lab.see("runs", 1).await;
        worker.kill().await;
        assert_eq!(remove(&lab, runs).await, Removed::Runs);
        assert_eq!(lab.row(runs).await.state, "running");
    }

    async fn a_queue_is_paused_and_resumed_once(db: Db) {
        let lab = Lab::new(db);
        let mut tx = lab.db.begin().await.unwrap();
        let answers = (
            control::pause(&mut tx, "keyed", lab.clock.now()).await.unwrap(),
            control::pause(&mut tx, "keyed", lab.clock.now() + SECOND).await.unwrap(),
        );
        tx.commit().await.unwrap();
        let (since,): (Timestamp,) = sql("SELECT paused_at FROM job_pauses").fetch_one(&lab.db).await.unwrap();

        let mut tx = lab.db.begin().await.unwrap();
        let resumed = (
            control::resume(&mut tx, "keyed").await.unwrap(),
            control::resume(&mut tx, "keyed").await.unwrap(),
        );
        tx.commit().await.unwrap();

        assert_eq!((answers, since, resumed), ((true, false), lab.clock.now(), (true, false)));
    }

    async fn a_retry_and_an_enqueue_of_the_same_job_at_once_leave_one_open(db: Db) {
        let lab = Lab::new(db);
        for round in 0..10 {
            let name = format!("same {round}");
            let id = lab.enqueue(&keyed(&name, [Step::GiveUp])).await;
            lab.drain().await;
            let retrying = async {
                let mut tx = lab.db.begin().await.unwrap();
                match control::retry(&mut tx, &[id], lab.clock.now()).await {
                    Ok(_) => tx.commit().await.unwrap(),
                    Err(brainly::db::Error::Taken(_)) => drop(tx),
                    Err(error) => panic!("{error:?}"),
                }
            };
            let interactive = Enqueue { lane: Some(brainly::domain::job::Lane::Interactive), ..Enqueue::default() };
            let same = keyed(&name, [Step::GiveUp]);
            tokio::join!(retrying, lab.enqueue_with(&same, interactive));
            let (open,): (i64,) = sql("SELECT CAST(COUNT(*) AS bigint) FROM jobs WHERE state = 'available'").fetch_one(&lab.db).await.unwrap();
            assert_eq!(open, 1);
            lab.drain().await;
        }
    }
}
