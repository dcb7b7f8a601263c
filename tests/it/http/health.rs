//! `/health` and `/health/live`.

use std::time::Duration;

use brainly::db::{Db, Engine};
use serde_json::json;

use crate::harness::{TestApp, on_both_engines};

on_both_engines! {
    async fn health_names_the_engine_that_answered_and_how_long_we_are_up(db: Db) {
        let engine = if db.engine() == Engine::Sqlite { "sqlite" } else { "postgresql" };
        let app = TestApp::new(db).await;
        app.clock.advance(Duration::from_millis(90_500));

        let answer = app.anonymous().get("/health").await.assert_status(200);

        let body = answer.json();
        assert_eq!(body["status"], "ok");
        assert_eq!(body["timestamp"], "2026-03-02T08:01:30.500Z");
        assert_eq!(body["uptime"], 90);
        assert_eq!(body["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(body["database"]["engine"], engine);
        assert!(body["database"]["latencyMs"].as_f64().unwrap() >= 0.0);
        assert_eq!(answer.header("cache-control"), "no-store");
    }

    async fn without_its_database_brainly_lives_but_is_not_healthy(db: Db) {
        let app = TestApp::new(db.clone()).await;
        db.close().await;

        let health = app.anonymous().with_header("x-request-id", "probe-1").get("/health").await.assert_status(503);
        let live = app.anonymous().get("/health/live").await.assert_status(200);

        assert_eq!(health.json(), json!({
            "status": "error",
            "message": "Database unavailable",
            "code": "database_unavailable",
            "requestId": "probe-1",
        }));
        assert_eq!(live.json(), json!({ "status": "ok" }));
    }
}
