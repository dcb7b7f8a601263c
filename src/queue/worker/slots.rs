//! Slots of the low lanes: one job in sixteen, so that they move while better ones never run dry.
//!
//! Counted as jobs find a hand: what is only claimed may go back. The lanes below the best take turns with the slots, so
//! that none starves between two that never run dry.

use crate::domain::job::Lane;
use crate::queue::claim::LowLanes;

/// One job in so many is of a low lane.
const EVERY: usize = 16;
/// The lanes that may be below another, by their priorities.
const LOW: [i32; 3] = [Lane::Upkeep.priority(), Lane::Import.priority(), Lane::Normal.priority()];

/// Where jobs stand between two slots of the low lanes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slots {
    /// Jobs since the last slot that somebody was there for.
    since: usize,
    /// The lane of the last of them.
    best: i32,
    /// Slots so far.
    turn: usize,
}

impl Slots {
    /// Whether the next job is to be one of a low lane; what comes when nobody is there for it is due until then.
    pub(super) fn is_due(&self) -> bool {
        self.since + 1 >= EVERY
    }

    /// How many fall among the next `jobs`.
    pub(super) fn among(&self, jobs: usize) -> usize {
        (self.since + jobs) / EVERY
    }

    /// A job of the lane `priority` found a hand, in a slot or not.
    pub(super) fn pass(&mut self, priority: i32, slot: bool) {
        if slot {
            self.since = 0;
        } else {
            (self.since, self.best) = ((self.since + 1).min(EVERY - 1), priority);
        }
    }

    /// The lanes that have the next slots in turn.
    pub(super) fn lanes(&mut self) -> LowLanes {
        let mut lanes: Vec<i32> = LOW.into_iter().filter(|lane| *lane > self.best).collect();
        self.turn += 1;
        let first = self.turn % lanes.len().max(1);
        lanes.rotate_left(first);
        LowLanes { lanes, best: self.best }
    }
}
