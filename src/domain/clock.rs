//! What time is it? Asked of a [`Clock`], never of the database or of the operating system directly.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};

/// An instant in UTC; everything we store is cut to whole milliseconds, which is what the API shows.
pub type Timestamp = DateTime<Utc>;

/// The source of "now": the system's, or one that a test moves. Cheap to clone; clones share their time.
#[derive(Clone, Debug, Default)]
pub struct Clock(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    #[default]
    System,
    /// Milliseconds since the epoch.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until [`Clock::advance`] moves it.
    pub fn fixed(start: Timestamp) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(start.timestamp_millis()))))
    }

    /// The present, in whole milliseconds.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Utc::now().trunc_subsecs(3),
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
