//! A database that does not answer: said once, and asked again with growing pauses.

use std::time::Duration;

use crate::db;
use crate::queue::failure::chain;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How long it has lasted, in failed turns.
#[derive(Debug, Default)]
pub(super) struct Outage {
    turns: u32,
}

impl Outage {
    /// How long to wait before the next turn.
    pub(super) fn pause_after(&mut self, error: &db::Error) -> Duration {
        if self.turns == 0 {
            tracing::warn!(error = chain(error), "the queue waits for the database");
        }
        self.turns = self.turns.saturating_add(1);
        2_u32.checked_pow(self.turns - 1).map_or(LONGEST_PAUSE, |factor| FIRST_PAUSE * factor).min(LONGEST_PAUSE)
    }

    /// The database has answered.
    pub(super) fn is_over(&mut self) {
        if self.turns > 0 {
            tracing::info!(failed_turns = self.turns, "the database answers again, and the queue goes on");
        }
        self.turns = 0;
    }
}
