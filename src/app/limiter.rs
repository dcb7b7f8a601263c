//! The rate limits' memory: how much of each client's window this process may still hand out.
//!
//! A process draws a *lease* of requests from a window and counts it down here, so that most requests cost no
//! database write. Where leases come from is [`crate::actions::rate_limit()`]'s business: from the database on
//! PostgreSQL, where all instances share a window, and from nowhere on SQLite, where this memory is the window.
//!
//! Memory is bounded: a shard that is full forgets windows that are over, then those that end soonest.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;

use crate::domain::{Timestamp, UserId};

/// Locks, so that requests of different clients seldom wait for each other.
const SHARDS: usize = 16;
/// Windows that one shard remembers; all shards together stay below some 10 MB.
const WINDOWS_A_SHARD: usize = 4096;

/// Which of the three limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Signing up and in.
    Auth,
    /// Creating content.
    Content,
    /// Everything else.
    Global,
}

/// Whose requests are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Client {
    /// Whoever is signed in as this user.
    User(UserId),
    /// Whoever comes from this address.
    V4(Ipv4Addr),
    /// Whoever comes from this /64, which is what one household gets: its first eight bytes.
    V6(u64),
}

impl From<IpAddr> for Client {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => Self::V6((address.to_bits() >> 64) as u64),
        }
    }
}

/// Where a client stands in its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Requests left, as far as this process knows.
    pub remaining: u32,
    /// When the window ends.
    pub resets_at: Timestamp,
}

/// What memory says of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was counted.
    Allowed(Standing),
    /// The window is used up.
    Refused(Standing),
    /// The lease is used up. This much of the window was left when it was drawn; `None` when no window is known.
    Unleased(Option<u32>),
}

/// A window's part that this process knows.
#[derive(Debug, Clone, Copy)]
struct Window {
    /// Requests that may still pass without asking.
    leased: u32,
    /// Requests that nobody had leased when we last asked.
    unleased: u32,
    resets_at: Timestamp,
}

impl Window {
    const fn standing(self) -> Standing {
        Standing { remaining: self.leased.saturating_add(self.unleased), resets_at: self.resets_at }
    }

    const fn take(&mut self) -> Verdict {
        if self.leased > 0 {
            self.leased -= 1;
            Verdict::Allowed(self.standing())
        } else if self.unleased > 0 {
            Verdict::Unleased(Some(self.unleased))
        } else {
            Verdict::Refused(self.standing())
        }
    }
}

type Key = (Limit, Client);
type Shard = HashMap<Key, Window>;

/// The windows of all clients.
#[derive(Debug)]
pub struct Limiter {
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
    /// Until when the database is left alone, in milliseconds since the epoch.
    away_until: AtomicI64,
}

impl Default for Limiter {
    fn default() -> Self {
        Self { shards: Default::default(), hasher: RandomState::new(), away_until: AtomicI64::new(i64::MIN) }
    }
}

impl Limiter {
    /// Counts one request against what is leased.
    pub fn take(&self, limit: Limit, client: Client, now: Timestamp) -> Verdict {
        match self.shard((limit, client)).get_mut(&(limit, client)) {
            Some(window) if window.resets_at > now => window.take(),
            _ => Verdict::Unleased(None),
        }
    }

    /// Adds a lease of `granted` requests, which leaves `unleased` in the window, and counts one request against it.
    pub fn lease(
        &self,
        limit: Limit,
        client: Client,
        (granted, unleased): (u32, u32),
        now: Timestamp,
        resets_at: Timestamp,
    ) -> Verdict {
        let mut shard = self.shard((limit, client));
        if shard.len() >= WINDOWS_A_SHARD {
            make_room(&mut shard, now);
        }
        let fresh = Window { leased: granted, unleased, resets_at };
        let window = match shard.entry((limit, client)) {
            Entry::Occupied(known) => {
                let window = known.into_mut();
                if window.resets_at == resets_at {
                    // Answers may overtake each other: the window only ever shrinks.
                    window.leased = window.leased.saturating_add(granted);
                    window.unleased = window.unleased.min(unleased);
                } else if window.resets_at < resets_at {
                    *window = fresh;
                }
                window
            }
            Entry::Vacant(place) => place.insert(fresh),
        };
        match window.take() {
            // Another instance has the rest; whether it uses it is its own affair.
            Verdict::Unleased(_) => Verdict::Refused(window.standing()),
            verdict => verdict,
        }
    }

