//! One time for all who share a database server: its own.
//!
//! Leases, pauses and schedules are compared across machines, whose clocks may be minutes apart. SQLite's users share a
//! machine, and so a clock.

use chrono::TimeDelta;

use super::{Db, Engine, Result, sql};
use crate::domain::{Clock, Timestamp};

/// What two clocks may be apart without harm: much less than a lease.
const TOLERATED: TimeDelta = TimeDelta::seconds(1);

impl Db {
    /// Sets `clock` right when it is more than a second off the server's, and says by how much it was.
    ///
    /// # Errors
    /// When the server can't be asked; the clock stays as it is.
    pub async fn set_right(&self, clock: &Clock) -> Result<Option<TimeDelta>> {
        if self.engine() == Engine::Sqlite || !clock.runs() {
            return Ok(None);
        }
        let asked = clock.now();
        let (right,): (Timestamp,) = sql("SELECT clock_timestamp()").fetch_one(self).await?;
        let answered = clock.now();
        // What it showed when the server looked: about half-way.
        let shown = asked + (answered - asked) / 2;
        let off = shown - right;
        if off.abs() <= TOLERATED + (answered - asked) {
            return Ok(None);
        }
        clock.set_right(shown, right);
        tracing::warn!(
            off_ms = off.num_milliseconds(),
            "this machine's clock differs from the database's, whose time is used"
        );
        Ok(Some(off))
    }
}
