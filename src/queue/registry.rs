//! Which code does which kind of job.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::Failure;
use super::progress::Reported;
use crate::domain::job::Arguments;
use crate::domain::{JobId, UserId};

/// How a kind of job is done; `C` is what it needs for that.
pub trait Run<C>: Arguments {
    /// Does the job. It may run twice and may be dropped at any `await`.
    fn run(self, context: &C, job: &JobContext) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Told when the job will be discarded, or is cancelled while it runs; `why` is its last error.
    ///
    /// Called before that is written, so it is called at least once, and again when the process dies in between. Not
    /// called when the arguments can't be read.
    fn given_up(self, context: &C, job: &JobContext, why: &str) -> impl Future<Output = ()> + Send {
        let _ = (context, job, why);
        std::future::ready(())
    }
}

/// One attempt at a job.
#[derive(Debug, Clone)]
pub struct JobContext {
    /// Its id, the same at every attempt.
    pub id: JobId,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// How many there may be.
    pub max_attempts: u32,
    /// How often it was put off, which no attempt is counted for.
    pub put_offs: u32,
    /// For whom it is done.
    pub owner: Option<UserId>,
    /// Cancelled when this attempt no longer counts: the worker stops, or the job has gone to another. `run` is dropped
    /// then; this is for what it started elsewhere, such as a blocking thread.
    pub cancel: CancellationToken,
    pub(super) progress: Reported,
}

impl JobContext {
    /// Reports how far it is: `done` of `total` parts (`None` when that is not known) and a word on it. Shown within a
    /// second or two; costs nothing to call often.
    pub fn report(&self, done: u64, total: Option<u64>, note: &str) {
        self.progress.set(done, total, note);
    }
}

/// The kinds of jobs that a worker can do.
#[derive(Debug)]
pub struct Registry<C>(HashMap<&'static str, Kind<C>>);

/// An attempt that runs, and what it answers.
type Running = BoxFuture<'static, Result<(), Failure>>;

/// A kind with its type erased.
#[derive(Debug)]
pub(super) struct Kind<C> {
    pub(super) name: &'static str,
    pub(super) queue: &'static str,
    /// At a time in one worker; `None` is as many as it has hands.
    pub(super) concurrency: Option<usize>,
    pub(super) timeout: Duration,
    pub(super) run: fn(String, Arc<C>, JobContext) -> Running,
    pub(super) given_up: fn(String, Arc<C>, JobContext, String) -> BoxFuture<'static, ()>,
}

impl<C> Clone for Kind<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Kind<C> {}

/// The stored arguments are not those of the kind.
#[derive(Debug, thiserror::Error)]
#[error("the job's arguments can't be read")]
struct Unreadable(#[source] serde_json::Error);

impl<C> Default for Registry<C> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<C: Send + Sync + 'static> Registry<C> {
    /// Adds a kind; a later one of the same name takes its place.
    #[must_use]
    pub fn register<A: Run<C>>(mut self) -> Self {
        let kind = Kind {
            name: A::KIND,
            queue: A::QUEUE,
            concurrency: A::CONCURRENCY.map(std::num::NonZeroUsize::get),
            timeout: A::TIMEOUT,
            run: |arguments, context, job| Box::pin(run::<A, C>(arguments, context, job)),
            given_up: |arguments, context, job, why| Box::pin(given_up::<A, C>(arguments, context, job, why)),
        };
        self.0.insert(A::KIND, kind);
        self
    }

    /// The names of all kinds.
    pub fn kind_names(&self) -> BTreeSet<&'static str> {
        self.kinds().map(|kind| kind.name).collect()
    }

    /// The names of the queues that they wait in.
    pub fn queue_names(&self) -> BTreeSet<&'static str> {
        self.kinds().map(|kind| kind.queue).collect()
    }

    /// Every kind, in no order.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &Kind<C>> {
        self.0.values()
    }

    pub(super) fn kind(&self, name: &str) -> Option<Kind<C>> {
        self.0.get(name).copied()
    }
}

async fn run<A: Run<C>, C: Sync>(arguments: String, context: Arc<C>, job: JobContext) -> Result<(), Failure> {
    let arguments: A = serde_json::from_str(&arguments).map_err(|cause| Failure::permanent(Unreadable(cause)))?;
    arguments.run(&context, &job).await
}

async fn given_up<A: Run<C>, C: Sync>(arguments: String, context: Arc<C>, job: JobContext, why: String) {
    if let Ok(arguments) = serde_json::from_str::<A>(&arguments) {
        arguments.given_up(&context, &job, &why).await;
    }
}
