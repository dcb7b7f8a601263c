//! Workers hear of a job, whoever enqueued it. None of these workers would look by itself within the hour.

use std::num::NonZeroU32;
use std::time::Duration;

use brainly::db::{Db, Engine};
use brainly::domain::Clock;
use brainly::queue::{self, Enqueue};
use tokio_util::sync::CancellationToken;

use super::lab::{Lab, Step, task};
use crate::harness::{self, Scratch, on_both_engines};

const ROUNDS: usize = 20;

on_both_engines! {
    async fn a_worker_is_woken_by_what_its_own_process_enqueues(db: Db) {
        let lab = Lab::new(db);
        let worker = lab.start(lab.settings());

        for round in 1..=ROUNDS {
            lab.enqueue(&task("a", [])).await;
            lab.see("a", round).await;
        }

        worker.stop().await;
    }

    async fn a_worker_wakes_by_itself_when_the_next_job_is_due(db: Db) {
        let lab = Lab::at(db, Clock::system());
        let worker = lab.start(lab.settings());

        let run_at = Some(lab.clock.now() + Duration::from_millis(30));
        lab.enqueue_with(&task("a", []), Enqueue { run_at, ..Enqueue::default() }).await;

        lab.see("a", 1).await;
        worker.stop().await;
    }

    async fn what_comes_back_unheard_while_others_are_worked_off_is_done_with_them(db: Db) {
        let lab = Lab::new(db);
        let early = lab.enqueue(&task("early", [])).await;
        lab.tamper("UPDATE jobs SET state = 'scheduled', run_at = '2999-01-01T00:00:00.000000Z'").await;
        let mut jobs = vec![task("first", [Step::Wait])];
        jobs.extend((0..5000).map(|n| task(&format!("later {n}"), [])));
        let mut tx = lab.db.begin().await.unwrap();
        queue::enqueue_many(&mut tx, &jobs, Enqueue::default(), lab.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let worker = lab.start(lab.settings());
        lab.see("first", 1).await;
        lab.see("later 0", 1).await;

        lab.tamper("UPDATE jobs SET state = 'available' WHERE state = 'scheduled'").await;
        lab.open_gate();

        lab.see("early", 1).await;
        lab.row_where(early, |row| row.state == "completed").await;
        worker.stop().await;
    }

    async fn a_worker_is_woken_by_what_another_process_enqueues(scratch: Scratch) {
        let lab = Lab::new(scratch.db.clone());
        let other = Db::open(&scratch.url, NonZeroU32::MIN).await.unwrap();
        let shutdown = CancellationToken::new();
        let listening = lab.wake.listen(&lab.db, shutdown.clone());
        let worker = lab.start(lab.settings());

        for round in 1..=5 {
            enqueue_unheard(&other, &lab).await;
            lab.see("a", round).await;
        }

        worker.stop().await;
        shutdown.cancel();
        listening.await.unwrap();
        other.close().await;
    }
}

#[test]
fn a_listener_that_lost_its_connection_listens_again_and_misses_nothing() {
    harness::run(Engine::Postgres, async |scratch| {
        let lab = Lab::new(scratch.db.clone());
        let shutdown = CancellationToken::new();
        let listening = lab.wake.listen(&lab.db, shutdown.clone());
        let worker = lab.start(lab.settings());
        enqueue_unheard(&lab.db, &lab).await;
        lab.see("a", 1).await;

        for round in 2..=4 {
            lab.terminate_connections().await;
            let other = Db::open(&scratch.url, NonZeroU32::MIN).await.unwrap();
            enqueue_unheard(&other, &lab).await;
            other.close().await;
            lab.see("a", round).await;
        }

        worker.stop().await;
        shutdown.cancel();
        listening.await.unwrap();
    });
}

/// Enqueues without a word to the wake of this process.
async fn enqueue_unheard(db: &Db, lab: &Lab) {
    let mut tx = db.begin().await.unwrap();
    queue::enqueue(&mut tx, &task("a", []), Enqueue::default(), lab.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}
