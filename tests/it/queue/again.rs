//! Jobs that are asked for again while they run or are about to end: no request is lost, whatever becomes of the first.

use std::time::Duration;

use brainly::db::Db;
use brainly::domain::JobId;
use brainly::queue::control::{self, Cancelled, Retried};
use brainly::queue::{Enqueue, Settings};

use super::lab::{LEASE, Lab, Row, Step, keyed};
use crate::harness::on_both_engines;

const SECOND: Duration = Duration::from_secs(1);
const ONE_ATTEMPT: Enqueue = Enqueue { owner: None, lane: None, run_at: None, max_attempts: Some(1) };

async fn cancel(lab: &Lab, id: JobId) {
    let mut tx = lab.db.begin().await.unwrap();
    let answers = control::cancel(&mut tx, &[id], lab.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(answers, [Cancelled::Requested]);
}

/// Begins `steps` with a worker of one attempt, and kills that while the first waits.
async fn begun_and_dead(lab: &Lab, steps: &[Step], meanwhile: impl AsyncFnOnce(JobId)) -> JobId {
    let id = lab.enqueue_with(&keyed("a", steps.to_vec()), ONE_ATTEMPT).await;
    let worker = lab.start(lab.settings());
    lab.see("a", 1).await;
    meanwhile(id).await;
    worker.kill().await;
    lab.clock.advance(LEASE + SECOND);
    id
}

/// Takes back what the dead hold, and does nothing else.
async fn rescue(lab: &Lab) {
    let idle = lab.worker(Settings { queues: Some(vec!["none".into()]), ..lab.settings() });
    idle.drain().await.unwrap();
}

fn stands(row: &Row) -> (&str, i32) {
    (row.state.as_str(), row.attempt)
}

on_both_engines! {
    async fn a_job_asked_for_while_its_last_attempt_ran_runs_afresh_when_its_worker_dies(db: Db) {
        let lab = Lab::new(db);
        let again = async |id| assert_eq!(lab.enqueue(&keyed("a", [])).await, id);
        let id = begun_and_dead(&lab, &[Step::Wait, Step::Succeed], again).await;

        assert_eq!(lab.drain().await, (1, 0));

        assert_eq!(stands(&lab.row(id).await), ("completed", 1));
        assert_eq!(lab.journal().iter().filter(|line| *line == "a").count(), 2);
    }

    async fn a_job_asked_for_when_it_is_about_to_be_given_up_runs_afresh(db: Db) {
        let lab = Lab::new(db);
        let id = begun_and_dead(&lab, &[Step::Wait, Step::Succeed], async |_| ()).await;
        rescue(&lab).await;
        assert_eq!(stands(&lab.row(id).await), ("available", 1));

        assert_eq!(lab.enqueue(&keyed("a", [])).await, id);

        assert_eq!(lab.drain().await, (1, 0));
        assert_eq!(stands(&lab.row(id).await), ("completed", 1));
    }

    async fn a_job_asked_for_after_it_was_cancelled_runs_when_its_worker_dies(db: Db) {
        let lab = Lab::new(db);
        let again = async |id| {
            cancel(&lab, id).await;
            lab.enqueue(&keyed("a", [])).await;
        };
        let id = begun_and_dead(&lab, &[Step::Wait, Step::Succeed], again).await;

        assert_eq!(lab.drain().await, (1, 0));

        assert_eq!(stands(&lab.row(id).await), ("completed", 1));
    }

    async fn a_job_asked_for_when_it_is_about_to_be_cancelled_runs_when_it_was_asked_for(db: Db) {
        let lab = Lab::new(db);
        let id = begun_and_dead(&lab, &[Step::Wait, Step::Succeed], async |id| cancel(&lab, id).await).await;
        rescue(&lab).await;

        let in_a_minute = Some(lab.clock.now() + 60 * SECOND);
        lab.enqueue_with(&keyed("a", []), Enqueue { run_at: in_a_minute, ..Enqueue::default() }).await;

        assert_eq!(lab.drain().await, (0, 0));
        assert_eq!((stands(&lab.row(id).await), Some(lab.row(id).await.run_at)), (("scheduled", 0), in_a_minute));
        lab.clock.advance(60 * SECOND);
        assert_eq!(lab.drain().await, (1, 0));
    }

    async fn a_job_that_was_cancelled_before_its_worker_died_is_told_so_at_once_and_does_not_run(db: Db) {
        let lab = Lab::new(db);
        let steps = [Step::Wait];
        let id = lab.enqueue_with(&keyed("a", steps), Enqueue { max_attempts: Some(5), ..Enqueue::default() }).await;
        for round in 1..=2 {
            let worker = lab.start(lab.settings());
            lab.see("a", round).await;
            if round == 2 {
                cancel(&lab, id).await;
            }
            worker.kill().await;
            lab.clock.advance(LEASE + SECOND);
        }

        lab.drain().await;

        assert_eq!(lab.row(id).await.state, "cancelled");
        assert_eq!(lab.journal().last().unwrap(), "a given up: it was cancelled");
        assert_eq!(lab.journal().iter().filter(|line| *line == "a").count(), 2);
    }

    async fn a_job_asked_for_after_it_was_cancelled_runs_once_it_has_stopped(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&keyed("a", [Step::Wait, Step::Succeed])).await;
        let worker = lab.start(lab.settings());
        lab.see("a", 1).await;

        cancel(&lab, id).await;
        lab.enqueue(&keyed("a", [])).await;

        lab.row_where(id, |row| stands(row) == ("completed", 1)).await;
        assert_eq!(lab.journal(), ["a", "a dropped", "a given up: it was cancelled", "a"]);
        worker.stop().await;
    }

    async fn a_job_that_is_cancelled_and_fails_before_it_hears_of_it_is_not_tried_again(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&keyed("a", [Step::WaitAndFail])).await;
        let worker = lab.start(lab.settings());
        lab.see("a", 1).await;

        cancel(&lab, id).await;
        lab.open_gate();

        lab.row_where(id, |row| row.state == "cancelled").await;
        worker.stop().await;
        assert_eq!(lab.journal().iter().filter(|line| *line == "a").count(), 1);
    }

    async fn a_job_that_is_cancelled_and_handed_back_is_not_run_by_another(db: Db) {
        let lab = Lab::new(db);
        let id = lab.enqueue(&keyed("a", [Step::Wait])).await;
        let worker = lab.start(Settings { grace: Duration::ZERO, ..lab.settings() });
        lab.see("a", 1).await;
        cancel(&lab, id).await;
        worker.stop().await;

        lab.drain().await;

        assert_eq!(lab.row(id).await.state, "cancelled");
        assert_eq!(lab.journal().iter().filter(|line| *line == "a").count(), 1);
    }

    async fn a_job_that_is_about_to_be_given_up_can_be_retried_by_hand(db: Db) {
        let lab = Lab::new(db);
        let id = begun_and_dead(&lab, &[Step::Wait, Step::Succeed], async |_| ()).await;
        rescue(&lab).await;

        let mut tx = lab.db.begin().await.unwrap();
        assert_eq!(control::retry(&mut tx, &[id], lab.clock.now()).await.unwrap(), [Retried::Waits]);
        tx.commit().await.unwrap();

        assert_eq!(lab.drain().await, (1, 0));
    }
}
