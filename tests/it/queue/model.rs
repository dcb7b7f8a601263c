//! The queue beside its rules: whatever is done to it, in whatever order, each row is as they say, and no request is lost.

mod rules;

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use brainly::db::{Db, sql};
use brainly::domain::job::{Arguments, Lane};
use brainly::domain::{JobId, Timestamp};
use brainly::queue::steps::{self, End, Held};
use brainly::queue::{self, Enqueue, State, control};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde::{Deserialize, Serialize};

use self::rules::{Job, LEASE, MAX_ATTEMPTS, Request};
use crate::harness::on_both_engines;

/// Sequences for each engine, and the most that one has.
const CASES: u32 = 300;
const STEPS: usize = 60;
const SECOND: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Thing(Option<String>);

impl Arguments for Thing {
    const KIND: &'static str = "thing";
    const QUEUE: &'static str = "things";

    fn unique_key(&self) -> Option<String> {
        self.0.clone()
    }
}

/// What is done; numbers choose among what there is.
#[derive(Debug, Clone)]
enum Step {
    Enqueue {
        key: Option<u8>,
        in_seconds: u32,
        interactive: bool,
    },
    Claim {
        worker: u8,
        jobs: usize,
    },
    /// Ends what a worker believes to hold: one attempt, or all of them in a batch.
    End {
        worker: u8,
        which: usize,
        all: bool,
        end: End,
    },
    /// A worker dies: it forgets what it holds.
    Die {
        worker: u8,
    },
    Cancel(usize),
    Retry(usize),
    Remove(usize),
    Rescue,
    Promote,
    Pass(u32),
    Pause,
    Resume,
}

fn step() -> impl Strategy<Value = Step> {
    let seconds = prop_oneof![Just(0_u32), 1_u32..8];
    let end = prop_oneof![
        3 => Just(End::Completed),
        2 => (1_u64..9).prop_map(|after| End::Retry(Duration::from_secs(after))),
        1 => (1_u64..9).prop_map(|after| End::PutOff(Duration::from_secs(after))),
        1 => Just(End::Discarded),
        1 => Just(End::HandedBack),
    ];
    prop_oneof![
        6 => (prop_oneof![4 => (0_u8..2).prop_map(Some), 1 => Just(None)], seconds, any::<bool>())
            .prop_map(|(key, in_seconds, interactive)| Step::Enqueue { key, in_seconds, interactive }),
        6 => (0_u8..2, 1_usize..4).prop_map(|(worker, jobs)| Step::Claim { worker, jobs }),
        6 => (0_u8..2, 0_usize..4, any::<bool>(), end)
            .prop_map(|(worker, which, all, end)| Step::End { worker, which, all, end }),
        1 => (0_u8..2).prop_map(|worker| Step::Die { worker }),
        2 => (0_usize..8).prop_map(Step::Cancel),
        2 => (0_usize..8).prop_map(Step::Retry),
        1 => (0_usize..8).prop_map(Step::Remove),
        3 => Just(Step::Rescue),
        3 => Just(Step::Promote),
        4 => prop_oneof![1_u32..9, Just(31)].prop_map(Step::Pass),
        1 => Just(Step::Pause),
        2 => Just(Step::Resume),
    ]
}

/// An attempt that a worker believes to hold, and the only end that it can have, if it is not to run.
type Hold = (Held, Option<End>);

/// A job that may be claimed, and its lane.
type Open = (JobId, i32);

/// The queue, and what the rules say of it.
struct Beside {
    db: Db,
    now: Timestamp,
    jobs: Vec<Job>,
    held: BTreeMap<u8, Vec<Hold>>,
    paused: bool,
    /// Jobs that somebody asked for and that have not begun since.
    asked: HashSet<JobId>,
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    id: JobId,
    unique_key: Option<String>,
    state: String,
    priority: i32,
    attempt: i32,
    put_offs: i32,
    run_at: Timestamp,
    rerun_at: Option<Timestamp>,
    cancel_requested_at: Option<Timestamp>,
    claimed_by: Option<String>,
    lease_until: Option<Timestamp>,
}

