//! Why an attempt failed, and what follows from that.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::domain::fault;

/// Bytes of the error chain that are kept with the job.
const KEPT: usize = 2048;

/// An attempt that failed; its constructor says what comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub(super) next: Next,
    pub(super) is_ours: bool,
    /// At most 2 kB.
    pub(super) cause: String,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Another attempt, after a pause that grows from one to the next.
    Retry,
    /// Another attempt after this long; this one is not counted.
    RetryAfter(Duration),
    /// No attempt would fare better.
    GiveUp,
}

impl Failure {
    /// Something that may pass: the job is tried again, as long as it has attempts left.
    ///
    /// The text of `error` and of all its sources is kept with the job; it must hold no secret.
    pub fn retry(error: impl Error + Send + Sync + 'static) -> Self {
        Self { next: Next::Retry, is_ours: true, cause: chain(&error) }
    }

    /// Somebody asked for patience (`Retry-After`): the job is tried again then, and this attempt is not counted.
    pub fn retry_after(after: Duration, why: impl Into<String>) -> Self {
        Self { next: Next::RetryAfter(after), is_ours: true, cause: bounded(why.into()) }
    }

    /// Nothing that another attempt would change: the job is discarded.
    pub fn permanent(error: impl Error + Send + Sync + 'static) -> Self {
        Self { next: Next::GiveUp, is_ours: true, cause: chain(&error) }
    }

    /// The same, but of what is neither ours nor a service of ours, such as a page that is gone: when the job is discarded,
    /// the log says so, and nobody is called.
    #[must_use]
    pub fn of_others(self) -> Self {
        Self { is_ours: false, ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)
    }
}

/// An error's text and those of its sources.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    bounded(fault::chain(error))
}

/// Cuts a text to what is kept, without NUL, which PostgreSQL can't store.
pub(super) fn bounded(text: String) -> String {
    let mut text = if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text };
    text.truncate(text.floor_char_boundary(KEPT));
    text
}
