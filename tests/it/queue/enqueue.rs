//! What is enqueued, and what of it a worker takes first.

use std::time::Duration;

use brainly::db::{Db, sql};
use brainly::domain::job::Lane;
use brainly::queue::{self, Enqueue};

use super::lab::{LEASE, Lab, Step, keyed, task};
use crate::harness::on_both_engines;

const SECOND: Duration = Duration::from_secs(1);

on_both_engines! {
    async fn an_enqueued_job_runs_once_and_is_completed(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&task("a", [])).await;

        assert_eq!(lab.drain().await, (1, 0));
        assert_eq!(lab.drain().await, (0, 0));

        assert_eq!(lab.journal(), ["a"]);
        let row = lab.row(id).await;
        assert_eq!((row.state.as_str(), row.attempt, row.claimed_by, row.lease_until), ("completed", 1, Some("worker-1".into()), None));
        assert_eq!(row.finished_at, Some(lab.clock.now()));
    }

    async fn a_job_of_a_transaction_that_is_rolled_back_was_never_there(db: Db) {
        let lab = Lab::new(db);
        let mut tx = lab.db.begin().await.unwrap();
        queue::enqueue(&mut tx, &task("a", []), Enqueue::default(), lab.clock.now()).await.unwrap();
        drop(tx);

        assert_eq!(lab.drain().await, (0, 0));
    }

    async fn the_better_lane_goes_first_and_then_the_older_job(db: Db) {
        let lab = Lab::new(db);
        for lane in [Lane::Upkeep, Lane::Import, Lane::Normal, Lane::Interactive] {
            for n in 1..=2 {
                let options = Enqueue { lane: Some(lane), ..Enqueue::default() };
                lab.enqueue_with(&task(&format!("{lane:?} {n}"), []), options).await;
            }
        }

        let one_hand = queue::Settings { concurrency: 1, ..lab.settings() };
        lab.worker(one_hand).drain().await.unwrap();

        let expected = [
            "Interactive 1", "Interactive 2", "Normal 1", "Normal 2", "Import 1", "Import 2", "Upkeep 1", "Upkeep 2",
        ];
        assert_eq!(lab.journal(), expected);
    }

    async fn a_job_for_later_waits_for_its_time(db: Db) {
        let lab = Lab::new(db);
        let run_at = Some(lab.clock.now() + 2 * SECOND);
        let id = lab.enqueue_with(&task("a", []), Enqueue { run_at, ..Enqueue::default() }).await;

        lab.clock.advance(SECOND);
        assert_eq!(lab.drain().await, (0, 0));
        assert_eq!(lab.row(id).await.state, "scheduled");
        lab.clock.advance(SECOND);

        assert_eq!(lab.drain().await, (1, 0));
    }

    async fn a_worker_that_was_given_queues_leaves_the_others_alone(db: Db) {
        let lab = Lab::new(db);
        let other = lab.enqueue(&task("other", [])).await;
        lab.enqueue(&keyed("ours", [])).await;

        let choosy = queue::Settings { queues: Some(vec!["keyed".into(), "unheard of".into()]), ..lab.settings() };
        lab.worker(choosy).drain().await.unwrap();

        assert_eq!(lab.journal(), ["ours"]);
        assert_eq!(lab.row(other).await.state, "available");
    }

    async fn who_enqueues_says_how_often_then_the_kind_then_the_default(db: Db) {
        let lab = Lab::new(db);
        let nine = Enqueue { max_attempts: Some(9), ..Enqueue::default() };

        let ids = [
            lab.enqueue_with(&keyed("a", []), nine).await,
            lab.enqueue(&keyed("b", [])).await,
            lab.enqueue(&task("c", [])).await,
        ];

        for (id, expected) in ids.into_iter().zip([9, 3, 5]) {
            assert_eq!(lab.row(id).await.max_attempts, expected);
        }
    }

    async fn a_duplicate_that_waits_is_one_job_with_the_better_lane_and_the_earlier_time(db: Db) {
        let lab = Lab::new(db);
        let now = lab.clock.now();
        let at = |lane, seconds: u32| Enqueue { lane: Some(lane), run_at: Some(now + seconds * SECOND), ..Enqueue::default() };
        let first = lab.enqueue_with(&keyed("a", []), at(Lane::Normal, 20)).await;

        for (options, priority, seconds, state) in [
            (at(Lane::Upkeep, 30), 10, 20, "scheduled"),
            (at(Lane::Interactive, 10), 0, 10, "scheduled"),
            (at(Lane::Import, 0), 0, 0, "available"),
            (at(Lane::Import, 40), 0, 0, "available"),
        ] {
            assert_eq!(lab.enqueue_with(&keyed("a", []), options).await, first);
            let row = lab.row(first).await;
            assert_eq!((row.priority, row.run_at, row.state.as_str()), (priority, now + seconds * SECOND, state));
        }

        assert_ne!(lab.enqueue(&keyed("b", [])).await, first, "another key is another job");
        assert_eq!(lab.drain().await, (2, 0));
        assert_ne!(lab.enqueue(&keyed("a", [])).await, first, "one that is over is not in the way");
    }

    async fn what_is_enqueued_while_the_same_runs_runs_once_more_with_fresh_attempts(db: Db) {
        for first_run in [Step::Wait, Step::WaitAndGiveUp] {
            let lab = Lab::new(db.clone());
            let job = keyed(&format!("{first_run:?}"), [first_run, Step::Succeed]);
            let id = lab.enqueue(&job).await;
            let worker = lab.start(lab.settings());
            lab.see(&job.0.name, 1).await;

            assert_eq!(lab.enqueue(&job).await, id);
            lab.open_gate();

            lab.see(&job.0.name, 2).await;
            worker.stop().await;
            let row = lab.row(id).await;
            assert_eq!((row.state.as_str(), row.attempt, row.finished_at), ("completed", 1, Some(lab.clock.now())));
        }
    }

    async fn whatever_else_goes_on_a_run_follows_each_request(db: Db) {
        let lab = Lab::new(db);
        let worker = lab.start(lab.settings());

        let requests = (0..10).map(async |_| {
            for _ in 0..10 {
                lab.change();
                lab.enqueue(&keyed("a", [Step::Look])).await;
            }
        });
        futures::future::join_all(requests).await;

        lab.see("saw 100", 1).await;
        worker.stop().await;
    }

    async fn a_retry_serves_what_was_enqueued_while_the_failed_attempt_ran(db: Db) {
        let lab = Lab::new(db);
        let job = keyed("a", [Step::Wait, Step::Succeed]);
        let id = lab.enqueue(&job).await;
        let worker = lab.start(lab.settings());
        lab.see("a", 1).await;

        lab.enqueue(&job).await;
        worker.kill().await;
        lab.clock.advance(LEASE + SECOND);

        assert_eq!(lab.drain().await, (1, 0));
        let row = lab.row(id).await;
        assert_eq!((row.state.as_str(), row.attempt), ("completed", 2));
    }

    async fn jobs_that_ended_long_ago_are_pruned_oldest_first_and_others_are_not(db: Db) {
        let lab = Lab::new(db);
        for name in ["1", "2", "3"] {
            lab.enqueue(&task(name, if name == "2" { vec![Step::GiveUp] } else { vec![] })).await;
            lab.drain().await;
            lab.clock.advance(SECOND);
        }
        lab.enqueue(&task("waits", [])).await;
        let before = lab.clock.now() - SECOND;

        let mut tx = lab.db.begin().await.unwrap();
        let pruned = [
            queue::prune(&mut tx, before, 1).await.unwrap(),
            queue::prune(&mut tx, before, 10).await.unwrap(),
            queue::prune(&mut tx, before, 10).await.unwrap(),
        ];
        tx.commit().await.unwrap();

        assert_eq!(pruned, [1, 1, 0]);
        let left = sql("SELECT state FROM jobs ORDER BY state").fetch_all::<(String,)>(&lab.db).await.unwrap();
        assert_eq!(left, [("available".to_owned(),), ("completed".to_owned(),)]);
    }
}
