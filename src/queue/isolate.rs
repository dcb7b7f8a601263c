//! Runs a job so that it can only harm itself.
//!
//! Each runs on a thread of its own from the blocking pool: one that never awaits, or computes for an hour, keeps neither
//! the worker's turns nor its heartbeat nor other jobs waiting.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt as _;
use tokio::runtime::Handle;
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

/// Runs what `begin` makes until it ends, `timeout` is over or `cancel` is cancelled; dropped, it stops that too.
///
/// What is stopped is dropped at its next `await`. One that comes to none goes on until its end, and nobody listens.
pub(super) async fn isolated<T, F>(
    begin: impl FnOnce() -> F + Send + 'static,
    timeout: Duration,
    cancel: &CancellationToken,
) -> Ended<T>
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let stop = CancellationToken::new();
    let _stopped_with_us = stop.clone().drop_guard();
    let (runtime, stopped, span) = (Handle::current(), stop.clone(), tracing::Span::current());
    let mut running = tokio::task::spawn_blocking(move || {
        let _entered = span.enter();
        runtime.block_on(stopped.run_until_cancelled(AssertUnwindSafe(async { begin().await }).catch_unwind()))
    });
    let ended = tokio::select! {
        ended = &mut running => return answer(ended.unwrap_or(None)),
        () = tokio::time::sleep(timeout) => Ended::TimedOut,
        () = cancel.cancelled() => Ended::Cancelled,
    };
    stop.cancel();
    if tokio::time::timeout(LETTING_GO, running).await.is_err() {
        tracing::error!(
            "a job that was stopped does not let go of its thread: it goes on, and what it finds is dropped"
        );
    }
    ended
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
