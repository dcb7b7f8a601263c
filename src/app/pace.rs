//! Leaves hosts in peace together with all other workers on the same database: one short transaction to ask, one to leave.

use std::error::Error;
use std::time::Duration;

use chrono::TimeDelta;
use uuid::Uuid;

use crate::db::{self, Db};
use crate::domain::Clock;
use crate::fetch::{Answer, Ask, Host, Pace, Pacing, Visit};
use crate::store::hosts;

/// A [`Pace`] in the database.
pub(super) struct SharedPace {
    db: Db,
    clock: Clock,
}

impl SharedPace {
    pub(super) const fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    async fn decide(&self, host: &str, ask: &Ask) -> db::Result<Answer> {
        let mut tx = self.db.begin().await?;
        let known = hosts::lock(&mut tx, host).await?;
        // Who waited for the lock comes later than whoever held it.
        let now = self.clock.now();
        let visits = hosts::visits(&mut tx, host, now).await?.into_iter().map(from_row).collect();
        let known = Host { visited_at: known.visited_at, quiet_until: known.quiet_until, visits };
        let decision = ask.decide(&known, now);
        if let Some(visit) = decision.visit {
            hosts::put(&mut tx, host, &to_row(visit)).await?;
        }
        tx.commit().await?;
        Ok(decision.answer)
    }

    async fn end(&self, host: &str, visit: Uuid, quiet: Option<Duration>) -> db::Result<()> {
        let mut tx = self.db.begin().await?;
        if let Some(quiet) = quiet.and_then(|quiet| TimeDelta::from_std(quiet).ok()) {
            hosts::leave_alone(&mut tx, host, self.clock.now() + quiet).await?;
        }
        hosts::leave(&mut tx, visit).await?;
        tx.commit().await
    }
}

impl Pace for SharedPace {
    fn ask<'a>(&'a self, host: &'a str, ask: &'a Ask) -> Pacing<'a, Answer> {
        Box::pin(async move { self.decide(host, ask).await.map_err(boxed) })
    }

    fn leave<'a>(&'a self, host: &'a str, visit: Uuid, quiet: Option<Duration>) -> Pacing<'a, ()> {
        Box::pin(async move { self.end(host, visit, quiet).await.map_err(boxed) })
    }
}

fn boxed(error: db::Error) -> Box<dyn Error + Send + Sync> {
    error.into()
}

fn from_row(row: hosts::Visit) -> Visit {
    let hosts::Visit { id, visitor, owner, starts_at, ends_at, begun } = row;
    Visit { id, visitor, owner, starts_at, ends_at, begun }
}

fn to_row(visit: Visit) -> hosts::Visit {
    let Visit { id, visitor, owner, starts_at, ends_at, begun } = visit;
    hosts::Visit { id, visitor, owner, starts_at, ends_at, begun }
}
