//! Who may go to a host, and when: the rules that all who fetch agree on, wherever they keep what they know.
//!
//! A host gets a few visits at a time, and one begins `spacing` after the other. Who comes too early gets a *reservation*: a
//! moment of its own in the host's line, which is honoured when the visitor comes back, with the same token, up to a minute
//! late. One owner holds a few reservations with a host at most. So whoever has ten thousand links of one site delays
//! somebody else's one link by a few visits: all others of the ten thousand are sent away without a place, for longer each
//! time. A host that asked for peace has a line that begins when the peace ends.
//!
//! Who was let in and has more to ask of the same host, such as where a redirect leads, goes on before the line: it would
//! have to begin anew otherwise, and come no further the next time.
//!
//! Pure: [`Ask::decide`] judges a [`Host`]; a [`Pace`] keeps hosts and must not let two decisions about one of them overlap.
//! Waiting is [`super::politeness`]'s business.

use std::collections::HashSet;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use uuid::Uuid;

use crate::domain::Timestamp;

/// Reservations that one owner holds with one host.
const EACH: usize = 5;
/// When a host's line is as long as this, each owner gets but one more.
const CROWDED: usize = 32;
/// The longest line; what a decision reads stays small.
const LONGEST_LINE: usize = 128;
/// How late a visitor may be.
const GRACE: TimeDelta = TimeDelta::minutes(1);
/// How much longer than its request may take a visit counts, when nobody says that it is over.
const MARGIN: TimeDelta = TimeDelta::seconds(1);
/// How long somebody without a place is sent away for at first, and at most.
const FIRST_ROUND: Duration = Duration::from_secs(10);
const LONGEST_ROUND: Duration = Duration::from_mins(5);

/// Keeps what is known of hosts.
pub trait Pace: Send + Sync {
    /// Takes `ask` to `host`, and keeps what [`Ask::decide`] comes to before anybody else may ask for that host.
    fn ask<'a>(&'a self, host: &'a str, ask: &'a Ask) -> Pacing<'a, Answer>;

    /// Ends a visit. With `quiet`, the host wants to be left alone for so long from now: reservations before that are void.
    fn leave<'a>(&'a self, host: &'a str, visit: Uuid, quiet: Option<Duration>) -> Pacing<'a, ()>;
}

/// What [`Pace`] answers in its time; an error means that nothing is known of the host now.
pub type Pacing<'a, T> = Pin<Box<dyn Future<Output = Result<T, Box<dyn Error + Send + Sync>>> + Send + 'a>>;

/// On whose behalf hosts are visited. Clones are one visitor, for all requests of one piece of work.
#[derive(Clone, Debug)]
pub struct Visitor {
    owner: Uuid,
    token: Uuid,
    put_offs: u32,
    comes_back: bool,
    /// Hosts that let it in.
    been: Arc<Mutex<HashSet<String>>>,
}

impl Visitor {
    /// A visitor for `owner`, who shares the places in line with others of the same owner. `token` is what it is known by when
    /// it comes back after it was sent away, which happened `put_offs` times before.
    pub fn new(owner: Uuid, token: Uuid, put_offs: u32) -> Self {
        Self { owner, token, put_offs, comes_back: true, been: Arc::default() }
    }

    /// Somebody on nobody's behalf, who does not come back: no place is kept for it.
    pub(super) fn passer_by() -> Self {
        Self { comes_back: false, ..Self::new(Uuid::nil(), Uuid::new_v4(), 0) }
    }

    pub(super) fn has_been_at(&self, host: &str) -> bool {
        self.been.lock().unwrap_or_else(PoisonError::into_inner).contains(host)
    }

    pub(super) fn was_let_in(&self, host: &str) {
        self.been.lock().unwrap_or_else(PoisonError::into_inner).insert(host.to_owned());
    }
}

/// What is known of a host.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// When the last visit began, or begins.
    pub visited_at: Option<Timestamp>,
    /// It wants to be left alone until then.
    pub quiet_until: Option<Timestamp>,
    /// Visits under way, and reservations. Those that are over may be among them.
    pub visits: Vec<Visit>,
}

/// A visit, or the reservation of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Names it.
    pub id: Uuid,
    /// The visitor's token.
    pub visitor: Uuid,
    /// The visitor's owner.
    pub owner: Uuid,
    /// When it began, or is to begin.
    pub starts_at: Timestamp,
    /// Until when it counts, unless it is ended before.
    pub ends_at: Timestamp,
    /// Whether it is more than a reservation.
    pub begun: bool,
}

/// How hosts are treated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// Visits at a time.
    pub(super) concurrency: usize,
    /// Between the beginnings of two.
    pub(super) spacing: Duration,
}

