//! One line a request, and nothing in it that is nobody's business.

use std::io;
use std::sync::{Arc, Mutex};

use brainly::db::Db;
use futures::FutureExt;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use super::client;
use crate::harness::{TestApp, on_both_engines};

/// The log of one test.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Lines {
    /// Hears what this thread logs, as long as the guard lives.
    fn listen() -> (Self, tracing::subscriber::DefaultGuard) {
        let lines = Self::default();
        let subscriber = tracing_subscriber::fmt().json().with_writer(lines.clone()).finish();
        (lines, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The fields of the lines with `target`.
    fn of(&self, target: &str) -> Vec<Value> {
        let text = self.text();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["target"] == target).map(|line| line["fields"].clone()).collect()
    }
}

on_both_engines! {
    async fn a_request_leaves_one_line_with_its_route_and_user_but_no_path_query_or_token(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let (lines, guard) = Lines::listen();

        let client = client(&app).with_headers_of(&ada).with_header("x-request-id", "r-1");
        let user = client.get("/me/sesame?q=kilns").await.assert_status(200).text();

        drop(guard);
        let requests = lines.of("brainly::http");
        assert_eq!(requests.len(), 1, "{}", lines.text());
        let line = &requests[0];
        assert_eq!(line["http.method"], "GET");
        assert_eq!(line["http.route"], "/me/{part}");
        assert_eq!(line["http.status"], 200);
        assert_eq!(line["request.id"], "r-1");
        assert_eq!(line["user.id"], user);
        assert_eq!(line["client.address"], "192.0.2.1");
        assert!(line["duration_ms"].as_f64().unwrap() > 0.0);
        for secret in ["sesame", "kilns", "Bearer", "eyJ"] {
            assert!(!lines.text().contains(secret), "{secret}: {}", lines.text());
        }
    }

    async fn a_request_whose_client_goes_away_leaves_its_line_too(db: Db) {
        let app = TestApp::new(db).await;
        let (lines, guard) = Lines::listen();

        assert!(client(&app).get("/never").now_or_never().is_none(), "it can't have been answered");

        drop(guard);
        let requests = lines.of("brainly::http");
        assert_eq!(requests.len(), 1, "{}", lines.text());
        assert_eq!((&requests[0]["http.route"], &requests[0]["http.status"]), (&json!("/never"), &json!(499)));
    }

    async fn a_panic_is_logged_once_with_its_message_and_request(db: Db) {
        let app = TestApp::new(db).await;
        let (lines, guard) = Lines::listen();

        client(&app).with_header("x-request-id", "r-2").get("/panic").await.assert_status(500);

        drop(guard);
        let text = lines.text();
        let told: Vec<&str> = text.lines().filter(|line| line.contains("the kiln exploded")).collect();
        assert_eq!(told.len(), 1, "{text}");
        assert!(told[0].contains("\"ERROR\"") && told[0].contains("r-2"), "{text}");
    }
}
