//! Leaves hosts in peace: waits a moment for its turn with a host, or says when to come back.
//!
//! When a turn comes is decided by [`super::pace`]'s rules over what all who share a [`Pace`] know of the host.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::error::Error;
use super::guard::Target;
use super::hosts;
use super::pace::{Answer, Ask, Pace, Rules, Visitor};
use crate::domain::Timestamp;

/// How long a turn is waited for in place, at most; whoever waits keeps a worker from other hosts.
const PATIENCE: Duration = Duration::from_secs(3);
/// How soon to ask again when a host is full, at first and at most.
const SOON: Duration = Duration::from_millis(50);
const LESS_SOON: Duration = Duration::from_millis(500);
/// After how long to come back to a host that stayed full.
const FULL: Duration = Duration::from_secs(5);

/// Whose turn it is, host by host.
pub(super) struct Politeness {
    pace: Box<dyn Pace>,
    rules: Rules,
    /// Services that take no turns, and until when they want to be left alone: as far as this process knows.
    services: Mutex<HashMap<String, Timestamp>>,
}

/// A visit that has begun. Dropped without [`Politeness::leave`], it counts until its time is over.
pub(super) struct Turn {
    host: String,
    visit: Uuid,
}

impl Politeness {
    pub(super) fn new(pace: impl Pace + 'static, rules: Rules) -> Self {
        Self { pace: Box::new(pace), rules, services: Mutex::default() }
    }

    /// Begins a visit of at most `lasts` to the target's host, as soon as it may be and within `patience` or a few seconds.
    ///
    /// By the real time, whatever the clock says: a clock that stands still makes nobody wait for ever.
    ///
    /// # Errors
    /// [`Error::Throttled`] when that is too long to wait for, [`Error::Unpaced`] when it can't be known.
    pub(super) async fn enter(
        &self,
        target: &Target,
        visitor: &Visitor,
        lasts: Duration,
        patience: Duration,
    ) -> Result<Turn, Error> {
        let (host, begun, mut soon) = (hosts::key(target), Instant::now(), SOON);
        let rules = hosts::rules(&target.host, self.rules);
        let throttled = |after| Error::Throttled { host: target.host.clone(), after };
        let goes_on = visitor.has_been_at(&host);
        let patience = if goes_on { PATIENCE + rules.spacing * 2 } else { PATIENCE.min(patience) };
        let mut ask = Ask { visitor: visitor.clone(), goes_on, lasts, patience, rules };
        loop {
            let answer = self.pace.ask(&host, &ask).await;
            let pause = match answer.map_err(|source| Error::Unpaced { host: target.host.clone(), source })? {
                Answer::Go(visit, wait) => {
                    sleep(wait).await;
                    visitor.was_let_in(&host);
                    return Ok(Turn { host, visit });
                }
                Answer::Later(after) => return Err(throttled(after)),
                Answer::Full if soon > ask.patience => return Err(throttled(FULL)),
                Answer::Full => soon,
                Answer::Wait(wait) => wait,
            };
            sleep(pause).await;
            soon = (soon * 2).min(LESS_SOON);
            ask.patience = patience.saturating_sub(begun.elapsed());
        }
    }

    /// Whether a service that takes no turns may be asked.
    ///
    /// # Errors
    /// [`Error::Throttled`] when it wants to be left alone.
    pub(super) fn may_ask(&self, target: &Target, now: Timestamp) -> Result<(), Error> {
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        services.retain(|_, until| *until > now);
        let Some(until) = services.get(&hosts::key(target)) else { return Ok(()) };
        let after = (*until - now).to_std().unwrap_or_default();
        Err(Error::Throttled { host: target.host.clone(), after })
    }

    /// Leaves a service that takes no turns alone for so long.
    pub(super) fn leave_alone(&self, target: &Target, now: Timestamp, quiet: Duration) {
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        services.insert(hosts::key(target), now + quiet);
    }

    /// Ends a visit, after which the host may have asked to be left alone for `quiet`.
    pub(super) async fn leave(&self, turn: Turn, quiet: Option<Duration>) {
        if let Err(error) = self.pace.leave(&turn.host, turn.visit, quiet).await {
            tracing::warn!(host = turn.host, error, "a visit could not be ended; it counts until its time is over");
        }
    }
}
