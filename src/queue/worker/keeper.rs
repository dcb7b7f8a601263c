//! What goes on beside a worker's turns: leases are renewed, due jobs become available, those of the dead are taken back,
//! cancellations are heard, and progress and numbers are written.

use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::Worker;
use super::tally::Tally;
use crate::db::{self, Db};
use crate::domain::Clock;
use crate::queue::finish::later;
use crate::queue::lease::{self, Held};
use crate::queue::promote::promote;
use crate::queue::wake::Wake;
use crate::queue::{counts, rescue};

/// The shortest time between two looks for due jobs.
const SOON: Duration = Duration::from_millis(20);
const SECOND: Duration = Duration::from_secs(1);
/// How often what triggers counted is added up, in seconds.
const ADD_UP: u32 = 3;

/// Keeps the leases of one worker. Clones keep the same ones.
#[derive(Debug, Clone)]
pub(super) struct Keeper {
    db: Db,
    clock: Clock,
    wake: Wake,
    worker: String,
    lease: Duration,
    poll: Duration,
    held: Held,
    tally: Tally,
    waiting: std::sync::Arc<Notify>,
}

impl<C> Worker<C> {
    pub(super) fn keeper(&self) -> Keeper {
        Keeper {
            db: self.db.clone(),
            clock: self.clock.clone(),
            wake: self.wake.clone(),
            worker: self.settings.name.clone(),
            lease: self.settings.lease,
            poll: self.settings.poll,
            held: self.held.clone(),
            tally: self.tally.clone(),
            waiting: self.waiting.clone(),
        }
    }
}

impl Keeper {
    /// Renews every third of a lease, rescues every half and listens every second, until what it returns is dropped.
    pub(super) fn start(self) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        tasks.spawn(self.clone().keep_renewing());
        tasks.spawn(self.clone().keep_listening());
        tasks.spawn(self.keep_rescuing());
        tasks
    }

    /// Makes due jobs available as time goes by; not beside a drain, which does it itself.
    pub(super) async fn keep_promoting(self) {
        loop {
            let mut woken = std::pin::pin!(self.wake.notified());
            woken.as_mut().enable();
            let pause = match self.promote().await {
                Ok((_, pause)) => pause,
                Err(error) => {
                    tracing::debug!(%error, "due jobs could not be looked for");
                    self.poll
                }
            };
            tokio::select! {
                () = woken => {}
                () = self.waiting.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
            tokio::time::sleep(SOON).await;
        }
    }

    /// Makes all due jobs available and says how many, and how long until the next one is due.
    pub(super) async fn promote(&self) -> db::Result<(u64, Duration)> {
        let mut jobs = 0;
        loop {
            let now = self.clock.now();
            let promoted = promote(&self.db, now).await?;
            jobs += promoted.jobs;
            if promoted.jobs > 0 {
                self.wake.notify();
            }
            match promoted.next_due {
                // More than a batch was due. When nothing moved, another holds it.
                Some(at) if at <= now && promoted.jobs > 0 => {}
                Some(at) => return Ok((jobs, (at - now).to_std().unwrap_or(SOON).min(self.poll))),
                None => return Ok((jobs, self.poll)),
            }
        }
    }

    async fn keep_renewing(self) {
        loop {
            tokio::time::sleep(self.lease / 3).await;
            // A database that does not answer is the worker's own turn to speak of.
            if let Err(error) = self.renew().await {
                tracing::debug!(%error, "leases could not be renewed");
            }
        }
    }

    async fn keep_rescuing(self) {
        loop {
            if let Err(error) = self.rescue().await {
                tracing::debug!(%error, "jobs of dead workers could not be looked for");
            }
            tokio::time::sleep(self.lease / 2).await;
        }
    }

    async fn keep_listening(self) {
        for second in 1_u32.. {
            tokio::time::sleep(SECOND.min(self.lease / 3)).await;
            if let Err(error) = self.listen(second).await {
                tracing::debug!(%error, "progress and numbers could not be written");
            }
        }
    }

    /// Renews the leases of what runs here; what has gone to another is cancelled.
    async fn renew(&self) -> db::Result<()> {
        self.db.set_right(&self.clock).await?;
        let mut jobs = self.held.jobs();
        if !jobs.is_empty() {
            let until = later(self.clock.now(), self.lease);
            let ours = lease::renew(&self.db, &self.worker, &jobs, until).await?;
            jobs.retain(|job| !ours.contains(job));
            self.held.cancel(&jobs);
        }
        Ok(())
    }

    /// Takes back the jobs of workers that went silent.
    pub(super) async fn rescue(&self) -> db::Result<()> {
        let mut tx = self.db.begin().await?;
        let rescued = rescue::rescue(&mut tx, self.clock.now()).await?;
        tx.commit().await?;
        if rescued > 0 {
            tracing::warn!(jobs = rescued, "jobs of a worker that went silent are taken back");
            self.wake.notify();
        }
        Ok(())
    }

    async fn listen(&self, second: u32) -> db::Result<()> {
        if !self.held.is_empty() {
            let unwanted = lease::to_cancel(&self.db, &self.worker).await?;
            self.held.cancel_on_request(&unwanted);
            lease::write_progress(&self.db, &self.worker, self.held.take_progress()).await?;
        }
        self.tally.write(&self.db).await?;
        if second.is_multiple_of(ADD_UP) {
            counts::add_up(&self.db).await?;
        }
        Ok(())
    }
}