    /// Opens a window that this process alone counts, and counts one request against it.
    ///
    /// Of two requests that open it at once, the second counts against what the first opened.
    pub fn open(&self, limit: Limit, client: Client, max: u32, now: Timestamp, resets_at: Timestamp) -> Verdict {
        let mut shard = self.shard((limit, client));
        if shard.len() >= WINDOWS_A_SHARD {
            make_room(&mut shard, now);
        }
        let window = shard.entry((limit, client)).or_insert(Window { leased: max, unleased: 0, resets_at });
        if window.resets_at <= now {
            *window = Window { leased: max, unleased: 0, resets_at };
        }
        window.take()
    }

    /// Is the database to be left alone for now?
    pub fn is_away(&self, now: Timestamp) -> bool {
        now.timestamp_millis() < self.away_until.load(Ordering::Relaxed)
    }

    /// Leaves the database alone for `pause`. True for the first to say so, who should log it.
    pub fn note_away(&self, now: Timestamp, pause: Duration) -> bool {
        let until = now + TimeDelta::from_std(pause).unwrap_or(TimeDelta::MAX);
        self.away_until.fetch_max(until.timestamp_millis(), Ordering::Relaxed) <= now.timestamp_millis()
    }

    fn shard(&self, key: Key) -> MutexGuard<'_, Shard> {
        let at = usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).unwrap_or_default();
        // Counters hold at every step, so a lock that somebody panicked under is as good as any.
        self.shards[at].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets windows that are over; if most are not, the quarter that ends soonest.
fn make_room(shard: &mut Shard, now: Timestamp) {
    shard.retain(|_, window| window.resets_at > now);
    if shard.len() > WINDOWS_A_SHARD * 3 / 4 {
        let mut ends: Vec<Timestamp> = shard.values().map(|window| window.resets_at).collect();
        let (_, cut, _) = ends.select_nth_unstable(WINDOWS_A_SHARD / 4);
        let cut = *cut;
        // Many windows may end in the same millisecond; those at the cut go as far as room is needed.
        let mut spare = shard.len() - WINDOWS_A_SHARD * 3 / 4;
        shard.retain(|_, window| {
            let stays = window.resets_at > cut || spare == 0;
            spare -= usize::from(!stays);
            stays
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Client, Limit, Limiter, SHARDS, Verdict, WINDOWS_A_SHARD};
    use crate::domain::Timestamp;
    use chrono::TimeDelta;

    fn start() -> Timestamp {
        "2026-03-02T08:00:00Z".parse().unwrap()
    }

    fn passes(verdict: Verdict) -> bool {
        matches!(verdict, Verdict::Allowed(_))
    }

    #[test]
    fn a_window_of_our_own_allows_its_maximum_and_starts_anew_when_it_is_over() {
        let (limiter, client, now) = (Limiter::default(), Client::V6(1), start());
        let end = now + TimeDelta::seconds(60);
        let first = (0..3).filter(|_| passes(limiter.open(Limit::Auth, client, 2, now, end))).count();
        let later =
            (0..3).filter(|_| passes(limiter.open(Limit::Auth, client, 2, end, end + TimeDelta::seconds(60)))).count();

        assert_eq!((first, later), (2, 2));
    }

    #[test]
    fn a_lease_is_counted_down_and_then_another_is_asked_for() {
        let (limiter, client, now) = (Limiter::default(), Client::V6(1), start());
        let end = now + TimeDelta::seconds(60);

        assert_eq!(limiter.take(Limit::Global, client, now), Verdict::Unleased(None));
        assert!(passes(limiter.lease(Limit::Global, client, (2, 8), now, end)));
        assert!(passes(limiter.take(Limit::Global, client, now)));
        assert_eq!(limiter.take(Limit::Global, client, now), Verdict::Unleased(Some(8)));
    }

    #[test]
    fn a_late_answer_about_an_older_window_does_not_bring_it_back() {
        let (limiter, client, now) = (Limiter::default(), Client::V6(1), start());
        let end = now + TimeDelta::seconds(60);
        limiter.lease(Limit::Global, client, (1, 0), now, end);

        let late = limiter.lease(Limit::Global, client, (5, 5), now, end - TimeDelta::seconds(1));

        assert!(!passes(late));
    }

    #[test]
    fn however_many_clients_come_memory_stays_bounded() {
        let (limiter, now) = (Limiter::default(), start());
        let end = now + TimeDelta::seconds(60);
        for client in 0..(SHARDS * WINDOWS_A_SHARD * 2) as u64 {
            limiter.open(Limit::Global, Client::V6(client), 5, now, end);
        }

        let known: usize = limiter.shards.iter().map(|shard| shard.lock().unwrap().len()).sum();

        assert!(known <= SHARDS * WINDOWS_A_SHARD, "{known}");
    }
}
