//! The worker: claims as many jobs as it has hands for, and writes what came of them.
//!
//! One short transaction a turn writes the outcomes and claims the next jobs; while it is under way jobs go on. When they
//! are quick, up to three turns are under way, so that one is written while another waits for the disk.
//! Between turns it sleeps until it is woken, a job ends, or it is time to look by itself. A database that does not answer
//! only makes it wait: the outcomes are kept.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::attempt::Attempt;
use super::claim::{self, Arm, Claim, Claimed};
use super::finish;
use super::lease::Held;
use super::registry::Registry;
use super::wake::Wake;
use crate::db::{self, Db, Engine};
use crate::domain::{Clock, JobId, metric};

mod ahead;
mod clocks;
mod crew;
mod hands;
mod keeper;
mod outage;
mod slots;
mod tally;

use clocks::Clocks;
use crew::{Crew, Order, Turned, handed_back};
use outage::Outage;
use tally::Tally;

/// Turns that one worker has under way at most.
const TURNS_AT_ONCE: usize = 3;
/// How long dropped jobs may take to let go of their threads.
const LETTING_GO: Duration = Duration::from_secs(2);

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
    only: Option<Vec<JobId>>,
    held: Held,
    tally: Tally,
    clocks: Mutex<Clocks>,
    /// Notified when a job was left to wait for its time.
    waiting: Arc<Notify>,
}

/// A turn that failed, and what is still to be done.
struct Unturned(db::Error, Order);

/// Turns under way.
type Turning<'a> = FuturesUnordered<BoxFuture<'a, Result<Turned, Unturned>>>;

