//! Runs a job so that it can only harm itself.
//!
//! A job begins where [`begin`] is called. One that does not end there goes on on a thread of its own from the blocking
//! pool, so that one that never awaits, or computes for an hour, keeps neither the worker's turns nor its heartbeat nor
//! other jobs waiting. Whoever calls [`begin`] must bear that it may block: see [`super::starter`].

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// How long what is stopped may take to let go of its thread, before it is left to itself.
const LETTING_GO: Duration = Duration::from_secs(1);

/// How it ended.
#[derive(Debug)]
pub(super) enum Ended<T> {
    /// With its own answer.
    Answered(T),
    /// It took too long, and was stopped.
    TimedOut,
    /// It was stopped by its token.
    Cancelled,
    /// Without an answer; with the panic's message.
    Panicked(String),
}

/// What runs, with its panics caught.
type Running<T> = BoxFuture<'static, Result<T, Box<dyn Any + Send>>>;

/// Something that has begun.
pub(super) enum Begun<T> {
    /// It came to its end without waiting for anything.
    Over(Ended<T>),
    /// It waits for something.
    Waits(Running<T>),
    /// It has not yet come back from where it began; this tells when it does.
    Blocks(oneshot::Receiver<Begun<T>>),
}

/// Runs what `make` makes up to the first point at which it waits, in this very thread.
pub(super) fn begin<T, F>(make: impl FnOnce() -> F + Send + 'static) -> Begun<T>
where
    F: Future<Output = T> + Send + 'static,
{
    let mut running = caught(make);
    match running.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answered) => Begun::Over(answer(Some(answered))),
        Poll::Pending => Begun::Waits(running),
    }
}

impl<T: Send + 'static> Begun<T> {
    /// Lets it go on until it ends, `timeout` is over or `cancel` is cancelled; dropped, it stops that too.
    ///
    /// What is stopped is dropped at its next `await`. One that comes to none goes on until its end, and nobody listens.
    pub(super) async fn end(self, timeout: Duration, cancel: &CancellationToken) -> Ended<T> {
        match self {
            Self::Over(ended) => ended,
            Self::Waits(running) => on_a_thread(running, timeout, cancel).await,
            Self::Blocks(mut back) => {
                let ended = tokio::select! {
                    begun = &mut back => {
                        let begun = begun.unwrap_or(Self::Over(Ended::Cancelled));
                        return Box::pin(begun.end(timeout, cancel)).await;
                    }
                    () = tokio::time::sleep(timeout) => Ended::TimedOut,
                    () = cancel.cancelled() => Ended::Cancelled,
                };
                let_go(back).await;
                ended
            }
        }
    }
}

/// Runs what `make` makes on a thread of its own, and ends it as [`Begun::end`] does.
pub(super) async fn isolated<T, F>(
    make: impl FnOnce() -> F + Send + 'static,
    timeout: Duration,
    cancel: &CancellationToken,
) -> Ended<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    on_a_thread(caught(make), timeout, cancel).await
}

fn caught<T, F>(make: impl FnOnce() -> F + Send + 'static) -> Running<T>
where
    F: Future<Output = T> + Send + 'static,
{
    AssertUnwindSafe(async { make().await }).catch_unwind().boxed()
}

async fn on_a_thread<T: Send + 'static>(
    running: Running<T>,
    timeout: Duration,
    cancel: &CancellationToken,
) -> Ended<T> {
    let stop = CancellationToken::new();
    let _stopped_with_us = stop.clone().drop_guard();
    let (runtime, stopped, span) = (Handle::current(), stop.clone(), tracing::Span::current());
    let mut running = tokio::task::spawn_blocking(move || {
        let _entered = span.enter();
        runtime.block_on(stopped.run_until_cancelled(running))
    });
    let ended = tokio::select! {
        ended = &mut running => return answer(ended.unwrap_or(None)),
        () = tokio::time::sleep(timeout) => Ended::TimedOut,
        () = cancel.cancelled() => Ended::Cancelled,
    };
    stop.cancel();
    let_go(running).await;
    ended
}

/// Waits a little for what was stopped to come back.
async fn let_go(stopped: impl Future) {
    if tokio::time::timeout(LETTING_GO, stopped).await.is_err() {
        tracing::error!(
            "a job that was stopped does not let go of its thread: it goes on, and what it finds is dropped"
        );
    }
}

fn answer<T>(ended: Option<Result<T, Box<dyn Any + Send>>>) -> Ended<T> {
    match ended {
        Some(Ok(answer)) => Ended::Answered(answer),
        Some(Err(panic)) => Ended::Panicked(message(&*panic)),
        None => Ended::Cancelled,
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a text").to_owned()
}
