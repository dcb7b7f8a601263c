//! Serves the API on a socket until told to stop.
//!
//! HTTP/1.1; TLS and HTTP/2 are the reverse proxy's. A client that dawdles over its headers is cut off, running
//! requests are finished before the end, and a machine that is out of file descriptors is given a moment, not a busy
//! loop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower::Service;

use crate::app::App;

/// Connections at a time; further ones wait in the system's queue.
const MAX_CONNECTIONS: usize = 8192;
/// How long a client may take over a request's headers, and how long an idle connection is kept.
const HEADER_LIMIT: Duration = Duration::from_secs(30);
/// Headers that a request may have.
const MAX_HEADERS: usize = 100;
/// Bytes that a request's headers may have, all together.
const MAX_HEADER_BYTES: usize = 64 * 1024;
/// How long accepting rests after the system refused.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// Answers requests on `listener` until `shutdown`, then lets those that run finish for `SHUTDOWN_GRACE`.
///
/// # Errors
/// When the listener's own address can't be read, which means that it is no socket that listens.
pub async fn serve(app: App, listener: TcpListener, shutdown: CancellationToken) -> io::Result<()> {
    let address = listener.local_addr()?;
    let router = super::router(&app);
    serve_router(router, listener, shutdown, app.config.worker.shutdown_grace).await;
    tracing::debug!(%address, "no longer serving");
    Ok(())
}

/// As [`serve`], for any routes.
pub async fn serve_router(router: Router, listener: TcpListener, shutdown: CancellationToken, grace: Duration) {
    let (graceful, places) = (GracefulShutdown::new(), Arc::new(Semaphore::new(MAX_CONNECTIONS)));
    let cut_off = CancellationToken::new();
    while let Some(accepted) = shutdown.run_until_cancelled(accept(&listener, &places)).await {
        match accepted {
            Ok((stream, peer, place)) => {
                let connection = answer(stream, peer, router.clone(), graceful.watcher());
                let cut_off = cut_off.clone();
                tokio::spawn(async move {
                    cut_off.run_until_cancelled(connection).await;
                    drop(place);
                });
            }
            // The client was gone before we came; the next one may not be.
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "connections can't be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests that did not finish in time were cut off");
        cut_off.cancel();
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Answers the requests of one connection.
async fn answer(stream: TcpStream, peer: SocketAddr, router: Router, watcher: Watcher) {
    // Answers are written whole: waiting to fill a packet would only delay them. A refusal means the client is gone.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_LIMIT)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(error = super::error::chain(&error), "a connection ended early");
    }
}
