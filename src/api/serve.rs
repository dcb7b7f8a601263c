//! Serves the API on a socket until told to stop.
//!
//! HTTP/1.1; TLS and HTTP/2 are the reverse proxy's. A client that dawdles is cut off, over headers, body and answer
//! alike, and gives way to newcomers when there are too many; a machine that is out of file descriptors is given a
//! moment, not a busy loop.
//!
//! The end has an order in which nothing is dropped, whatever a proxy does: `/health` says 503 and every answer closes its
//! connection while requests are still taken (`SHUTDOWN_DRAIN`); then nobody else is let in; then those that run are
//! finished (`SHUTDOWN_GRACE`).

mod answer;
mod connections;
mod listening;
mod stream;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use connections::{Connections, Place};

/// How long accepting rests after the system refused.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);
/// How long those that queue before a door that is about to close are let in.
const LAST_CALL: Duration = Duration::from_millis(100);
/// How long whoever came last may take to say what they want.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What a server promises.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// Connections at a time; for a further one, those that keep us waiting longest are closed.
    pub connections: usize,
    /// How long requests are taken after the signal to stop; zero closes the door at once.
    pub drain: Duration,
    /// How long those that run may then go on.
    pub grace: Duration,
}

/// Comes with a request that arrives after the signal to stop.
#[derive(Debug, Clone, Copy)]
pub struct Leaving;

/// Answers requests on `listener` until `shutdown`, then takes its leave.
///
/// # Errors
/// When the listener's own address can't be read, which means that it is no socket that listens.
pub async fn serve(app: App, listener: TcpListener, shutdown: CancellationToken) -> io::Result<()> {
    let address = listener.local_addr()?;
    let (http, worker) = (&app.config.http, &app.config.worker);
    let connections = listening::most_connections(http.max_connections.get() as usize);
    let terms = Terms { connections, drain: worker.shutdown_drain, grace: worker.shutdown_grace };
    serve_router(super::router(&app), listener, shutdown, terms).await;
    tracing::debug!(%address, "no longer serving");
    Ok(())
}

/// As [`serve`], for any routes.
pub async fn serve_router(router: Router, listener: TcpListener, shutdown: CancellationToken, terms: Terms) {
    listening::lengthen_queue(&listener);
    let server = Server {
        router,
        listener,
        connections: Arc::new(Connections::new(terms.connections)),
        graceful: GracefulShutdown::new(),
        leaving: shutdown.clone(),
        cut_off: CancellationToken::new(),
    };
    server.accept_until(shutdown.cancelled()).await;
    server.leave(terms).await;
}

struct Server {
    router: Router,
    listener: TcpListener,
    connections: Arc<Connections>,
    graceful: GracefulShutdown,
    leaving: CancellationToken,
    cut_off: CancellationToken,
}

impl Server {
    async fn accept_until(&self, end: impl Future<Output = ()>) {
        tokio::pin!(end);
        loop {
            tokio::select! {
                biased;
                () = &mut end => return,
                accepted = self.listener.accept() => match accepted {
                    Ok((socket, peer)) => {
                        let place = self.connections.place().await;
                        self.answer(socket, peer, place);
                    }
                    // The client was gone before we came; the next one may not be.
                    Err(error) if is_of_one_connection(&error) => {}
                    Err(error) => {
                        tracing::error!(%error, "connections can't be accepted");
                        self.connections.make_room();
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
            }
        }
    }

    fn answer(&self, socket: TcpStream, peer: SocketAddr, place: Place) {
        let (router, watcher, leaving) = (self.router.clone(), self.graceful.watcher(), self.leaving.clone());
        let cut_off = self.cut_off.clone();
        tokio::spawn(async move {
            cut_off.run_until_cancelled(answer::answer(socket, peer, place, router, watcher, leaving)).await;
        });
    }

    async fn leave(self, terms: Terms) {
        if !terms.drain.is_zero() {
            tracing::info!(seconds = terms.drain.as_secs_f64(), "taking leave: requests are taken for so long");
            self.accept_until(tokio::time::sleep(terms.drain)).await;
            listening::stop_queueing(&self.listener);
            self.accept_until(tokio::time::sleep(LAST_CALL)).await;
        }
        drop(self.listener);
        if !terms.drain.is_zero() {
            let _ = tokio::time::timeout(LAST_WORDS, self.connections.gone()).await;
        }
        if tokio::time::timeout(terms.grace, self.graceful.shutdown()).await.is_err() {
            tracing::warn!("requests that did not finish in time were cut off");
            self.cut_off.cancel();
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