impl Beside {
    async fn new(db: &Db) -> Self {
        let mut tx = db.begin().await.unwrap();
        for table in ["jobs", "job_turns", "job_clocks", "job_pauses"] {
            sql(&format!("DELETE FROM {table}")).execute(&mut tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        Self { db: db.clone(), now, jobs: Vec::new(), held: BTreeMap::new(), paused: false, asked: HashSet::new() }
    }

    async fn rows(&self) -> Vec<Job> {
        let rows: Vec<Row> = sql("SELECT id, unique_key, state, priority, attempt, put_offs, run_at, rerun_at, \
             cancel_requested_at, claimed_by, lease_until FROM jobs ORDER BY id")
        .fetch_all(&self.db)
        .await
        .unwrap();
        let job = |row: Row| Job {
            id: row.id,
            key: row.unique_key,
            state: row.state.parse().unwrap(),
            priority: row.priority,
            attempt: row.attempt,
            put_offs: row.put_offs,
            run_at: row.run_at,
            rerun_at: row.rerun_at,
            cancelled: row.cancel_requested_at.is_some(),
            claimed_by: row.claimed_by,
            lease_until: row.lease_until,
        };
        rows.into_iter().map(job).collect()
    }

    async fn run(&mut self, steps: &[Step]) -> Result<(), TestCaseError> {
        for (at, step) in steps.iter().enumerate() {
            self.step(step).await.map_err(|error| TestCaseError::fail(format!("step {at}, {step:?}: {error}")))?;
            self.jobs.sort_by_key(|job| job.id);
            prop_assert_eq!(&self.rows().await, &self.jobs, "after step {}, {:?}", at, step);
            let lost = self.jobs.iter().find(|job| !job.state.is_open() && self.asked.contains(&job.id));
            prop_assert!(lost.is_none(), "after step {}, {:?}, a request is lost: {:?}", at, step, lost);
        }
        Ok(())
    }

    async fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match *step {
            Step::Enqueue { key, in_seconds, interactive } => self.enqueue(key, in_seconds, interactive).await,
            Step::Claim { worker, jobs } => return self.claim(worker, jobs).await,
            Step::End { worker, which, all, end } => self.end(worker, which, all, end).await,
            Step::Die { worker } => drop(self.held.remove(&worker)),
            Step::Cancel(which) => self.cancel(which).await,
            Step::Retry(which) => self.retry(which).await,
            Step::Remove(which) => self.remove(which).await,
            Step::Rescue => return self.rescue().await,
            Step::Promote => {
                steps::promote(&self.db, self.now).await.unwrap();
                self.jobs.iter_mut().for_each(|job| job.promote(self.now));
            }
            Step::Pass(seconds) => self.now += seconds * SECOND,
            Step::Pause | Step::Resume => {
                self.paused = matches!(step, Step::Pause);
                let mut tx = self.db.begin().await.unwrap();
                if self.paused {
                    control::pause(&mut tx, Thing::QUEUE, self.now).await.unwrap();
                } else {
                    control::resume(&mut tx, Thing::QUEUE).await.unwrap();
                }
                tx.commit().await.unwrap();
            }
        }
        Ok(())
    }

    async fn enqueue(&mut self, key: Option<u8>, in_seconds: u32, interactive: bool) {
        let key = key.map(|key| key.to_string());
        let run_at = self.now + in_seconds * SECOND;
        let lane = if interactive { Lane::Interactive } else { Lane::Normal };
        let options = Enqueue {
            owner: None,
            lane: Some(lane),
            run_at: (in_seconds > 0).then_some(run_at),
            max_attempts: Some(MAX_ATTEMPTS.unsigned_abs()),
        };
        let mut tx = self.db.begin().await.unwrap();
        let id = queue::enqueue(&mut tx, &Thing(key.clone()), options, self.now).await.unwrap();
        tx.commit().await.unwrap();
        let request = Request { id, key, priority: lane.priority(), run_at };
        let same = |job: &&mut Job| job.state.is_open() && request.key.is_some() && job.key == request.key;
        match self.jobs.iter_mut().find(same) {
            Some(job) => job.asked_again(&request, self.now),
            None => self.jobs.push(Job::new(&request, self.now)),
        }
        self.asked.insert(id);
    }

    async fn claim(&mut self, worker: u8, jobs: usize) -> Result<(), TestCaseError> {
        let name = worker.to_string();
        let claimed = steps::claim::<Thing>(&self.db, &name, jobs, self.now, LEASE).await.unwrap();
        let paused = self.paused;
        let open: Vec<Open> = (self.jobs.iter().filter(|job| job.state == State::Available && !paused))
            .map(|job| (job.id, job.priority))
            .collect();
        prop_assert_eq!(claimed.len(), jobs.min(open.len()), "of {:?}", open);
        let ids: HashSet<JobId> = claimed.iter().map(|held| held.id).collect();
        let (taken, left): (Vec<Open>, Vec<Open>) = open.iter().partition(|(id, _)| ids.contains(id));
        prop_assert_eq!(taken.len(), claimed.len(), "only what is available is claimed");
        let (worst, best) = (taken.iter().map(|job| job.1).max(), left.iter().map(|job| job.1).min());
        prop_assert!(worst.zip(best).is_none_or(|(worst, best)| worst <= best), "a worse lane goes first");
        for held in claimed {
            let Some(job) = self.jobs.iter_mut().find(|job| job.id == held.id) else { continue };
            let told = job.cancelled.then_some(End::Cancelled);
            let runs = job.claim(&name, self.now);
            prop_assert_eq!(held.attempt, job.attempt);
            if runs {
                self.asked.remove(&held.id);
            }
            let told = if runs { None } else { Some(told.unwrap_or(End::Discarded)) };
            self.held.entry(worker).or_default().push((held, told));
        }
        Ok(())
    }

    async fn end(&mut self, worker: u8, which: usize, all: bool, end: End) {
        let held = self.held.entry(worker).or_default();
        let taken: Vec<Hold> = match held.len() {
            _ if all => std::mem::take(held),
            0 => return,
            len => vec![held.remove(which % len)],
        };
        let name = worker.to_string();
        let ends: Vec<(Held, End)> = (taken.into_iter())
            .map(|(held, told)| match (told, end) {
                (Some(told), _) => (held, told),
                (None, End::Retry(_)) if held.attempt >= MAX_ATTEMPTS => (held, End::Discarded),
                (None, end) => (held, end),
            })
            .collect();
        steps::finish::<Thing>(&self.db, &name, &ends, self.now).await.unwrap();
        for (held, end) in &ends {
            let job = self.jobs.iter_mut().find(|job| job.id == held.id && job.is_held_as(&name, held));
            if let Some(job) = job {
                job.end(*end, self.now);
            }
        }
    }

    async fn cancel(&mut self, which: usize) {
        let Some(at) = which.checked_rem(self.jobs.len()) else { return };
        let id = self.jobs[at].id;
        let mut tx = self.db.begin().await.unwrap();
        control::cancel(&mut tx, &[id], self.now).await.unwrap();
        tx.commit().await.unwrap();
        self.jobs[at].cancel();
        self.asked.remove(&id);
    }

    async fn retry(&mut self, which: usize) {
        let Some(at) = which.checked_rem(self.jobs.len()) else { return };
        let id = self.jobs[at].id;
        let mut tx = self.db.begin().await.unwrap();
        control::retry(&mut tx, &[id], self.now).await.unwrap();
        tx.commit().await.unwrap();
        let key = self.jobs[at].key.clone();
        let other = self.jobs.iter().any(|job| job.id != id && job.state.is_open() && key.is_some() && job.key == key);
        if !other && self.jobs[at].retry(self.now) {
            self.asked.insert(id);
        }
    }

    async fn remove(&mut self, which: usize) {
        let Some(at) = which.checked_rem(self.jobs.len()) else { return };
        let id = self.jobs[at].id;
        let mut tx = self.db.begin().await.unwrap();
        control::remove(&mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
        self.jobs.retain(|job| job.id != id || job.state == State::Running);
    }

    async fn rescue(&mut self) -> Result<(), TestCaseError> {
        steps::rescue(&self.db, self.now).await.unwrap();
        let (rows, now) = (self.rows().await, self.now);
        for job in self.jobs.iter_mut().filter(|job| job.lease_until.is_some_and(|until| until < now)) {
            let Some(longest) = job.rescue() else { continue };
            // How long is left to chance.
            let Some(row) = rows.iter().find(|row| row.id == job.id) else { continue };
            let pause = row.run_at - now;
            prop_assert!((SECOND..=Duration::from_secs(longest.unsigned_abs())).contains(&pause.to_std().unwrap()));
            job.run_at = row.run_at;
        }
        Ok(())
    }
}

on_both_engines! {
    async fn whatever_is_done_to_jobs_in_whatever_order_they_are_as_the_rules_say_and_no_request_is_lost(db: Db) {
        let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 500, ..Config::default() };
        let runtime = tokio::runtime::Handle::current();

        let result = tokio::task::block_in_place(|| {
            TestRunner::new(config).run(&proptest::collection::vec(step(), 1..STEPS), |steps| {
                runtime.block_on(async { Beside::new(&db).await.run(&steps).await })
            })
        });

        if let Err(failed) = result {
            panic!("{failed}");
        }
    }

    async fn of_two_attempts_at_one_job_that_end_together_the_later_one_counts(db: Db) {
        let mut beside = Beside::new(&db).await;
        beside.enqueue(Some(0), 0, false).await;
        let first = steps::claim::<Thing>(&db, "0", 1, beside.now, LEASE).await.unwrap()[0];
        beside.now += LEASE + SECOND;
        steps::rescue(&db, beside.now).await.unwrap();
        let second = steps::claim::<Thing>(&db, "0", 1, beside.now, LEASE).await.unwrap()[0];
        assert_eq!((first.id, first.attempt, second.attempt), (second.id, 1, 2));

        let ends = [(second, End::Retry(SECOND)), (first, End::Discarded)];
        steps::finish::<Thing>(&db, "0", &ends, beside.now).await.unwrap();

        let row = beside.rows().await.remove(0);
        assert_eq!((row.state, row.attempt, row.run_at), (State::Retryable, 2, beside.now + SECOND));
        let told: Vec<(i32, String)> = sql("SELECT attempt, outcome FROM job_attempts ORDER BY id").fetch_all(&db).await.unwrap();
        assert_eq!(told, [(1, "lost".to_owned()), (2, "retryable".to_owned())]);
    }
}
