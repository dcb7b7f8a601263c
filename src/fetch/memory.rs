//! What this process alone knows of hosts: for a fetcher that shares nothing with others.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use uuid::Uuid;

use super::pace::{Answer, Ask, Host, Pace, Pacing};
use crate::domain::{Clock, Timestamp};

/// How many hosts are remembered; beyond that, those that nobody visits or waits for are forgotten.
const MOST_HOSTS: usize = 4096;

/// A [`Pace`] in memory.
pub(super) struct Memory {
    clock: Clock,
    hosts: Mutex<HashMap<String, Host>>,
}

impl Memory {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, hosts: Mutex::default() }
    }

    fn with_host<T>(&self, name: &str, change: impl FnOnce(&mut Host, Timestamp) -> T) -> T {
        let now = self.clock.now();
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= MOST_HOSTS && !hosts.contains_key(name) {
            make_room(&mut hosts, now);
        }
        let host = hosts.entry(name.to_owned()).or_default();
        host.visits.retain(|visit| visit.ends_at > now);
        change(host, now)
    }
}

impl Pace for Memory {
    fn ask<'a>(&'a self, host: &'a str, ask: &'a Ask) -> Pacing<'a, Answer> {
        let answer = self.with_host(host, |host, now| {
            let decision = ask.decide(host, now);
            if let Some(visit) = decision.visit {
                if visit.begun {
                    host.visited_at = Some(visit.starts_at);
                }
                host.visits.retain(|known| known.id != visit.id);
                host.visits.push(visit);
            }
            decision.answer
        });
        Box::pin(async move { Ok(answer) })
    }

    fn leave<'a>(&'a self, host: &'a str, visit: Uuid, quiet: Option<Duration>) -> Pacing<'a, ()> {
        self.with_host(host, |host, now| {
            host.visits.retain(|known| known.id != visit);
            if let Some(until) = quiet.map(|quiet| now + quiet) {
                host.quiet_until = host.quiet_until.max(Some(until));
                host.visits.retain(|known| known.begun || known.starts_at >= until);
            }
        });
        Box::pin(async { Ok(()) })
    }
}

/// Forgets hosts with nothing to remember; when there are too few of these, all that nobody visits or waits for.
fn make_room(hosts: &mut HashMap<String, Host>, now: Timestamp) {
    let is_busy = |host: &Host| host.visits.iter().any(|visit| visit.ends_at > now);
    hosts.retain(|_, host| is_busy(host) || host.quiet_until.is_some_and(|until| until > now));
    if hosts.len() >= MOST_HOSTS {
        hosts.retain(|_, host| is_busy(host));
    }
}
