//! The server, through a real socket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use brainly::api::serve::{Terms, serve, serve_router};
use brainly::db::Db;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::harness::{TestApp, on_both_engines};

/// Long enough for any machine; nothing here waits for it to pass.
const GRACE: Duration = Duration::from_mins(1);

/// What a test tells and hears from a handler that takes its time.
#[derive(Default)]
struct Slow {
    begun: Notify,
    finish: Notify,
}

async fn start(slow: &Arc<Slow>, grace: Duration) -> (SocketAddr, CancellationToken, JoinHandle<()>) {
    let slow = Arc::clone(slow);
    let handler = async move || {
        slow.begun.notify_one();
        slow.finish.notified().await;
        "done"
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, shutdown) = (listener.local_addr().unwrap(), CancellationToken::new());
    let router = Router::new().route("/slow", get(handler));
    let terms = Terms { connections: 8, drain: Duration::ZERO, grace };
    let server = tokio::spawn(serve_router(router, listener, shutdown.clone(), terms));
    (address, shutdown, server)
}

/// Sends `request` and reads until the server closes.
async fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: brainly.test\r\n\r\n")
}

#[tokio::test]
async fn a_request_that_runs_when_the_server_stops_is_finished_and_no_other_begins() {
    let slow = Arc::new(Slow::default());
    let (address, shutdown, server) = start(&slow, GRACE).await;
    let running = tokio::spawn(async move { exchange(address, &request("/slow")).await });
    slow.begun.notified().await;

    shutdown.cancel();
    // The port closes before the request ends.
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    slow.finish.notify_one();

    assert!(running.await.unwrap().ends_with("\r\n\r\ndone"));
    server.await.unwrap();
}

#[tokio::test]
async fn a_request_that_does_not_end_in_time_is_cut_off() {
    let slow = Arc::new(Slow::default());
    let (address, shutdown, server) = start(&slow, Duration::ZERO).await;
    let running = tokio::spawn(async move { exchange(address, &request("/slow")).await });
    slow.begun.notified().await;

    shutdown.cancel();

    server.await.unwrap();
    assert_eq!(running.await.unwrap(), "");
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_the_end() {
    let (address, shutdown, server) = start(&Arc::default(), GRACE).await;
    let _idle = TcpStream::connect(address).await.unwrap();

    shutdown.cancel();

    server.await.unwrap();
}

on_both_engines! {
    async fn the_real_routes_answer_on_a_socket_and_nonsense_is_refused(db: Db) {
        let app = TestApp::with(db, &[("RATE_LIMIT_GLOBAL", "100/15m")]).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, shutdown) = (listener.local_addr().unwrap(), CancellationToken::new());
        let server = tokio::spawn(serve(app.app.clone(), listener, shutdown.clone()));
        let last = |path: &str, more: &str| {
            format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{more}\r\n")
        };

        let document = exchange(address, &last("/api/v1/openapi.json", "")).await;
        let tag = document.lines().find_map(|line| line.strip_prefix("etag: ")).expect("there is a tag");
        let unchanged = exchange(address, &last("/api/v1/openapi.json", &format!("if-none-match: {tag}\r\n"))).await;
        let many = "x-more: 1\r\n".repeat(200);

        assert!(document.starts_with("HTTP/1.1 200 OK\r\n"), "{document}");
        assert!(document.contains("ratelimit-remaining: 99\r\n"), "{document}");
        assert!(unchanged.starts_with("HTTP/1.1 304 ") && !unchanged.contains("content-length"), "{unchanged}");
        assert!(exchange(address, "nonsense\r\n\r\n").await.starts_with("HTTP/1.1 400 "));
        assert!(exchange(address, &last("/health", &many)).await.starts_with("HTTP/1.1 431 "));
        shutdown.cancel();
        server.await.unwrap().unwrap();
    }

    async fn the_openapi_document_names_every_route_and_its_errors(db: Db) {
        let app = TestApp::new(db).await;

        let answer = app.anonymous().get("/api/v1/openapi.json").await.assert_status(200);

        let document = answer.json();
        assert_eq!(answer.text(), brainly::api::openapi::json());
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
        for path in ["/health", "/health/live", "/api/v1/openapi.json"] {
            assert!(document["paths"][path]["get"]["responses"]["default"].is_object(), "{path}");
        }
    }
}
