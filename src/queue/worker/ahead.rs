//! Jobs that were claimed ahead of a free hand.

use std::collections::{BTreeMap, VecDeque};

use crate::queue::claim::Claimed;
use crate::queue::lease::Lease;

type Ready = (Claimed, Lease);

/// The jobs that lie ready.
#[derive(Default)]
pub(super) struct Ahead {
    lanes: BTreeMap<i32, VecDeque<Ready>>,
    /// Those that were claimed for slots of the low lanes.
    low: VecDeque<Ready>,
}

impl Ahead {
    pub(super) fn len(&self) -> usize {
        self.lanes.values().map(VecDeque::len).sum::<usize>() + self.low.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty() && self.low.is_empty()
    }

    /// How many there are for slots of the low lanes: claimed for one, or of a lane below the best.
    pub(super) fn low(&self) -> usize {
        self.low.len() + self.lanes.values().skip(1).map(VecDeque::len).sum::<usize>()
    }

    pub(super) fn add(&mut self, job: Claimed, lease: Lease) {
        let line = if job.low { &mut self.low } else { self.lanes.entry(job.priority).or_default() };
        line.push_back((job, lease));
    }

    /// The next of the best lane.
    pub(super) fn best(&mut self) -> Option<Ready> {
        let best = self.lanes.first_key_value().map(|(lane, _)| *lane);
        best.and_then(|lane| self.next_of(lane)).or_else(|| self.low.pop_front())
    }

    /// The next for a slot of the low lanes, if there is one.
    pub(super) fn low_one(&mut self) -> Option<Ready> {
        let lowest = self.lanes.last_key_value().map(|(lane, _)| *lane).filter(|_| self.lanes.len() > 1);
        self.low.pop_front().or_else(|| self.next_of(lowest?))
    }

    fn next_of(&mut self, lane: i32) -> Option<Ready> {
        let jobs = self.lanes.get_mut(&lane)?;
        let next = jobs.pop_front();
        if jobs.is_empty() {
            self.lanes.remove(&lane);
        }
        next
    }
}
