//! Workers that die with their hands full.

use std::collections::BTreeMap;
use std::time::Duration;

use brainly::db::Db;

use super::lab::{LEASE, Lab, Step, task};
use crate::harness::on_both_engines;

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