impl<C: Send + Sync + 'static> Worker<C> {
    /// A worker that does what `registry` holds; it does nothing until [`Worker::run`] or [`Worker::drain`].
    pub fn new(db: Db, clock: Clock, wake: Wake, registry: Registry<C>, context: C, settings: Settings) -> Self {
        let (registry, context) = (Arc::new(registry), Arc::new(context));
        Self {
            db,
            clock,
            wake,
            registry,
            context,
            settings,
            only: None,
            held: Held::default(),
            tally: Tally::default(),
            clocks: Mutex::default(),
            waiting: Arc::default(),
        }
    }

    /// Restricts it to some jobs, which it does also when their queue is paused.
    #[must_use]
    pub fn only(mut self, jobs: Vec<JobId>) -> Self {
        self.only = Some(jobs);
        self
    }

    /// Works until `shutdown`, then lets running jobs go on for the grace and hands back, uncounted, what is not done by
    /// then.
    ///
    /// A process that can't wait for that may just end: the leases run out. So do those of jobs that block their thread.
    pub async fn run(&self, shutdown: CancellationToken) {
        // Leases are compared across machines. A database that does not answer is spoken of below.
        let _ = self.db.set_right(&self.clock).await;
        let mut keeping = self.keeper().start();
        keeping.spawn(self.keeper().keep_promoting());
        let mut crew = self.crew();
        let mut outage = Outage::default();
        let mut turning = Turning::new();
        let mut looks_again = Instant::now() + self.settings.poll;
        let mut not_before = Instant::now();
        // Interest comes before the look, and is kept until it is answered: what is enqueued in between would wake nobody.
        let mut woken = std::pin::pin!(self.wake.notified());
        woken.as_mut().enable();
        while !shutdown.is_cancelled() {
            self.start_jobs(&mut crew);
            if Instant::now() >= not_before {
                self.begin_turn(&mut crew, &turning);
            }
            let pause = match turning.is_empty() {
                false => looks_again,
                true if Instant::now() < not_before => not_before,
                true => crew.write_at().map_or(looks_again, |at| at.min(looks_again)),
            };
            let pause = crew.stale_at().map_or(pause, |at| at.min(pause));
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = woken.as_mut() => {
                    woken.set(self.wake.notified());
                    woken.as_mut().enable();
                    crew.look();
                }
                () = crew.next_finished(), if crew.is_running() => {}
                turned = under_way(&mut turning) => match turned {
                    Ok(turned) => {
                        outage.is_over();
                        crew.take(turned);
                    }
                    Err(Unturned(error, order)) => {
                        crew.take_back(order);
                        not_before = Instant::now() + outage.pause_after(&error);
                    }
                },
                () = tokio::time::sleep_until(pause.into()) => {
                    if Instant::now() >= looks_again {
                        looks_again = Instant::now() + self.settings.poll;
                        crew.look();
                    }
                }
            }
        }
        self.stop(crew, turning).await;
    }

    /// Works until nothing is left that could be done now; what is due later stays.
    ///
    /// # Errors
    /// When the database fails; jobs that run then are dropped and come back when their lease is over.
    pub async fn drain(&self) -> db::Result<Drained> {
        self.drain_until(CancellationToken::new()).await
    }

    /// The same, but no longer than until `shutdown`; then it ends as [`Worker::run`] does.
    ///
    /// # Errors
    /// As [`Worker::drain`].
    pub async fn drain_until(&self, shutdown: CancellationToken) -> db::Result<Drained> {
        self.db.set_right(&self.clock).await?;
        // Before the keeper does the same: what it had only half rescued would not be there to claim.
        self.keeper().rescue().await?;
        let _keeping = self.keeper().start();
        let mut crew = self.crew();
        let mut turning = Turning::new();
        let mut seen = crew.drained;
        while !shutdown.is_cancelled() {
            self.start_jobs(&mut crew);
            self.begin_turn(&mut crew, &turning);
            if turning.is_empty() && crew.is_idle() {
                let (promoted, _) = self.keeper().promote().await?;
                // A job may have enqueued another.
                if promoted == 0 && crew.drained == seen {
                    self.tally.write(&self.db).await?;
                    return Ok(crew.drained);
                }
                seen = crew.drained;
                crew.look();
                continue;
            }
            let writes = crew.write_at().filter(|_| turning.is_empty());
            let writes = [writes, crew.stale_at()].into_iter().flatten().min();
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = crew.next_finished(), if crew.is_running() => {}
                turned = under_way(&mut turning) => {
                    let turned = turned.map_err(|Unturned(error, _)| error)?;
                    crew.take(turned);
                }
                () = until(writes) => {}
            }
        }
        Ok(self.stop(crew, turning).await)
    }

    fn crew(&self) -> Crew {
        let served = |queue: &str| self.settings.queues.as_ref().is_none_or(|queues| queues.iter().any(|q| q == queue));
        let mut arms: Vec<Arm> = (self.registry.kinds().filter(|kind| served(kind.queue)))
            .map(|kind| Arm {
                kind: kind.name,
                queue: kind.queue,
                most: kind.concurrency.unwrap_or(usize::MAX),
                low: None,
                after: None,
            })
            .collect();
        // Always the same text, so that it is prepared once.
        arms.sort_unstable_by_key(|arm| arm.kind);
        Crew::new(self.settings.concurrency, arms)
    }

    /// Gives each free hand the next job that was claimed.
    fn start_jobs(&self, crew: &mut Crew) {
        if crew.stale_at().is_some_and(|at| Instant::now() >= at) && !crew.has_hands() {
            crew.hand_back_ahead();
        }
        while let Some((job, lease)) = crew.next() {
            self.clocks().note(&job);
            match self.registry.kind(job.kind) {
                Some(kind) => crew.start(Attempt::new(job, lease, kind, self.context.clone())),
                None => crew.keep(handed_back(&job)),
            }
        }
    }

    /// Begins a turn if it is time for one. SQLite has one writer: a second turn would only wait there.
    fn begin_turn<'a>(&'a self, crew: &mut Crew, turning: &Turning<'a>) {
        let most = if self.db.engine() == Engine::Postgres { TURNS_AT_ONCE } else { 1 };
        if turning.len() < most
            && let Some(order) = crew.order(!turning.is_empty())
        {
            turning.push(Box::pin(self.turn(order)));
        }
    }

    /// Writes what is finished and claims what is wanted, in one transaction.
    async fn turn(&self, order: Order) -> Result<Turned, Unturned> {
        match self.try_turn(&order).await {
            Ok(turned) => Ok(turned),
            Err(error) => Err(Unturned(error, order)),
        }
    }

    async fn try_turn(&self, order: &Order) -> db::Result<Turned> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let written = finish::finish(&mut tx, &self.settings.name, &order.finished, now).await?;
        let mut claimed: Vec<Claimed> = Vec::new();
        let mut arms = order.arms.clone();
        let best = order.jobs.saturating_sub(order.low);
        for (lanes, jobs) in [(claim::Order::BestLane, best), (claim::Order::LowLanes(&order.lanes), order.low)] {
            // When the better lanes gave less than was wanted, nothing is left in the low ones either.
            let dry = matches!(lanes, claim::Order::LowLanes(_)) && claimed.len() < best;
            if jobs == 0 || dry || arms.is_empty() {
                continue;
            }
            let claim = Claim {
                worker: &self.settings.name,
                arms: &arms,
                order: lanes,
                only: self.only.as_deref(),
                jobs,
                now,
                lease_until: finish::later(now, self.settings.lease),
            };
            let jobs = claim::claim(&mut tx, &claim).await?;
            for arm in &mut arms {
                arm.pass(&jobs);
            }
            arms.retain(|arm| arm.most > 0);
            claimed.extend(jobs);
        }
        let full = order.jobs > 0 && claimed.len() >= order.jobs;
        let passed = self.clocks().due(!full);
        for ((kind, priority), turn) in &passed {
            super::turn::advance(&mut tx, kind, *priority, *turn).await?;
        }
        tx.commit().await?;
        self.clocks().written(&passed);
        self.tally.count(&order.finished, now);
        if written.waits {
            self.waiting.notify_one();
        }
        for arm in &order.arms {
            let jobs = claimed.iter().filter(|job| job.kind == arm.kind).count();
            metrics::counter!(metric::JOB_CLAIMS, "kind" => arm.kind).increment(jobs as u64);
        }
        let claimed = claimed.into_iter().map(|job| {
            let lease = self.held.hold(&job);
            (job, lease)
        });
        Ok(Turned {
            ordered: order.jobs,
            low: order.low,
            claimed: claimed.collect(),
            more: full || written.available,
            anew: written.available || !full && order.arms.iter().any(|arm| arm.after.is_some()),
            passed: arms,
            round: order.round,
        })
    }

    fn clocks(&self) -> std::sync::MutexGuard<'_, Clocks> {
        self.clocks.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Ends what runs, in order: its own end within the grace, or by force.
    async fn stop(&self, mut crew: Crew, mut turning: Turning<'_>) -> Drained {
        while let Some(turned) = turning.next().await {
            match turned {
                Ok(turned) => crew.take(turned),
                Err(Unturned(_, order)) => crew.take_back(order),
            }
        }
        crew.hand_back_ahead();
        self.write(&mut crew).await;
        let within_grace = tokio::time::timeout(self.settings.grace, async {
            while crew.is_running() {
                crew.next_finished().await;
                self.write(&mut crew).await;
            }
        });
        if within_grace.await.is_err() {
            let held = self.held.jobs();
            tracing::info!(jobs = held.len(), "the grace is over: what still runs is handed back");
            self.held.cancel(&held);
            let _ = tokio::time::timeout(LETTING_GO, async {
                while crew.is_running() {
                    crew.next_finished().await;
                }
            })
            .await;
        }
        self.write(&mut crew).await;
        if let Err(error) = self.tally.write(&self.db).await {
            tracing::debug!(%error, "what was done in the last second is not counted");
        }
        crew.drained
    }

    /// Writes what is finished; what can't be written is kept.
    async fn write(&self, crew: &mut Crew) {
        let finished = crew.take_finished();
        if finished.is_empty() {
            return;
        }
        let now = self.clock.now();
        let written = async {
            let mut tx = self.db.begin().await?;
            finish::finish(&mut tx, &self.settings.name, &finished, now).await?;
            tx.commit().await
        };
        match written.await {
            Ok(()) => self.tally.count(&finished, now),
            Err(error) => {
                tracing::warn!(%error, "finished jobs could not be written; they may run again");
                crew.put_back(finished);
            }
        }
    }
}

/// The end of a turn that is under way; never, when none is.
async fn under_way(turning: &mut Turning<'_>) -> Result<Turned, Unturned> {
    match turning.next().await {
        Some(turned) => turned,
        None => std::future::pending().await,
    }
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}
