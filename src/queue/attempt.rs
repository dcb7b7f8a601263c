//! One attempt at a job: its limits, its panics, and what its end means for the job.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt as _;

use super::backoff;
use super::claim::Claimed;
use super::failure::{Failure, Next, bounded};
use super::finish::{Finished, Outcome};
use super::lease::Lease;
use super::registry::{JobContext, Kind, Registry};

/// Why an attempt failed that gave no answer itself.
#[derive(Debug, thiserror::Error)]
enum NoAnswer {
    #[error("it took longer than {0:?}")]
    TimedOut(Duration),
    #[error("it panicked: {0}")]
    Panicked(String),
    #[error("its worker went away at every attempt")]
    WorkerDied,
    #[error("this program knows no job of kind {0:?}")]
    UnknownKind(String),
}

/// Runs a claimed job and says what came of it. Never panics and always ends, unless the job blocks its thread.
pub(super) async fn attempt<C: Send + Sync + 'static>(
    claimed: Claimed,
    lease: Lease,
    registry: &Registry<C>,
    context: Arc<C>,
) -> Finished {
    let begun = Instant::now();
    let job = JobContext {
        id: claimed.id,
        attempt: u32::try_from(claimed.attempt).unwrap_or_default(),
        max_attempts: u32::try_from(claimed.max_attempts).unwrap_or_default(),
        owner: claimed.user_id,
        cancel: lease.cancel.clone(),
    };
    let outcome = lease.cancel.run_until_cancelled(outcome(&claimed, &job, registry, context)).await;
    let outcome = outcome.unwrap_or(Outcome::HandedBack);
    log(&claimed, &outcome, begun.elapsed());
    Finished { id: claimed.id, attempt: claimed.attempt, outcome }
}

async fn outcome<C: Send + Sync + 'static>(
    claimed: &Claimed,
    job: &JobContext,
    registry: &Registry<C>,
    context: Arc<C>,
) -> Outcome {
    let Some(kind) = registry.kind(&claimed.kind) else {
        return Outcome::Discarded { cause: bounded(NoAnswer::UnknownKind(claimed.kind.clone()).to_string()) };
    };
    let failure = if job.attempt > job.max_attempts {
        // It was claimed as often as it may be, and nobody lived to say what came of it.
        Failure::permanent(NoAnswer::WorkerDied)
    } else {
        match answer(kind, claimed, job, context.clone()).await {
            Ok(()) => return Outcome::Completed,
            Err(failure) => failure,
        }
    };
    let Failure { next, cause } = failure;
    match next {
        Next::RetryAfter(after) => Outcome::PutOff { after, cause },
        Next::Retry if job.attempt < job.max_attempts => Outcome::Retry { after: backoff::pause(job.attempt), cause },
        Next::Retry | Next::GiveUp => {
            give_up(kind, claimed, job, context, &cause).await;
            Outcome::Discarded { cause }
        }
    }
}

/// Runs the job within its time; a panic is a failed attempt like any other.
async fn answer<C>(kind: &Kind<C>, claimed: &Claimed, job: &JobContext, context: Arc<C>) -> Result<(), Failure> {
    let run = AssertUnwindSafe((kind.run)(claimed.arguments.clone(), context, job.clone())).catch_unwind();
    match tokio::time::timeout(kind.timeout, run).await {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => Err(Failure::retry(NoAnswer::Panicked(message(&*panic)))),
        Err(_) => Err(Failure::retry(NoAnswer::TimedOut(kind.timeout))),
    }
}

async fn give_up<C>(kind: &Kind<C>, claimed: &Claimed, job: &JobContext, context: Arc<C>, why: &str) {
    let told = (kind.given_up)(claimed.arguments.clone(), context, job.clone(), why.to_owned());
    let told = tokio::time::timeout(kind.timeout, AssertUnwindSafe(told).catch_unwind()).await;
    if !matches!(told, Ok(Ok(()))) {
        tracing::error!(job.id = %job.id, job.kind = claimed.kind, "giving a job up failed itself");
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a text").to_owned()
}

fn log(job: &Claimed, outcome: &Outcome, took: Duration) {
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let (word, cause) = match outcome {
        Outcome::Completed => ("completed", None),
        Outcome::Retry { cause, .. } => ("retryable", Some(cause)),
        Outcome::PutOff { cause, .. } => ("put off", Some(cause)),
        Outcome::HandedBack => ("handed back", None),
        Outcome::Discarded { cause } => {
            tracing::warn!(job.id = %job.id, job.kind = job.kind, job.attempt, duration_ms, error = cause, "job discarded");
            return;
        }
    };
    tracing::info!(
        job.id = %job.id, job.kind = job.kind, job.attempt = job.attempt, duration_ms, outcome = word, error = cause, "job"
    );
}
