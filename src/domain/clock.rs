//! What time is it? Asked of a [`Clock`], never of the database or of the operating system directly.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// An instant in UTC; everything we store is cut to whole milliseconds, which is what the API shows.
pub type Timestamp = DateTime<Utc>;

/// The source of "now": the system's, set right by [`Clock::set_right`], or one that a test moves. Cheap to clone; clones
/// share their time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    /// Milliseconds that are added to the system's time.
    System(Arc<AtomicI64>),
    /// Milliseconds since the epoch.
    Fixed(Arc<AtomicI64>),
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System(Arc::default()))
    }

    /// The system's clock, wrong by so many milliseconds until it is set right: what a machine has whose time was never set.
    pub fn wrong_by(millis: i64) -> Self {
        Self(Source::System(Arc::new(AtomicI64::new(millis))))
    }

    /// Sets the system's clock right, for us only: `right` is what time it was when the clock showed `shown`. A fixed clock
    /// stands where it stands.
    pub fn set_right(&self, shown: Timestamp, right: Timestamp) {
        if let Source::System(added) = &self.0 {
            added.fetch_add((right - shown).num_milliseconds(), Ordering::SeqCst);
        }
    }

    /// Whether it is the system's, which runs and may be wrong.
    pub const fn runs(&self) -> bool {
        matches!(self.0, Source::System(_))
    }

    /// A clock that stands at `start` until [`Clock::advance`] moves it.
    pub fn fixed(start: Timestamp) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(start.timestamp_millis()))))
    }

    /// The present, in whole milliseconds.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System(added) => {
                let added = TimeDelta::milliseconds(added.load(Ordering::SeqCst));
                (Utc::now() + added).trunc_subsecs(3)
            }
            Source::Fixed(millis) => DateTime::from_timestamp_millis(millis.load(Ordering::SeqCst)).unwrap_or_default(),
        }
    }

    /// Moves a fixed clock forward; the system's clock can't be moved, so there it does nothing.
    pub fn advance(&self, by: Duration) {
        if let Source::Fixed(millis) = &self.0 {
            millis.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}
