//! One attempt at a job, and what its end means for the job.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use tracing::field::{DisplayValue, display};

use super::backoff;
use super::claim::Claimed;
use super::failure::{Failure, Next, bounded};
use super::finish::{Finished, Outcome};
use super::isolate::{self, Begun, Ended, isolated};
use super::lease::Lease;
use super::registry::{JobContext, Kind};
use crate::domain::ContentId;
use crate::domain::fault::{self, Fault};
use crate::domain::metric;
use crate::domain::trace::{self, KeyValue};

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

/// An attempt at a claimed job, by what `C` is.
pub(super) struct Attempt<C> {
    claimed: Claimed,
    lease: Lease,
    kind: Kind<C>,
    context: Arc<C>,
    begun: Instant,
}

/// What a run has come to so far; nothing when the job is not to run.
pub(super) type Run = Option<Begun<Result<(), Failure>>>;

impl<C: Send + Sync + 'static> Attempt<C> {
    pub(super) fn new(claimed: Claimed, lease: Lease, kind: Kind<C>, context: Arc<C>) -> Self {
        Self { claimed, lease, kind, context, begun: Instant::now() }
    }

    /// What the job is told of this attempt.
    fn told(&self) -> JobContext {
        let claimed = &self.claimed;
        JobContext {
            id: claimed.id,
            attempt: count(claimed.attempt),
            max_attempts: count(claimed.max_attempts),
            put_offs: count(claimed.put_offs),
            owner: claimed.user_id,
            cancel: self.lease.cancel.clone(),
            progress: self.lease.progress.clone(),
        }
    }

    /// Whether one more may follow.
    const fn has_another(&self) -> bool {
        self.claimed.attempt < self.claimed.max_attempts
    }

    /// What runs the job up to its first `await`; may block.
    pub(super) fn begin(&mut self) -> impl FnOnce() -> Run + use<C> {
        self.begun = Instant::now();
        let runs = self.claimed.cancel_requested_at.is_none() && self.claimed.attempt <= self.claimed.max_attempts;
        let (run, arguments) = (self.kind.run, self.claimed.arguments.clone());
        let (context, told) = (self.context.clone(), self.told());
        let (kind, parent) = (self.kind.name, self.claimed.trace_context.clone());
        move || match runs {
            true if told.cancel.is_cancelled() => Some(Begun::Over(Ended::Cancelled)),
            true => Some(isolate::begin(move || {
                let about = about(&told, kind);
                trace::worked("job.attempt", parent.as_deref(), about, run(arguments, context, told))
            })),
            false => None,
        }
    }

    /// What came of a run that is over and did what it had to; gives the attempt back when there is more to it.
    #[expect(clippy::result_large_err, reason = "it is moved once more, and nothing else happens to it")]
    pub(super) fn at_once(self, run: Run) -> Result<Finished, (Self, Run)> {
        match run {
            Some(Begun::Over(Ended::Answered(Ok(())))) => Ok(self.finished(Outcome::Completed)),
            run => Err((self, run)),
        }
    }

    /// Lets a run go on to its end and says what came of it. Never panics and always ends.
    pub(super) async fn end(self, run: Run) -> Finished {
        let outcome = self.outcome(run).await;
        self.finished(outcome)
    }

    fn finished(self, outcome: Outcome) -> Finished {
        let took = self.begun.elapsed();
        log(&self.claimed, self.kind.name, &outcome, took);
        let Claimed { id, attempt, started_at, .. } = self.claimed;
        Finished { id, kind: self.kind.name, attempt, started_at, took, outcome }
    }

    async fn outcome(&self, run: Run) -> Outcome {
        let claimed = &self.claimed;
        let failure = if claimed.cancel_requested_at.is_some() {
            return self.cancelled().await;
        } else if let Some(begun) = run {
            match begun.end(self.kind.timeout, &self.lease.cancel).await {
                Ended::Answered(Ok(())) => return Outcome::Completed,
                Ended::Answered(Err(failure)) => failure,
                Ended::Panicked(text) => Failure::retry(NoAnswer::Panicked(text)),
                Ended::TimedOut => Failure::retry(NoAnswer::TimedOut(self.kind.timeout)),
                Ended::Cancelled if self.lease.is_cancelled_on_request() => return self.cancelled().await,
                Ended::Cancelled => return Outcome::HandedBack,
            }
        } else {
            // It was claimed as often as it may be, and nobody lived to say what came of it.
            Failure::permanent(NoAnswer::WorkerDied)
        };
        let Failure { next, is_ours, cause } = failure;
        match next {
            Next::RetryAfter(after) if claimed.started_at - claimed.created_at < LONGEST_PATIENCE => {
                Outcome::PutOff { after, cause }
            }
            Next::RetryAfter(after) if self.has_another() => Outcome::Retry { after, cause },
            Next::Retry if self.has_another() => {
                Outcome::Retry { after: backoff::pause(count(claimed.attempt)), cause }
            }
            _ => {
                self.give_up(&cause).await;
                Outcome::Discarded { cause, is_ours }
            }
        }
    }

    async fn cancelled(&self) -> Outcome {
        self.give_up("it was cancelled").await;
        Outcome::Cancelled
    }

    async fn give_up(&self, why: &str) {
        let (given_up, arguments, timeout) = (self.kind.given_up, self.claimed.arguments.clone(), self.kind.timeout);
        let (context, told, why) = (self.context.clone(), self.told(), bounded(why.into()));
        let ended = isolated(move || given_up(arguments, context, told, why), timeout, &CancellationToken::new()).await;
        if !matches!(ended, Ended::Answered(())) {
            tracing::error!(job.id = %self.claimed.id, job.kind = self.claimed.kind, "giving a job up failed itself");
        }
    }
}

/// A number that the database keeps with a sign.
fn count(number: i32) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

/// What a trace says of an attempt; nothing when nobody traces.
fn about(job: &JobContext, kind: &'static str) -> Vec<KeyValue> {
    if !trace::is_on() {
        return Vec::new();
    }
    vec![
        KeyValue::new("job.id", job.id.to_string()),
        KeyValue::new("job.kind", kind),
        KeyValue::new("job.attempt", i64::from(job.attempt)),
    ]
}

/// What the arguments of a job say for its line in the log.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    content_id: ContentId,
}

fn item(job: &Claimed) -> Option<DisplayValue<ContentId>> {
    serde_json::from_str::<Item>(&job.arguments).ok().map(|item| display(item.content_id))
}

fn log(job: &Claimed, kind: &'static str, outcome: &Outcome, took: Duration) {
    metrics::counter!(metric::JOBS, "kind" => kind, "outcome" => outcome.name()).increment(1);
    metrics::histogram!(metric::JOB_DURATION, "kind" => kind).record(took);
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let (is_ours, outcome, cause) = (outcome.is_ours(), outcome.name(), outcome.cause());
    // What stands in it is worked out only where the line is written.
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(job.id = %job.id, job.kind = job.kind, job.attempt, duration_ms, outcome, error = cause,
                content.id = item(job), trace.id = job.trace_context.as_deref().and_then(trace::id_of), "job")
        };
    }
    if is_ours {
        let (id, attempt, owner, cause) = (job.id, job.attempt, job.user_id, cause.unwrap_or_default());
        fault::tell(&Fault::Job { id, kind, attempt, owner, cause });
    }
    if outcome == "discarded" {
        line!(warn);
    } else {
        line!(info);
    }
}
