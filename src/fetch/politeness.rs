//! Leaves hosts in peace: two requests at a time each, and none before the moment that a host named.
//!
//! Kept in memory, for this process; what all workers together may ask of a host is the queue's business.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::Error;
use super::guard::Target;
use crate::domain::{Clock, Timestamp};

/// What a host gets at a time.
const AT_A_TIME: usize = 2;
/// How many hosts are remembered; beyond that, those that nobody waits for are forgotten.
const MOST_HOSTS: usize = 4096;
/// After how long to ask again for a turn that did not come in time.
const BUSY: Duration = Duration::from_secs(5);

/// Whose turn it is, host by host.
pub(super) struct Politeness {
    clock: Clock,
    hosts: Mutex<HashMap<String, Host>>,
}

struct Host {
    turns: Arc<Semaphore>,
    quiet_until: Option<Timestamp>,
}

impl Default for Host {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_A_TIME)), quiet_until: None }
    }
}

impl Politeness {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, hosts: Mutex::default() }
    }

    /// Waits for a turn with the target's host, for `patience` at most. Hold on to it while you talk to the host.
    ///
    /// # Errors
    /// [`Error::Throttled`] when the host wants to be left alone or the turn does not come.
    pub(super) async fn turn(&self, target: &Target, patience: Duration) -> Result<OwnedSemaphorePermit, Error> {
        let throttled = |after| Error::Throttled { host: target.host.clone(), after };
        let turns = self.look_up(target).map_err(throttled)?;
        let Ok(Ok(turn)) = tokio::time::timeout(patience, turns.acquire_owned()).await else {
            return Err(throttled(BUSY));
        };
        // Whoever had the turn before may have been told to go away.
        self.look_up(target).map_err(throttled)?;
        Ok(turn)
    }

    /// Remembers that the host wants to be left alone for `wait`.
    pub(super) fn leave_alone(&self, target: &Target, wait: Duration) {
        let until = self.clock.now() + wait;
        self.with_host(target, |host| host.quiet_until = host.quiet_until.max(Some(until)));
    }

    fn look_up(&self, target: &Target) -> Result<Arc<Semaphore>, Duration> {
        let now = self.clock.now();
        self.with_host(target, |host| match host.quiet_until.and_then(|until| (until - now).to_std().ok()) {
            Some(rest) if !rest.is_zero() => Err(rest),
            _ => Ok(Arc::clone(&host.turns)),
        })
    }

    fn with_host<T>(&self, target: &Target, look: impl FnOnce(&mut Host) -> T) -> T {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key(target);
        if hosts.len() >= MOST_HOSTS && !hosts.contains_key(&key) {
            make_room(&mut hosts, self.clock.now());
        }
        look(hosts.entry(key).or_default())
    }
}

/// `http` and `https` are one site; any other port is a service of its own.
fn key(target: &Target) -> String {
    match target.port {
        80 | 443 => target.host.clone(),
        port => format!("{}:{port}", target.host),
    }
}

/// Forgets hosts with nothing to remember; when there are too few of these, all that have no request under way.
fn make_room(hosts: &mut HashMap<String, Host>, now: Timestamp) {
    let is_busy = |host: &Host| Arc::strong_count(&host.turns) > 1;
    hosts.retain(|_, host| is_busy(host) || host.quiet_until.is_some_and(|until| until > now));
    if hosts.len() >= MOST_HOSTS {
        hosts.retain(|_, host| is_busy(host));
    }
}
