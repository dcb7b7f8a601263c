//! How long each part of a fetch may take, out of what it may take in all.

use std::time::Duration;

/// The limits of one fetch. A slow part must leave time for the rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadlines {
    /// From the first name asked to the last byte, redirects included.
    pub(super) whole: Duration,
    /// For one name: a third.
    pub(super) resolve: Duration,
    /// For one connection, encryption included: a third.
    pub(super) connect: Duration,
    /// For one hop, up to the last header: two thirds.
    pub(super) headers: Duration,
}

impl From<Duration> for Deadlines {
    fn from(whole: Duration) -> Self {
        Self { whole, resolve: whole / 3, connect: whole / 3, headers: whole * 2 / 3 }
    }
}