/// A question: may I go there now?
#[derive(Clone, Debug)]
pub struct Ask {
    pub(super) visitor: Visitor,
    /// Whether the host let the visitor in before.
    pub(super) goes_on: bool,
    /// How long the visit takes at most.
    pub(super) lasts: Duration,
    /// How long the visitor would wait where it is.
    pub(super) patience: Duration,
    pub(super) rules: Rules,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Go, but not before this time: the visit has begun as far as all others are concerned.
    Go(Uuid, Duration),
    /// As many as may are there; nobody knows for how long. Ask again in a moment.
    Full,
    /// Ask again after this time, which the visitor has the patience for.
    Wait(Duration),
    /// Come back after this time.
    Later(Duration),
}

/// An answer, and what is to be kept of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What the visitor is told.
    pub answer: Answer,
    /// A visit or reservation that is new or has changed, by its id. When it has begun, the host was visited.
    pub visit: Option<Visit>,
}

impl Ask {
    /// What to answer at `now`, given all that is known of the host.
    pub fn decide(&self, host: &Host, now: Timestamp) -> Decision {
        let visits = || host.visits.iter().filter(|visit| visit.ends_at > now);
        let own = visits().find(|visit| !visit.begun && visit.visitor == self.visitor.token);
        let line: Vec<&Visit> =
            visits().filter(|visit| !visit.begun && Some(visit.id) != own.map(|own| own.id)).collect();
        let spacing = delta(self.rules.spacing);
        let free = [host.quiet_until, host.visited_at.map(|at| at + spacing)].into_iter().flatten().fold(now, Ord::max);
        let gap = first_gap(free, &line, spacing);
        let at = match own {
            _ if self.goes_on => free,
            Some(own) => free.max(own.starts_at).min(gap),
            None => gap,
        };
        let wait = (at - now).to_std().unwrap_or_default();
        let has_room = visits().filter(|visit| visit.begun).count() < self.rules.concurrency;
        if has_room && (wait.is_zero() || self.goes_on && wait <= self.patience) {
            let visit = self.visit(own, at, at + delta(self.lasts) + MARGIN, true);
            return Decision { answer: Answer::Go(visit.id, wait), visit: Some(visit) };
        }
        let answer = match wait {
            Duration::ZERO => Answer::Full,
            wait if wait <= self.patience => Answer::Wait(wait),
            wait => Answer::Later(wait),
        };
        match own {
            // Its place is as good as any, however late it comes.
            Some(own) if own.starts_at <= at => Decision { answer, visit: None },
            None if !self.needs_place(answer) => Decision { answer, visit: None },
            None if !self.may_reserve(&line) => {
                let peace = host.quiet_until.and_then(|until| (until - now).to_std().ok()).unwrap_or_default();
                Decision { answer: Answer::Later(peace + round(self.visitor.put_offs)), visit: None }
            }
            _ => Decision { answer, visit: Some(self.visit(own, at, at + GRACE, false)) },
        }
    }

    /// Somebody who waits a moment for a given time needs a place too, or another would get it.
    const fn needs_place(&self, answer: Answer) -> bool {
        self.visitor.comes_back || matches!(answer, Answer::Wait(_))
    }

    fn may_reserve(&self, line: &[&Visit]) -> bool {
        let most = if line.len() < CROWDED { EACH } else { 1 };
        let held = line.iter().filter(|visit| visit.owner == self.visitor.owner).count();
        self.goes_on || held < most && line.len() < LONGEST_LINE
    }

    fn visit(&self, own: Option<&Visit>, starts_at: Timestamp, ends_at: Timestamp, begun: bool) -> Visit {
        let id = own.map_or_else(Uuid::now_v7, |own| own.id);
        Visit { id, visitor: self.visitor.token, owner: self.visitor.owner, starts_at, ends_at, begun }
    }
}

/// The first moment from `free` on that is `spacing` away from everybody in the line.
fn first_gap(free: Timestamp, line: &[&Visit], spacing: TimeDelta) -> Timestamp {
    let mut taken: Vec<Timestamp> = line.iter().map(|visit| visit.starts_at).collect();
    taken.sort_unstable();
    taken.into_iter().fold(free, |at, taken| if (taken - at).abs() < spacing { taken + spacing } else { at })
}

/// How long somebody without a place is sent away: longer each time, and never the same for two that came together.
fn round(put_offs: u32) -> Duration {
    let longest = 2_u32.checked_pow(put_offs).map_or(LONGEST_ROUND, |times| FIRST_ROUND.saturating_mul(times));
    let longest = longest.min(LONGEST_ROUND);
    rand::random_range(longest / 2..=longest)
}

fn delta(time: Duration) -> TimeDelta {
    let year = TimeDelta::days(365);
    TimeDelta::from_std(time).unwrap_or(year).min(year)
}
