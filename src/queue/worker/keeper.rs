//! What goes on beside a worker's turns: its leases are renewed, and those of the dead are taken back.

use std::time::Duration;

use tokio::task::JoinSet;

use super::Worker;
use crate::db::{self, Db};
use crate::domain::Clock;
use crate::queue::finish::later;
use crate::queue::lease::{self, Held};
use crate::queue::wake::{self, Wake};

/// Keeps the leases of one worker. Clones keep the same ones.
#[derive(Debug, Clone)]
pub(super) struct Keeper {
    db: Db,
    clock: Clock,
    wake: Wake,
    worker: String,
    lease: Duration,
    held: Held,
}

impl<C> Worker<C> {
    pub(super) fn keeper(&self) -> Keeper {
        Keeper {
            db: self.db.clone(),
            clock: self.clock.clone(),
            wake: self.wake.clone(),
            worker: self.settings.name.clone(),
            lease: self.settings.lease,
            held: self.held.clone(),
        }
    }
}

impl Keeper {
    /// Renews every third of a lease and rescues every half, until what it returns is dropped.
    pub(super) fn start(self) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        tasks.spawn(self.clone().keep_renewing());
        tasks.spawn(self.keep_rescuing());
        tasks
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

    /// Renews the leases of what runs here; what has gone to another is cancelled.
    async fn renew(&self) -> db::Result<()> {
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
        let rescued = lease::rescue(&mut tx, self.clock.now()).await?;
        if rescued > 0 {
            wake::announce(&mut tx).await?;
        }
        tx.commit().await?;
        if rescued > 0 {
            tracing::warn!(jobs = rescued, "jobs of a worker that went silent are available again");
            self.wake.notify();
        }
        Ok(())
    }
}
