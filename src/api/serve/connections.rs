//! The connections that are open: how many there may be, and who has to go for the next one.
//!
//! A place is always found for a newcomer while some client keeps us waiting: for its request, the rest of its body, or
//! to take an answer. The longest waited for go first, as idle ones do in nginx. Ten thousand clients that dawdle so
//! cost one another their places, and nobody else. A connection that we are at work for is never closed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::domain::metric;

/// How long a newcomer waits before we look again for somebody to close.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// The part of those that are waited for which is closed at once, so that a look at all of them is seldom needed.
const PART: usize = 64;
/// How often the log tells that the limit is reached.
const TELL: Duration = Duration::from_mins(1);

/// All connections of a server.
#[derive(Debug)]
pub(super) struct Connections {
    most: usize,
    places: Arc<Semaphore>,
    begun: Instant,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    turns: HashMap<u64, Arc<Turn>>,
    next: u64,
    told: Option<Instant>,
}

/// Whose turn it is on a connection: ours, or the client's.
#[derive(Debug)]
pub(super) struct Turn {
    begun: Instant,
    /// Milliseconds after `begun` since when the client has been waited for, plus one; zero while we are at work.
    waiting: AtomicU64,
    closed: CancellationToken,
}

/// A connection's place among the others; given back when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    connections: Arc<Connections>,
    number: u64,
    pub(super) turn: Arc<Turn>,
    _permit: OwnedSemaphorePermit,
}

impl Connections {
    /// At most so many.
    pub(super) fn new(most: usize) -> Self {
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        Self { most, places: Arc::new(Semaphore::new(most)), begun: Instant::now(), open: Mutex::default() }
    }

    /// A place for one more, for which others are closed when there is none.
    pub(super) async fn place(self: &Arc<Self>) -> Place {
        loop {
            if let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() {
                return self.take(permit);
            }
            self.make_room();
            let freed = Arc::clone(&self.places).acquire_owned();
            // Nobody may be waited for at this moment; that changes.
            if let Ok(Ok(permit)) = tokio::time::timeout(LOOK_AGAIN, freed).await {
                return self.take(permit);
            }
        }
    }

    /// Returns when there is no connection any more.
    pub(super) async fn gone(&self) {
        let all = u32::try_from(self.most).unwrap_or(u32::MAX);
        drop(self.places.acquire_many(all).await);
    }

    fn take(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Place {
        let turn = Arc::new(Turn { begun: self.begun, waiting: AtomicU64::new(0), closed: CancellationToken::new() });
        turn.is_the_clients();
        let mut open = self.lock();
        let number = open.next;
        open.next += 1;
        open.turns.insert(number, Arc::clone(&turn));
        drop(open);
        metrics::gauge!(metric::HTTP_CONNECTIONS).increment(1.0);
        Place { connections: Arc::clone(self), number, turn, _permit: permit }
    }

    /// Closes those that have been waited for longest.
    pub(super) fn make_room(&self) {
        let mut open = self.lock();
        let mut waiting: Vec<(u64, &Arc<Turn>)> =
            open.turns.values().filter_map(|turn| Some((turn.waiting_since()?, turn))).collect();
        if waiting.is_empty() {
            return;
        }
        let number = waiting.len().div_ceil(PART);
        waiting.select_nth_unstable_by_key(number - 1, |(since, _)| *since);
        for (_, turn) in &waiting[..number] {
            turn.closed.cancel();
        }
        metrics::counter!(metric::HTTP_SHED).increment(number as u64);
        if open.told.is_none_or(|told| told.elapsed() > TELL) {
            open.told = Some(Instant::now());
            let most = self.most;
            tracing::warn!(most, "as many connections as there may be: those that keep us waiting longest are closed");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // Whole at every step, so a lock that somebody panicked under is as good as any.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.lock().turns.remove(&self.number);
        metrics::gauge!(metric::HTTP_CONNECTIONS).decrement(1.0);
    }
}

impl Turn {
    /// We are at work.
    pub(super) fn is_ours(&self) {
        self.waiting.store(0, Ordering::Relaxed);
    }

    /// The client is waited for, from now on unless it was before.
    pub(super) fn is_the_clients(&self) {
        let _ = self.waiting.compare_exchange(0, self.now(), Ordering::Relaxed, Ordering::Relaxed);
    }

    /// The client took a part of its answer.
    pub(super) fn goes_on(&self) {
        let now = self.now();
        let _ = self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |since| (since > 0).then_some(now));
    }

    /// Returns when the connection has to go.
    pub(super) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    fn waiting_since(&self) -> Option<u64> {
        let since = self.waiting.load(Ordering::Relaxed);
        (since > 0 && !self.closed.is_cancelled()).then_some(since)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX - 1) + 1
    }
}
