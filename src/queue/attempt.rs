//! One attempt at a job, and what its end means for the job.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::backoff;
use super::claim::Claimed;
use super::failure::{Failure, Next, bounded};
use super::finish::{Finished, Outcome};
use super::isolate::{Ended, isolated};
use super::lease::Lease;
use super::registry::{JobContext, Kind};
use crate::domain::metric;

/// A job that was put off for longer than this has to use up its attempts.
const LONGEST_PATIENCE: TimeDelta = TimeDelta::days(7);

/// Why an attempt failed that gave no answer itself.
#[derive(Debug, thiserror::Error)]
enum NoAnswer {
    #[error("it took longer than {0:?}")]
    TimedOut(Duration),
    #[error("it panicked: {0}")]
    Panicked(String),
    #[error("its worker went away at every attempt")]
    WorkerDied,
}

/// Runs a claimed job and says what came of it. Never panics and always ends.
pub(super) async fn attempt<C: Send + Sync + 'static>(
    claimed: Claimed,
    lease: Lease,
    kind: &Kind<C>,
    context: Arc<C>,
) -> Finished {
    let begun = Instant::now();
    let job = JobContext {
        id: claimed.id,
        attempt: u32::try_from(claimed.attempt).unwrap_or_default(),
        max_attempts: u32::try_from(claimed.max_attempts).unwrap_or_default(),
        put_offs: u32::try_from(claimed.put_offs).unwrap_or_default(),
        owner: claimed.user_id,
        cancel: lease.cancel.clone(),
        progress: lease.progress.clone(),
    };
    let outcome = outcome(&claimed, &lease, &job, kind, context).await;
    let took = begun.elapsed();
    log(&claimed, kind.name, &outcome, took);
    let (id, attempt, started_at) = (claimed.id, claimed.attempt, claimed.started_at);
    Finished { id, kind: kind.name, attempt, started_at, took, outcome }
}

async fn outcome<C: Send + Sync + 'static>(
    claimed: &Claimed,
    lease: &Lease,
    job: &JobContext,
    kind: &Kind<C>,
    context: Arc<C>,
) -> Outcome {
    let failure = if claimed.cancel_requested_at.is_some() {
        return cancelled(kind, claimed, job, context).await;
    } else if job.attempt > job.max_attempts {
        // It was claimed as often as it may be, and nobody lived to say what came of it.
        Failure::permanent(NoAnswer::WorkerDied)
    } else {
        match run(kind, claimed, job, context.clone()).await {
            Ended::Answered(Ok(())) => return Outcome::Completed,
            Ended::Answered(Err(failure)) => failure,
            Ended::Panicked(text) => Failure::retry(NoAnswer::Panicked(text)),
            Ended::TimedOut => Failure::retry(NoAnswer::TimedOut(kind.timeout)),
            Ended::Cancelled if lease.is_cancelled_on_request() => return cancelled(kind, claimed, job, context).await,
            Ended::Cancelled => return Outcome::HandedBack,
        }
    };
    let Failure { next, cause } = failure;
    match next {
        Next::RetryAfter(after) if claimed.started_at - claimed.created_at < LONGEST_PATIENCE => {
            Outcome::PutOff { after, cause }
        }
        Next::RetryAfter(after) if job.attempt < job.max_attempts => Outcome::Retry { after, cause },
        Next::Retry if job.attempt < job.max_attempts => Outcome::Retry { after: backoff::pause(job.attempt), cause },
        _ => {
            give_up(kind, claimed, job, context, &cause).await;
            Outcome::Discarded { cause }
        }
    }
}

async fn run<C: Send + Sync + 'static>(
    kind: &Kind<C>,
    claimed: &Claimed,
    job: &JobContext,
    context: Arc<C>,
) -> Ended<Result<(), Failure>> {
    let (run, arguments, told) = (kind.run, claimed.arguments.clone(), job.clone());
    isolated(move || run(arguments, context, told), kind.timeout, &job.cancel).await
}

async fn cancelled<C: Send + Sync + 'static>(
    kind: &Kind<C>,
    claimed: &Claimed,
    job: &JobContext,
    context: Arc<C>,
) -> Outcome {
    give_up(kind, claimed, job, context, "it was cancelled").await;
    Outcome::Cancelled
}

async fn give_up<C: Send + Sync + 'static>(
    kind: &Kind<C>,
    claimed: &Claimed,
    job: &JobContext,
    context: Arc<C>,
    why: &str,
) {
    let (given_up, arguments, told, why) = (kind.given_up, claimed.arguments.clone(), job.clone(), bounded(why.into()));
    let ended =
        isolated(move || given_up(arguments, context, told, why), kind.timeout, &CancellationToken::new()).await;
    if !matches!(ended, Ended::Answered(())) {
        tracing::error!(job.id = %job.id, job.kind = claimed.kind, "giving a job up failed itself");
    }
}

fn log(job: &Claimed, kind: &'static str, outcome: &Outcome, took: Duration) {
    metrics::counter!(metric::JOBS, "kind" => kind, "outcome" => outcome.name()).increment(1);
    metrics::histogram!(metric::JOB_DURATION, "kind" => kind).record(took);
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let (outcome, cause) = (outcome.name(), outcome.cause());
    if outcome == "discarded" {
        tracing::warn!(job.id = %job.id, job.kind = job.kind, job.attempt, duration_ms, outcome, error = cause, "job");
    } else {
        tracing::info!(job.id = %job.id, job.kind = job.kind, job.attempt, duration_ms, outcome, error = cause, "job");
    }
}
