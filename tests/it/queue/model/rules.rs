//! The queue's rules once more, without a database: small enough to be read whole.

use std::time::Duration;

use brainly::domain::{JobId, Timestamp};
use brainly::queue::State;
use brainly::queue::steps::{End, Held};

pub(super) const LEASE: Duration = Duration::from_secs(30);
pub(super) const MAX_ATTEMPTS: i32 = 3;

/// A job as the rules see it; a row of `jobs` is read into the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) id: JobId,
    pub(super) key: Option<String>,
    pub(super) state: State,
    pub(super) priority: i32,
    pub(super) attempt: i32,
    pub(super) put_offs: i32,
    pub(super) run_at: Timestamp,
    pub(super) rerun_at: Option<Timestamp>,
    pub(super) cancelled: bool,
    pub(super) claimed_by: Option<String>,
    pub(super) lease_until: Option<Timestamp>,
}

/// Somebody asks for a run.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) id: JobId,
    pub(super) key: Option<String>,
    pub(super) priority: i32,
    pub(super) run_at: Timestamp,
}

impl Job {
    pub(super) fn new(request: &Request, now: Timestamp) -> Self {
        Self {
            id: request.id,
            key: request.key.clone(),
            state: waiting(request.run_at, now),
            priority: request.priority,
            attempt: 0,
            put_offs: 0,
            run_at: request.run_at,
            rerun_at: None,
            cancelled: false,
            claimed_by: None,
            lease_until: None,
        }
    }

    /// The claim that comes will only tell it that it is over.
    pub(super) fn is_over(&self) -> bool {
        self.state == State::Available && (self.attempt >= MAX_ATTEMPTS || self.cancelled)
    }

    pub(super) fn asked_again(&mut self, request: &Request, now: Timestamp) {
        self.priority = self.priority.min(request.priority);
        let state = waiting(request.run_at, now);
        if self.is_over() {
            self.afresh(state, request.run_at);
        } else if self.state == State::Running {
            self.rerun_at = Some(self.rerun_at.map_or(request.run_at, |at| at.min(request.run_at)));
        } else {
            self.state = if state == State::Available { state } else { self.state };
            self.run_at = self.run_at.min(request.run_at);
        }
    }

    /// Whether the attempt is to run, and not only to be told of its end.
    pub(super) fn claim(&mut self, worker: &str, now: Timestamp) -> bool {
        self.state = State::Running;
        self.attempt += 1;
        self.claimed_by = Some(worker.to_owned());
        self.lease_until = Some(now + LEASE);
        !self.cancelled && self.attempt <= MAX_ATTEMPTS
    }

    pub(super) fn is_held_as(&self, worker: &str, held: &Held) -> bool {
        self.state == State::Running && self.claimed_by.as_deref() == Some(worker) && self.attempt == held.attempt
    }

    pub(super) fn end(&mut self, end: End, now: Timestamp) {
        let by = self.claimed_by.take();
        self.lease_until = None;
        let ends = matches!(end, End::Completed | End::Discarded | End::Cancelled);
        let rerun = self.rerun_at.take();
        if let Some(at) = rerun.filter(|_| ends || self.cancelled) {
            return self.afresh(State::Scheduled, at);
        }
        if ends {
            (self.claimed_by, self.cancelled) = (by, false);
        }
        if matches!(end, End::PutOff(_) | End::HandedBack) {
            self.attempt -= 1;
        }
        self.put_offs += i32::from(matches!(end, End::PutOff(_)));
        self.state = match end {
            End::Completed => State::Completed,
            End::Discarded => State::Discarded,
            End::Cancelled => State::Cancelled,
            _ if self.cancelled => State::Available,
            End::HandedBack => State::Available,
            End::Retry(after) | End::PutOff(after) => {
                self.run_at = now + after;
                State::Retryable
            }
        };
    }

    /// Takes it back from a dead worker; says for how many seconds at most it then waits, if it does.
    pub(super) fn rescue(&mut self) -> Option<i64> {
        (self.claimed_by, self.lease_until) = (None, None);
        let over = self.cancelled || self.attempt >= MAX_ATTEMPTS;
        if let Some(at) = self.rerun_at.take().filter(|_| over) {
            self.afresh(State::Scheduled, at);
            return None;
        }
        let pauses = !over && self.attempt > 1;
        self.state = if pauses { State::Retryable } else { State::Available };
        pauses.then(|| 4_i64.pow(self.attempt.unsigned_abs()))
    }

    pub(super) fn cancel(&mut self) {
        self.rerun_at = None;
        if self.state == State::Running {
            self.cancelled = true;
        } else if self.state.is_open() {
            self.state = State::Cancelled;
        }
    }

    /// Whether that asks for a run that it would not have had.
    pub(super) fn retry(&mut self, now: Timestamp) -> bool {
        let ended = matches!(self.state, State::Discarded | State::Cancelled);
        match self.state {
            State::Available if self.is_over() => self.afresh(State::Available, self.run_at),
            State::Discarded | State::Cancelled | State::Retryable | State::Scheduled => {
                let attempt = if ended { 0 } else { self.attempt };
                self.afresh(State::Available, now);
                self.attempt = attempt;
                self.claimed_by = None;
            }
            _ => return false,
        }
        true
    }

    pub(super) fn promote(&mut self, now: Timestamp) {
        if matches!(self.state, State::Scheduled | State::Retryable) && self.run_at <= now {
            self.state = State::Available;
        }
    }

    fn afresh(&mut self, state: State, run_at: Timestamp) {
        (self.state, self.run_at) = (state, run_at);
        (self.attempt, self.put_offs, self.cancelled) = (0, 0, false);
    }
}

fn waiting(run_at: Timestamp, now: Timestamp) -> State {
    if run_at <= now { State::Available } else { State::Scheduled }
}
