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
    tokio::spawn(async move {
        signal().await;
        tracing::info!("stopping");
        cancelled.cancel();
        signal().await;
        talk("stopped at once, as asked");
        abort();
    });
    token
}

/// Runs work that may be dropped at any moment, until it is done or a signal comes.
pub(super) async fn interruptible<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::select! {
        result = work => result,
        () = signal() => Err(Interrupted.into()),
    }
}

#[expect(clippy::exit, reason = "a second signal means: don't wait for anything")]
fn abort() -> ! {
    std::process::exit(1)
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        // It fails only where there are no signals.
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
