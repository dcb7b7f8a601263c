//! Ctrl-C and SIGTERM: the first asks everything to stop, a second one ends the process at once.

use std::future::Future;

use tokio_util::sync::CancellationToken;

use super::output::talk;

/// A signal came before the work was done.
#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
pub(super) struct Interrupted;

/// A token that the first signal cancels. Whoever holds it stops gracefully; a second signal does not wait for that.
pub(super) fn on_signal() -> CancellationToken {
    let token = CancellationToken::new();
    let cancelled = token.clone();
    // Listened to from now on: a signal that follows another at once must not fall between two.
    let mut signals = Signals::new();
    tokio::spawn(async move {
        signals.next().await;
        tracing::info!("stopping");
        cancelled.cancel();
        signals.next().await;
        talk("stopped at once, as asked");
        abort();
    });
    token
}

/// Runs work that may be dropped at any moment, until it is done or a signal comes.
pub(super) async fn interruptible<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let mut signals = Signals::new();
    tokio::select! {
        result = work => result,
        () = signals.next() => Err(Interrupted.into()),
    }
}

#[expect(clippy::exit, reason = "a second signal means: don't wait for anything")]
fn abort() -> ! {
    std::process::exit(1)
}

/// Ctrl-C and SIGTERM, as they come. Where one can't be listened to, it is as if it never came.
#[cfg(unix)]
struct Signals {
    terminate: Option<tokio::signal::unix::Signal>,
    interrupt: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self { terminate: signal(SignalKind::terminate()).ok(), interrupt: signal(SignalKind::interrupt()).ok() }
    }

    async fn next(&mut self) {
        async fn come(signal: &mut Option<tokio::signal::unix::Signal>) {
            match signal {
                Some(signal) => drop(signal.recv().await),
                None => std::future::pending().await,
            }
        }
        tokio::select! {
            () = come(&mut self.terminate) => {}
            () = come(&mut self.interrupt) => {}
        }
    }
}

/// Ctrl-C, as it comes.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    const fn new() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
