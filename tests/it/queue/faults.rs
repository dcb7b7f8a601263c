//! Workers that die with their hands full, and workers that don't agree on the time.

use std::collections::BTreeMap;
use std::time::Duration;

use brainly::db::{Db, Engine, sql};
use brainly::domain::{Clock, Timestamp};

use super::lab::{LEASE, Lab, Step, task};
use crate::harness::{self, on_both_engines};

const SECOND: Duration = Duration::from_secs(1);

/// Enqueues `jobs` that wait at the gate in their first run and not in a second.
async fn enqueue_waiting(lab: &Lab, jobs: usize) {
    for n in 0..jobs {
        lab.enqueue(&task(&n.to_string(), [Step::Wait, Step::Succeed])).await;
    }
}

/// How often each job ran.
fn runs(lab: &Lab) -> BTreeMap<String, usize> {
    lab.journal().into_iter().filter(|line| !line.ends_with("dropped")).fold(BTreeMap::new(), |mut runs, name| {
        *runs.entry(name).or_default() += 1;
        runs
    })
}

on_both_engines! {
    async fn two_rescuers_at_once_take_back_each_job_of_the_dead_once(db: Db) {
        let lab = Lab::new(db);
        enqueue_waiting(&lab, 40).await;
        let dead: Vec<_> = (0..2).map(|_| lab.start(brainly::queue::Settings { concurrency: 20, ..lab.settings() })).collect();
        for n in 0..40 {
            lab.see(&n.to_string(), 1).await;
        }
        for worker in dead {
            worker.kill().await;
        }
        lab.clock.advance(LEASE + SECOND);

        let rescuers = [lab.worker(lab.settings()), lab.worker(lab.settings())];
        let [first, second] = rescuers.each_ref().map(brainly::queue::Worker::drain);
        let (first, second) = tokio::join!(first, second);
        // One that looked while the other held all that was left saw nothing to do.
        let rest = lab.drain().await;

        let done = first.unwrap().done + second.unwrap().done + rest.0;
        assert_eq!(done, 40);
        assert!(runs(&lab).values().all(|runs| *runs == 2), "{:?}", runs(&lab));
    }
}

/// Two on PostgreSQL, the clock of one ten minutes ahead; those who share SQLite share a machine and its clock.
fn ten_minutes_apart(body: impl AsyncFn(Lab, Lab)) {
    harness::run(Engine::Postgres, async |scratch| {
        let lab = Lab::at(scratch.db.clone(), Clock::system());
        let ahead = lab.with_clock(Clock::wrong_by(600_000));
        body(lab, ahead).await;
    });
}

#[test]
fn a_worker_whose_clock_is_ten_minutes_ahead_takes_no_job_from_one_that_lives() {
    ten_minutes_apart(async |lab, ahead| {
        enqueue_waiting(&lab, 4).await;
        let behind = lab.start(lab.settings());
        for n in 0..4 {
            lab.see(&n.to_string(), 1).await;
        }

        assert_eq!(ahead.drain().await, (0, 0), "all jobs are in good hands");

        for _ in 0..4 {
            lab.open_gate();
        }
        behind.stop().await;
        assert!(runs(&lab).values().all(|runs| *runs == 1), "{:?}", runs(&lab));
    });
}

#[test]
fn what_a_dead_worker_had_whose_clock_was_ten_minutes_ahead_is_taken_back_after_its_lease() {
    ten_minutes_apart(async |lab, ahead| {
        enqueue_waiting(&lab, 4).await;
        let dead = ahead.start(ahead.settings());
        for n in 0..4 {
            lab.see(&n.to_string(), 1).await;
        }
        dead.kill().await;

        let rows: Vec<(Option<Timestamp>,)> = sql("SELECT lease_until FROM jobs").fetch_all(&lab.db).await.unwrap();
        let longest = lab.clock.now() + LEASE + SECOND;
        assert!(rows.iter().all(|(until,)| until.is_some_and(|until| until <= longest)), "{rows:?}");
    });
}

#[test]
fn two_workers_ten_minutes_apart_share_the_jobs_and_do_each_once() {
    ten_minutes_apart(async |lab, ahead| {
        for n in 0..200 {
            let by = if n % 2 == 0 { &lab } else { &ahead };
            by.enqueue(&task(&n.to_string(), [])).await;
        }

        let (behind, ahead) = (lab.worker(lab.settings()), ahead.worker(ahead.settings()));
        let (first, second) = tokio::join!(behind.drain(), ahead.drain());

        assert_eq!(first.unwrap().done + second.unwrap().done, 200);
        assert!(runs(&lab).len() == 200 && runs(&lab).values().all(|runs| *runs == 1), "{:?}", runs(&lab));
    });
}
