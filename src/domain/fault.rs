//! What went wrong and somebody should hear of: plain data, told to whoever listens.
//!
//! The log has all of it as well. Who listens is [`crate::telemetry`], when reports of errors are configured; until then
//! telling costs a look at a flag.

use std::error::Error;
use std::iter;
use std::sync::OnceLock;

use super::{JobId, UserId};

/// Something that went wrong.
#[derive(Debug, Clone, Copy)]
pub enum Fault<'a> {
    /// A request was answered with 5xx.
    Request {
        /// `GET`, `POST`, …
        method: &'a str,
        /// The route's template, never the path.
        route: &'a str,
        /// 500 to 599.
        status: u16,
        /// As the client was told.
        id: &'a str,
        /// Who was signed in.
        user: Option<UserId>,
        /// The chain of causes, as far as it is known.
        cause: Option<&'a str>,
    },
    /// Something panicked outside of a request.
    Panic {
        /// File, line and column.
        place: &'a str,
        /// A text of our sources, never one that was made at run time.
        message: &'a str,
    },
    /// A job was given up for good, and not because of somebody else's page.
    Job {
        /// The job.
        id: JobId,
        /// Its kind.
        kind: &'a str,
        /// The attempt that was the last one.
        attempt: i32,
        /// For whom it was done.
        owner: Option<UserId>,
        /// The chain of causes.
        cause: &'a str,
    },
}

type Listener = Box<dyn Fn(&Fault<'_>) + Send + Sync>;

static LISTENER: OnceLock<Listener> = OnceLock::new();

/// Has faults told to `listener`, which must not block; whether it is the first one.
pub fn listen(listener: impl Fn(&Fault<'_>) + Send + Sync + 'static) -> bool {
    LISTENER.set(Box::new(listener)).is_ok()
}

/// An error and its causes, in one line. Some errors tell of their cause themselves: it is not told twice.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = iter::successors(Some(error), |error| (*error).source()).map(ToString::to_string);
    causes
        .reduce(|told, cause| if told.contains(&cause) { told } else { format!("{told}: {cause}") })
        .unwrap_or_default()
}

/// Whether anybody listens.
pub fn is_heard() -> bool {
    LISTENER.get().is_some()
}

/// Tells whoever listens.
pub fn tell(fault: &Fault<'_>) {
    if let Some(listener) = LISTENER.get() {
        listener(fault);
    }
}

#[cfg(test)]
mod tests {
    use super::chain;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Says(&'static str, #[source] Option<Box<Says>>);

    #[test]
    fn each_cause_is_told_once_though_an_error_tells_of_its_own_cause() {
        let disk = Some(Box::new(Says("the disk is full", None)));
        let driver = Some(Box::new(Says("from the driver: the disk is full", disk)));
        let error = Says("the statement failed", driver);

        assert_eq!(chain(&error), "the statement failed: from the driver: the disk is full");
    }
}
