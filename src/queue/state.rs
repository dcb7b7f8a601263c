//! The seven states of a job, in the words of the field.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a job stands; the words are stored and shown as they stand here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Due; waits for a worker.
    Available,
    /// Waits for its time.
    Scheduled,
    /// A worker has it.
    Running,
    /// Failed, or was put off; waits for its next attempt.
    Retryable,
    /// Done.
    Completed,
    /// Somebody did not want it any more.
    Cancelled,
    /// Failed for good.
    Discarded,
}

impl State {
    /// All of them, in the order of a job's life.
    pub const ALL: [Self; 7] = [
        Self::Available,
        Self::Scheduled,
        Self::Running,
        Self::Retryable,
        Self::Completed,
        Self::Cancelled,
        Self::Discarded,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Retryable => "retryable",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Discarded => "discarded",
        }
    }

    /// Is there something left to do?
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Available | Self::Scheduled | Self::Running | Self::Retryable)
    }

    /// The state of a stored row.
    ///
    /// # Errors
    /// [`crate::db::Error::Unreadable`] for a word that is none of ours.
    pub(super) fn stored(word: &str) -> crate::db::Result<Self> {
        word.parse().map_err(|_| crate::db::Error::Unreadable(format!("the state {word:?} of a job")))
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no state.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("state must be one of available, scheduled, running, retryable, completed, cancelled, discarded")]
pub struct UnknownState;

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(UnknownState)
    }
}
