//! Clients that dawdle: they give way to others, and a server that takes its leave lets nobody down.
//!
//! `scripts/slow-clients` does the same with ten thousand.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use brainly::api::serve::{Leaving, Terms, serve_router};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const PLACES: usize = 8;

async fn start(router: Router, drain: Duration) -> (SocketAddr, CancellationToken, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, shutdown) = (listener.local_addr().unwrap(), CancellationToken::new());
    let terms = Terms { connections: PLACES, drain, grace: Duration::from_mins(1) };
    let server = tokio::spawn(serve_router(router, listener, shutdown.clone(), terms));
    (address, shutdown, server)
}

fn pages() -> Router {
    Router::new()
        .route("/", get(async || "here"))
        .route("/read", post(async |body: Bytes| body.len().to_string()))
        .route("/long", get(async || Body::from(vec![b'x'; 64 << 20])))
        .route("/leaving", get(async |leaving: Option<axum::Extension<Leaving>>| leaving.is_some().to_string()))
}

/// Opens a connection and says something on it.
async fn say(address: SocketAddr, what: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(what.as_bytes()).await.unwrap();
    stream
}

/// Reads until `end` has come.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut told = Vec::new();
    while !told.ends_with(end.as_bytes()) {
        let byte = stream.read_u8().await.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&told)));
        told.push(byte);
    }
    String::from_utf8(told).unwrap()
}

/// Asks over a connection of its own and returns the whole answer.
async fn ask(address: SocketAddr, path: &str) -> String {
    let mut stream = say(address, &format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")).await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Returns when the server has closed this one.
async fn closed(mut stream: TcpStream) {
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
}

#[tokio::test]
async fn whoever_dawdles_over_headers_body_or_answer_gives_way_to_the_next_and_the_longest_waited_for_first() {
    let (address, ..) = start(pages(), Duration::ZERO).await;
    let first = say(address, "GET / HTTP/1.1\r\nx-slow: ").await;
    // One after the other, so that it is clear who came first.
    assert!(ask(address, "/").await.ends_with("here"));
    let mut slow = Vec::new();
    for sort in [
        "GET / HTTP/1.1\r\n",
        "POST /read HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n",
        "GET /long HTTP/1.1\r\nhost: a\r\n\r\n",
    ] {
        for _ in 0..PLACES {
            slow.push(say(address, sort).await);
        }
    }

    for _ in 0..PLACES * 4 {
        assert!(ask(address, "/").await.ends_with("here"));
    }

    closed(first).await;
}

#[tokio::test]
async fn idle_connections_give_way_and_one_that_is_worked_for_does_not() {
    let worked = std::sync::Arc::new((tokio::sync::Notify::new(), tokio::sync::Notify::new()));
    let theirs = std::sync::Arc::clone(&worked);
    let work = async move || {
        theirs.0.notify_one();
        theirs.1.notified().await;
        "done".into_response()
    };
    let (address, ..) = start(pages().route("/work", get(work)), Duration::ZERO).await;
    let mut working = say(address, "GET /work HTTP/1.1\r\nhost: a\r\n\r\n").await;
    worked.0.notified().await;
    let mut idle = Vec::new();
    for _ in 0..PLACES * 3 {
        let mut stream = say(address, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        read_until(&mut stream, "here").await;
        idle.push(stream);
    }

    worked.1.notify_one();

    read_until(&mut working, "done").await;
    closed(idle.swap_remove(0)).await;
}

#[tokio::test]
async fn while_it_takes_its_leave_it_answers_old_and_new_connections_and_closes_each_with_its_answer() {
    let (address, shutdown, server) = start(pages(), Duration::from_secs(1)).await;
    let mut old = say(address, "GET /leaving HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(!read_until(&mut old, "false").await.contains("connection: close"));

    shutdown.cancel();
    let new = ask(address, "/leaving").await;
    old.write_all(b"GET /leaving HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();

    let last = read_until(&mut old, "true").await;
    assert!(last.contains("connection: close"), "{last}");
    assert!(new.ends_with("true"), "{new}");
    closed(old).await;
    server.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
