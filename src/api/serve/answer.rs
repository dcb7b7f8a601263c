//! The requests of one connection.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, header};
use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::connections::{Place, Turn};
use super::stream::Stream;
use super::{Leaving, listening};

/// How long a client may take over a request's headers, and how long an idle connection is kept. Longer than the proxies
/// of `deploy/` keep theirs, so that they never send a request on one that is just being closed.
const HEADER_LIMIT: Duration = Duration::from_secs(30);
/// Headers that a request may have.
const MAX_HEADERS: usize = 100;
/// Bytes that a request's headers may have, all together.
const MAX_HEADER_BYTES: usize = 64 * 1024;

/// Answers until the client or we have enough. While we are `leaving`, each answer is the connection's last.
pub(super) async fn answer(
    socket: TcpStream,
    peer: SocketAddr,
    place: Place,
    router: Router,
    watcher: Watcher,
    leaving: CancellationToken,
) {
    // Answers are written whole: waiting to fill a packet would only delay them. A refusal means the client is gone.
    let _ = socket.set_nodelay(true);
    listening::keep_little_unsent(&socket);
    let turn = Arc::clone(&place.turn);
    let stream = Stream::new(socket, Arc::clone(&turn));
    let service = service_fn(move |request: Request<Incoming>| {
        turn.is_ours();
        let mut request = request.map(|body| Heard { body, turn: Arc::clone(&turn) });
        request.extensions_mut().insert(ConnectInfo(peer));
        if leaving.is_cancelled() {
            request.extensions_mut().insert(Leaving);
        }
        let (answer, turn, leaving) = (router.clone().call(request), Arc::clone(&turn), leaving.clone());
        async move {
            let mut answer = answer.await?;
            turn.is_the_clients();
            if leaving.is_cancelled() {
                answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, std::convert::Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_LIMIT)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        ended = watcher.watch(connection) => if let Err(error) = ended {
            tracing::debug!(error = crate::domain::fault::chain(&error), "a connection ended early");
        },
        () = place.turn.closed() => {}
    }
}

/// A request's body; while it does not come, the client is waited for.
struct Heard {
    body: Incoming,
    turn: Arc<Turn>,
}

impl Body for Heard {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        match frame {
            Poll::Pending => self.turn.is_the_clients(),
            Poll::Ready(_) => self.turn.is_ours(),
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
