//! The worker: claims as many jobs as it has hands for, and writes what came of them.
//!
//! One short transaction a turn writes the outcomes and claims the next jobs; between turns it sleeps until it is woken,
//! a job ends, or the next one is due. A database that does not answer only makes it wait: the outcomes are kept.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::attempt::attempt;
use super::claim::{self, Claim};
use super::finish::{self, Finished, Outcome};
use super::lease::Held;
use super::registry::Registry;
use super::wake::Wake;
use crate::db::{self, Db};
use crate::domain::Clock;

mod keeper;
mod outage;

use outage::Outage;

/// The shortest sleep before a look at the next due job.
const SOON: Duration = Duration::from_millis(10);
/// How long dropped jobs may take to let go of their threads.
const LETTING_GO: Duration = Duration::from_secs(1);

/// How a worker works.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Names it in the database: no two workers may have the same, not even one after the other.
    pub name: String,
    /// Jobs at a time, at least 1.
    pub concurrency: usize,
    /// Serve only these; `None` is all.
    pub queues: Option<Vec<String>>,
    /// How long it may be silent before its jobs go to another; renewed every third of it.
    pub lease: Duration,
    /// How often it looks for jobs of which nobody told it.
    pub poll: Duration,
    /// How long running jobs may go on at shutdown.
    pub grace: Duration,
}

/// What [`Worker::drain`] did. An attempt that was put off counts as neither.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Drained {
    /// Jobs completed.
    pub done: usize,
    /// Attempts that failed, whether or not another follows.
    pub failed: usize,
}

/// Works the queue with `C` as what its jobs need.
#[derive(Debug)]
pub struct Worker<C> {
    db: Db,
    clock: Clock,
    wake: Wake,
    registry: Arc<Registry<C>>,
    context: Arc<C>,
    settings: Settings,
    held: Held,
}

/// What a worker has at hand.
#[derive(Default)]
struct Crew {
    running: JoinSet<Finished>,
    /// Over, but not yet written.
    finished: Vec<Finished>,
}

impl<C: Send + Sync + 'static> Worker<C> {
    /// A worker that does what `registry` holds; it does nothing until [`Worker::run`] or [`Worker::drain`].
    pub fn new(db: Db, clock: Clock, wake: Wake, registry: Registry<C>, context: C, settings: Settings) -> Self {
        let (registry, context) = (Arc::new(registry), Arc::new(context));
        Self { db, clock, wake, registry, context, settings, held: Held::default() }
    }

    /// Works until `shutdown`, then lets running jobs go on for the grace and hands back, uncounted, what is not done by
    /// then.
    ///
    /// A process that can't wait for that may just end: the leases run out. So do those of jobs that block their thread.
    pub async fn run(&self, shutdown: CancellationToken) {
        let _keeping = self.keeper().start();
        let mut crew = Crew::default();
        let mut outage = Outage::default();
        while !shutdown.is_cancelled() {
            // Interest comes before the look: what is enqueued in between would wake nobody.
            let mut woken = std::pin::pin!(self.wake.notified());
            woken.as_mut().enable();
            let pause = match self.turn(&mut crew).await {
                Ok(pause) => {
                    outage.is_over();
                    pause
                }
                Err(error) => outage.pause_after(&error),
            };
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = woken => {}
                () = crew.next_finished() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.stop(crew).await;
    }

    /// Works until nothing is left that could be done now; what is due later stays.
    ///
    /// # Errors
    /// When the database fails; jobs that run then are dropped and come back when their lease is over.
    pub async fn drain(&self) -> db::Result<Drained> {
        // Before the keeper does the same: what it had only half rescued would not be there to claim.
        self.keeper().rescue().await?;
        let _keeping = self.keeper().start();
        let mut crew = Crew::default();
        let mut drained = Drained::default();
        loop {
            self.turn(&mut crew).await?;
            if crew.running.is_empty() {
                return Ok(drained);
            }
            crew.next_finished().await;
            for job in &crew.finished {
                match job.outcome {
                    Outcome::Completed => drained.done += 1,
                    Outcome::Retry { .. } | Outcome::Discarded { .. } => drained.failed += 1,
                    Outcome::PutOff { .. } | Outcome::HandedBack => {}
                }
            }
        }
    }

    /// Writes what is finished, starts what can be claimed, and says how long there is nothing more to do.
    async fn turn(&self, crew: &mut Crew) -> db::Result<Duration> {
        let free = self.settings.concurrency.max(1).saturating_sub(crew.running.len());
        if free == 0 && crew.finished.is_empty() {
            return Ok(self.settings.poll);
        }
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        finish::finish(&mut tx, &self.settings.name, &mut crew.finished, now).await?;
        claim::promote(&mut tx, now).await?;
        let wanted = Claim {
            worker: &self.settings.name,
            queues: self.settings.queues.as_deref(),
            jobs: free,
            lease_until: finish::later(now, self.settings.lease),
        };
        let claimed = claim::claim(&mut tx, wanted).await?;
        let next_due = if claimed.len() < free { claim::next_due(&mut tx).await? } else { None };
        tx.commit().await?;
        crew.finished.clear();
        for job in claimed {
            let lease = self.held.hold(&job);
            let (registry, context) = (self.registry.clone(), self.context.clone());
            crew.running.spawn(async move { attempt(job, lease, &registry, context).await });
        }
        // What is due already was held by another just now.
        let until_due = next_due.map(|at| (at - now).to_std().unwrap_or_default().max(SOON));
        Ok(until_due.map_or(self.settings.poll, |due| due.min(self.settings.poll)))
    }

    /// Ends what runs, in order: its own end within the grace, or by force.
    async fn stop(&self, mut crew: Crew) {
        let within_grace = tokio::time::timeout(self.settings.grace, async {
            while !crew.running.is_empty() {
                crew.next_finished().await;
                self.write(&mut crew).await;
            }
        });
        if within_grace.await.is_err() {
            let held = self.held.jobs();
            tracing::info!(jobs = held.len(), "the grace is over: what still runs is handed back");
            self.held.cancel(&held);
            let _ = tokio::time::timeout(LETTING_GO, async {
                while !crew.running.is_empty() {
                    crew.next_finished().await;
                }
            })
            .await;
        }
        self.write(&mut crew).await;
    }

    /// Writes what is finished; what can't be written is kept.
    async fn write(&self, crew: &mut Crew) {
        let written = async {
            let mut tx = self.db.begin().await?;
            finish::finish(&mut tx, &self.settings.name, &mut crew.finished, self.clock.now()).await?;
            tx.commit().await
        };
        match written.await {
            Ok(()) => crew.finished.clear(),
            Err(error) => tracing::warn!(%error, "finished jobs could not be written; they may run again"),
        }
    }
}

impl Crew {
    /// Waits until a job is over, and takes with it all that are; for ever when none runs. May be dropped half-way.
    async fn next_finished(&mut self) {
        match self.running.join_next().await {
            Some(job) => self.keep(job),
            None => std::future::pending().await,
        }
        while let Some(job) = self.running.try_join_next() {
            self.keep(job);
        }
    }

    fn keep(&mut self, job: Result<Finished, tokio::task::JoinError>) {
        match job {
            Ok(job) => self.finished.push(job),
            // Its lease is no longer renewed: the job comes back by itself.
            Err(error) => tracing::error!(%error, "an attempt came to no end"),
        }
    }
}
