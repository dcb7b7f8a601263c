//! How long to measure: enough to quote, or just enough to see that it runs.

use std::time::Duration;

/// Counts and times of a run.
#[derive(Debug, Clone)]
pub(crate) struct Effort {
    /// How often each side of a comparison has its turn.
    pub(crate) rounds: usize,
    /// How long a turn lasts.
    pub(crate) turn: Duration,
    /// How long a side is warmed up before its first turn.
    pub(crate) warm_up: Duration,
    /// Items of the large account.
    pub(crate) large: i64,
    /// Requests a page of the large account is judged by.
    pub(crate) pages: usize,
    /// Starts of the binary.
    pub(crate) starts: usize,
    /// Links saved one after the other.
    pub(crate) saves: usize,
}

impl Effort {
    pub(crate) const fn new(quick: bool) -> Self {
        if quick {
            Self {
                rounds: 3,
                turn: Duration::from_millis(150),
                warm_up: Duration::from_millis(50),
                large: 50_000,
                pages: 15,
                starts: 3,
                saves: 10,
            }
        } else {
            Self {
                rounds: 7,
                turn: Duration::from_secs(1),
                warm_up: Duration::from_millis(500),
                large: 1_000_000,
                pages: 60,
                starts: 15,
                saves: 50,
            }
        }
    }
}
