//! Ctrl-C and SIGTERM: the first asks everything to stop, a second one ends the process at once.

use std::future::Future;

#[cfg(unix)]
use tokio::signal::unix;
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
    // Listening begins here, not when the task first runs.
    let mut signals = Signals::listen();
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
    let mut signals = Signals::listen();
    tokio::select! {
        result = work => result,
        () = signals.next() => Err(Interrupted.into()),
    }
}

#[expect(clippy::exit, reason = "a second signal means: don't wait for anything")]
fn abort() -> ! {
    std::process::exit(1)
}

/// Ctrl-C and SIGTERM, from [`Signals::listen`] on: what comes between two calls of [`Signals::next`] is not missed.
struct Signals {
    #[cfg(unix)]
    listening: Option<(unix::Signal, unix::Signal)>,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> Self {
        let listen = || Some((listen_for(unix::SignalKind::interrupt())?, listen_for(unix::SignalKind::terminate())?));
        Self { listening: listen() }
    }

    async fn next(&mut self) {
        let Some((interrupt, terminate)) = &mut self.listening else { return std::future::pending().await };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

/// None where the system has no signals for us: they then end the process, as they do without us.
#[cfg(unix)]
fn listen_for(kind: unix::SignalKind) -> Option<unix::Signal> {
    unix::signal(kind).inspect_err(|error| tracing::warn!(%error, "signals can't be listened for")).ok()
}

#[cfg(not(unix))]
impl Signals {
    const fn listen() -> Self {
        Self {}
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
