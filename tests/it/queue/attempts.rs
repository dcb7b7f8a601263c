//! What comes of a failed attempt.

use std::time::Duration;

use brainly::db::Db;
use brainly::domain::UserId;
use brainly::queue::Enqueue;
use brainly::store::users;

use super::lab::{Hasty, LEASE, Lab, Step, Stranger, keyed, task};
use crate::harness::on_both_engines;

const SECOND: Duration = Duration::from_secs(1);
const TWO_ATTEMPTS: Enqueue = Enqueue { owner: None, lane: None, run_at: None, max_attempts: Some(2) };

on_both_engines! {
    async fn a_failed_job_is_tried_again_after_growing_pauses_until_it_has_no_attempt_left(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue_with(&task("a", [Step::Fail("no route".into())]), Enqueue { max_attempts: Some(4), ..Enqueue::default() }).await;

        for (attempt, longest) in [(1, 4), (2, 16), (3, 64)] {
            assert_eq!(lab.drain().await, (0, 1));
            let row = lab.row(id).await;
            assert_eq!((row.state.as_str(), row.attempt), ("retryable", attempt));
            assert_eq!(row.last_error.as_deref(), Some("the step failed: no route"));
            let pause = row.run_at - lab.clock.now();
            assert!(pause.num_seconds() >= 1 && pause.num_seconds() <= longest, "{pause}");
            assert_eq!(lab.drain().await, (0, 0), "it is not due yet");
            lab.clock.advance(pause.to_std().unwrap() + SECOND);
        }
        assert_eq!(lab.drain().await, (0, 1));

        let row = lab.row(id).await;
        assert_eq!((row.state.as_str(), row.attempt, row.finished_at), ("discarded", 4, Some(lab.clock.now())));
        assert_eq!(lab.journal(), ["a", "a", "a", "a", "a given up: the step failed: no route"]);
    }

    async fn a_failed_job_that_succeeds_in_the_end_is_completed(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue_with(&task("a", [Step::Panic, Step::Succeed]), TWO_ATTEMPTS).await;

        lab.drain().await;
        lab.clock.advance(Duration::from_mins(1));
        lab.drain().await;

        let row = lab.row(id).await;
        assert_eq!((row.state.as_str(), row.attempt), ("completed", 2));
        assert_eq!(lab.journal(), ["a", "a"]);
    }

    async fn a_job_that_is_put_off_comes_back_at_that_time_and_keeps_its_attempts(db: Db) {
        let lab = Lab::new(db);
        let steps = [Step::PutOff(90), Step::PutOff(90), Step::PutOff(90), Step::Succeed];
        let id = lab.enqueue_with(&task("a", steps), TWO_ATTEMPTS).await;

        for _ in 0..3 {
            assert_eq!(lab.drain().await, (0, 0));
            let row = lab.row(id).await;
            assert_eq!((row.state.as_str(), row.attempt, row.run_at), ("retryable", 0, lab.clock.now() + 90 * SECOND));
            assert_eq!(row.last_error.as_deref(), Some("the host wants patience"));
            lab.clock.advance(90 * SECOND);
        }

        assert_eq!(lab.drain().await, (1, 0));
        assert_eq!(lab.row(id).await.attempt, 1);
    }

    async fn a_permanent_failure_discards_the_job_at_once_and_tells_it(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::GiveUp])).await;

        assert_eq!(lab.drain().await, (0, 1));

        assert_eq!(lab.row(id).await.state, "discarded");
        assert_eq!(lab.journal(), ["a", "a given up: the step failed: for good"]);
    }

    async fn a_job_whose_worker_dies_while_it_is_given_up_is_told_again(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue_with(&task("a", [Step::GiveUpSlowly]), TWO_ATTEMPTS).await;
        let told = "a given up: the step failed: for good";
        let worker = lab.start(lab.settings());
        lab.see(told, 1).await;
        worker.kill().await;
        assert_eq!(lab.row(id).await.state, "running");

        // For the second run, and for the first if its thread lives on.
        lab.open_gate();
        lab.open_gate();
        lab.clock.advance(LEASE + SECOND);
        assert_eq!(lab.drain().await, (0, 1));

        assert_eq!(lab.row(id).await.state, "discarded");
        assert_eq!(lab.journal(), ["a", told, "a", told]);
    }

    async fn a_job_is_told_its_id_its_attempt_and_its_owner(db: Db) {
        let lab = Lab::new(db);
        let mut tx = lab.db.begin().await.unwrap();
        let new = users::NewUser { username: Some("Ada"), username_key: Some("ada"), auth_provider: "local", ..Default::default() };
        let owner = UserId::new(lab.clock.now());
        users::create(&mut tx, owner, &new, lab.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let id = lab.enqueue_with(&task("a", [Step::Tell]), Enqueue { owner: Some(owner), ..TWO_ATTEMPTS }).await;

        lab.drain().await;

        assert_eq!(lab.journal(), ["a".to_owned(), format!("{id} 1 of 2 for {:?}", Some(owner))]);
    }

    async fn a_panic_is_a_failed_attempt_and_the_worker_goes_on(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::Panic])).await;
        lab.enqueue(&task("b", [])).await;

        assert_eq!(lab.drain().await, (1, 1));

        let row = lab.row(id).await;
        assert_eq!((row.state.as_str(), row.attempt), ("retryable", 1));
        assert_eq!(row.last_error.as_deref(), Some("it panicked: at the disco"));
    }

    async fn a_job_that_takes_longer_than_its_kind_may_is_stopped_and_tried_again(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&Hasty(task("a", [Step::Wait]))).await;

        assert_eq!(lab.drain().await, (0, 1));

        let row = lab.row(id).await;
        assert_eq!((row.state.as_str(), row.last_error.as_deref()), ("retryable", Some("it took longer than 80ms")));
        assert_eq!(lab.journal(), ["a", "a dropped"]);
    }

    async fn a_job_of_an_unknown_kind_is_left_for_a_program_that_knows_it(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&Stranger).await;

        assert_eq!(lab.drain().await, (0, 0));

        assert_eq!(lab.row(id).await.state, "available");
    }

    async fn a_job_whose_arguments_cannot_be_read_is_discarded_with_that_cause(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [])).await;
        lab.tamper("UPDATE jobs SET arguments = '{\"name\": 7}'").await;

        assert_eq!(lab.drain().await, (0, 1));

        let row = lab.row(id).await;
        assert_eq!(row.state, "discarded");
        let cause = row.last_error.unwrap();
        assert!(cause.starts_with("the job's arguments can't be read: invalid type"), "{cause}");
    }

    async fn an_error_is_kept_up_to_two_kilobytes_whatever_it_holds(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [Step::Garble])).await;

        assert_eq!(lab.drain().await, (0, 1));

        let kept = lab.row(id).await.last_error.unwrap();
        assert!(kept.starts_with("\u{fffd}éé"), "{kept}");
        assert!((2047..=2048).contains(&kept.len()), "{}", kept.len());
    }

    async fn a_job_that_kills_its_worker_each_time_is_discarded_and_told(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue_with(&keyed("a", [Step::Wait]), TWO_ATTEMPTS).await;
        for attempt in 1..=2 {
            let worker = lab.start(lab.settings());
            lab.see("a", attempt).await;
            worker.kill().await;
            lab.clock.advance(LEASE + SECOND);
        }

        assert_eq!(lab.drain().await, (0, 1));

        assert_eq!(lab.row(id).await.state, "discarded");
        assert_eq!(lab.journal().last().unwrap(), "a given up: its worker went away at every attempt");
        assert_eq!(lab.journal().iter().filter(|line| *line == "a").count(), 2);
    }
}
