//! Who comes when many want something.

use brainly::db::{Db, sql};
use brainly::domain::job::Lane;
use brainly::domain::{Clock, UserId};
use brainly::queue::{self, Enqueue, Settings};
use brainly::store::users::{self, NewUser};
use std::time::Duration;

use super::lab::{Lab, Step, Task, keyed, limited, task};
use crate::harness::on_both_engines;

async fn user(lab: &Lab, name: &str) -> UserId {
    let new = NewUser { username: Some(name), username_key: Some(name), auth_provider: "local", ..NewUser::default() };
    let id = UserId::new(lab.clock.now());
    let mut tx = lab.db.begin().await.unwrap();
    users::create(&mut tx, id, &new, lab.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn burst(lab: &Lab, owner: UserId, name: &str, jobs: usize, options: Enqueue) {
    let jobs: Vec<Task> = (0..jobs).map(|n| task(&format!("{name} {n}"), [])).collect();
    let mut tx = lab.db.begin().await.unwrap();
    let options = Enqueue { owner: Some(owner), ..options };
    queue::enqueue_many(&mut tx, &jobs, options, lab.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    lab.wake.notify();
}

fn place(lab: &Lab, line: &str) -> usize {
    lab.journal().iter().position(|seen| seen == line).unwrap_or_else(|| panic!("{line} never ran"))
}

fn one_hand(lab: &Lab) -> Settings {
    Settings { concurrency: 1, ..lab.settings() }
}

on_both_engines! {
    async fn a_burst_of_one_user_lets_the_single_job_of_another_through_at_once(db: Db) {
        let lab = Lab::new(db);
        let (ada, bob) = (user(&lab, "ada").await, user(&lab, "bob").await);
        burst(&lab, ada, "ada", 3000, Enqueue::default()).await;
        burst(&lab, bob, "bob", 1, Enqueue::default()).await;

        lab.worker(one_hand(&lab)).drain().await.unwrap();

        assert!(place(&lab, "bob 0") <= 1, "bob came at place {}", place(&lab, "bob 0"));
        assert_eq!(lab.journal().len(), 3001);
    }

    async fn what_is_saved_while_a_burst_is_worked_off_waits_for_what_runs_and_one_more_at_most(db: Db) {
        let lab = Lab::new(db);
        let (ada, bob) = (user(&lab, "ada").await, user(&lab, "bob").await);
        let jobs: Vec<Task> = (0..40).map(|n| task(&format!("ada {n}"), [Step::Wait])).collect();
        let mut tx = lab.db.begin().await.unwrap();
        let hers = Enqueue { owner: Some(ada), ..Enqueue::default() };
        queue::enqueue_many(&mut tx, &jobs, hers, lab.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let worker = lab.start(Settings { concurrency: 2, ..lab.settings() });
        lab.see("ada 1", 1).await;
        for n in 2..10 {
            lab.open_gate();
            lab.see(&format!("ada {n}"), 1).await;
        }

        burst(&lab, bob, "bob", 1, Enqueue::default()).await;
        // They were quick, so some were claimed ahead; now they are slow, so these go back.
        lab.until(|states| states.iter().filter(|state| *state == "running").count() == 2).await;
        lab.open_gate();
        lab.open_gate();
        lab.see("bob 0", 1).await;

        let before: Vec<String> = lab.journal().into_iter().take_while(|line| line != "bob 0").collect();
        assert!(before.len() <= 12, "two ran and one a slot came before: {before:?}");
        worker.kill().await;
    }

    async fn users_with_bursts_take_turns(db: Db) {
        let lab = Lab::new(db);
        let (ada, bob) = (user(&lab, "ada").await, user(&lab, "bob").await);
        burst(&lab, ada, "ada", 10, Enqueue::default()).await;
        burst(&lab, bob, "bob", 10, Enqueue::default()).await;

        lab.worker(one_hand(&lab)).drain().await.unwrap();

        for n in 0..10 {
            let (hers, his) = (place(&lab, &format!("ada {n}")), place(&lab, &format!("bob {n}")));
            assert!(hers / 2 == n && his / 2 == n, "{:?}", lab.journal());
        }
    }

    async fn a_user_whose_burst_is_done_is_not_behind_others_for_it(db: Db) {
        let lab = Lab::new(db);
        let (ada, bob) = (user(&lab, "ada").await, user(&lab, "bob").await);
        burst(&lab, ada, "ada early", 500, Enqueue::default()).await;
        lab.drain().await;

        // The queue has run empty: the virtual clock must not have fallen back.
        burst(&lab, bob, "bob", 500, Enqueue::default()).await;
        burst(&lab, ada, "ada late", 1, Enqueue::default()).await;
        lab.worker(one_hand(&lab)).drain().await.unwrap();

        let waited = place(&lab, "ada late 0") - 500;
        assert!(waited <= 1, "she waited for {waited} jobs of his");
    }

    async fn retries_that_come_due_at_once_take_their_turns_like_fresh_jobs(db: Db) {
        let lab = Lab::new(db);
        let (ada, bob) = (user(&lab, "ada").await, user(&lab, "bob").await);
        let later = Some(lab.clock.now() + Duration::from_mins(1));
        burst(&lab, ada, "ada", 600, Enqueue { run_at: later, ..Enqueue::default() }).await;
        lab.clock.advance(Duration::from_secs(61));
        burst(&lab, bob, "bob", 1, Enqueue::default()).await;

        lab.worker(one_hand(&lab)).drain().await.unwrap();

        assert!(place(&lab, "bob 0") <= 1, "bob came at place {}", place(&lab, "bob 0"));
        assert_eq!(lab.journal().len(), 601);
    }

    async fn low_lanes_move_while_better_ones_never_run_dry(db: Db) {
        let lab = Lab::new(db);
        let ada = user(&lab, "ada").await;
        burst(&lab, ada, "upkeep", 5, Enqueue { lane: Some(Lane::Upkeep), ..Enqueue::default() }).await;
        burst(&lab, ada, "save", 400, Enqueue::default()).await;

        lab.worker(one_hand(&lab)).drain().await.unwrap();

        // One slot in sixteen, each of them at most a few late.
        assert!(place(&lab, "upkeep 4") < 100, "the last came at place {}", place(&lab, "upkeep 4"));
        assert!(place(&lab, "save 0") < 5);
    }

    async fn a_lane_between_two_that_never_run_dry_moves_too(db: Db) {
        let lab = Lab::new(db);
        let ada = user(&lab, "ada").await;
        for (name, jobs, lane) in [("upkeep", 400, Lane::Upkeep), ("import", 3, Lane::Import), ("save", 400, Lane::Normal)] {
            burst(&lab, ada, name, jobs, Enqueue { lane: Some(lane), ..Enqueue::default() }).await;
        }

        lab.worker(one_hand(&lab)).drain().await.unwrap();

        // One slot in sixteen is for the two of them, in turns.
        assert!(place(&lab, "import 2") < 100, "the last came at place {}", place(&lab, "import 2"));
        assert!(place(&lab, "upkeep 2") < 100, "the third came at place {}", place(&lab, "upkeep 2"));
    }

    async fn low_lanes_of_a_kind_with_a_limit_move_too(db: Db) {
        let lab = Lab::new(db);
        let burst = async |name: &str, jobs: usize, lane: Lane| {
            let jobs: Vec<_> = (0..jobs).map(|n| limited(&format!("{name} {n}"), [])).collect();
            let mut tx = lab.db.begin().await.unwrap();
            let options = Enqueue { lane: Some(lane), ..Enqueue::default() };
            queue::enqueue_many(&mut tx, &jobs, options, lab.clock.now()).await.unwrap();
            tx.commit().await.unwrap();
        };
        burst("upkeep", 3, Lane::Upkeep).await;
        burst("save", 150, Lane::Normal).await;

        lab.drain().await;

        assert!(place(&lab, "upkeep 2") < 60, "the last came at place {}", place(&lab, "upkeep 2"));
        assert!(place(&lab, "save 0") < 5);
    }

    async fn a_low_lanes_slot_is_no_way_around_the_limit_of_a_kind(db: Db) {
        let lab = Lab::new(db);
        for n in 0..40 {
            lab.enqueue(&task(&format!("free {n}"), [Step::Wait])).await;
        }
        for lane in [Lane::Normal, Lane::Normal, Lane::Upkeep, Lane::Upkeep] {
            let options = Enqueue { lane: Some(lane), ..Enqueue::default() };
            lab.enqueue_with(&limited(&format!("limited {lane:?}"), [Step::Wait]), options).await;
        }

        let worker = lab.start(Settings { concurrency: 40, ..lab.settings() });
        lab.until(|states| states.iter().filter(|state| *state == "running").count() >= 40).await;
        lab.see("free 30", 1).await;

        let running = lab.journal();
        assert_eq!(running.iter().filter(|line| line.starts_with("limited")).count(), 2, "{running:?}");
        worker.kill().await;
    }

    async fn kinds_in_one_lane_take_turns_when_a_worker_has_one_hand_and_jobs_are_slow(db: Db) {
        let lab = Lab::new(db);
        let normal = Enqueue { lane: Some(Lane::Normal), ..Enqueue::default() };
        // Too slow to be claimed ahead.
        for n in 0..12 {
            lab.enqueue_with(&keyed(&format!("keyed {n}"), [Step::Block(8)]), normal).await;
            lab.enqueue_with(&task(&format!("task {n}"), [Step::Block(8)]), normal).await;
        }

        lab.worker(one_hand(&lab)).drain().await.unwrap();

        let journal = lab.journal();
        assert!(journal.chunks(2).all(|pair| pair.iter().filter(|line| line.starts_with("task")).count() == 1), "{journal:?}");
    }

    async fn a_paused_queue_waits_however_deep_and_others_go_on(db: Db) {
        let lab = Lab::new(db);
        for n in 0..50 {
            lab.enqueue(&keyed(&format!("paused {n}"), [])).await;
        }
        lab.enqueue(&task("other", [])).await;
        lab.tamper("INSERT INTO job_pauses (queue, paused_at) SELECT 'keyed', MIN(created_at) FROM jobs").await;

        assert_eq!(lab.drain().await, (1, 0));
        lab.tamper("DELETE FROM job_pauses").await;
        assert_eq!(lab.drain().await, (50, 0));
    }

    async fn a_kind_runs_no_more_at_a_time_than_it_may_and_does_not_hold_up_others(db: Db) {
        let lab = Lab::new(db);
        for n in 0..6 {
            lab.enqueue(&limited(&format!("limited {n}"), [Step::Wait])).await;
        }
        for n in 0..2 {
            lab.enqueue(&task(&format!("free {n}"), [Step::Wait])).await;
        }
        let worker = lab.start(lab.settings());
        for name in ["free 0", "free 1", "limited 0", "limited 1"] {
            lab.see(name, 1).await;
        }
        let running = lab.journal();
        assert_eq!(running.iter().filter(|line| line.starts_with("limited")).count(), 2, "{running:?}");

        for _ in 0..8 {
            lab.open_gate();
        }
        lab.see("limited 5", 1).await;
        worker.stop().await;
    }

    async fn kinds_in_one_lane_take_turns(db: Db) {
        let lab = Lab::new(db);
        let normal = Enqueue { lane: Some(Lane::Normal), ..Enqueue::default() };
        for n in 0..20 {
            lab.enqueue_with(&task(&format!("task {n}"), []), normal).await;
        }
        lab.enqueue_with(&keyed("keyed", []), normal).await;

        lab.worker(one_hand(&lab)).drain().await.unwrap();

        assert!(place(&lab, "keyed") <= 2, "{:?}", lab.journal());
    }

    async fn the_same_job_twice_in_one_batch_is_one_job(db: Db) {
        let lab = Lab::new(db);
        let waiting = lab.enqueue(&keyed("b", [])).await;
        let jobs = ["a", "b", "a", "c"].map(|name| keyed(name, []));
        let mut tx = lab.db.begin().await.unwrap();
        let ids = queue::enqueue_many(&mut tx, &jobs, Enqueue::default(), lab.clock.now()).await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!((ids[0], ids[1]), (ids[2], waiting));
        assert_eq!(lab.drain().await, (3, 0));
    }

    async fn a_batch_larger_than_a_statement_keeps_its_order(db: Db) {
        let lab = Lab::at(db, Clock::system());
        let ada = user(&lab, "ada").await;
        burst(&lab, ada, "ada", 1203, Enqueue::default()).await;

        let names: Vec<(i64,)> = sql("SELECT turn FROM jobs ORDER BY id").fetch_all(&lab.db).await.unwrap();
        assert_eq!(names.len(), 1203);
        assert!(names.is_sorted());
    }
}
