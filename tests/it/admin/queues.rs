//! `/admin/queues`.

use std::time::Duration;

use brainly::db::{Db, sql};
use serde_json::json;

use super::{admin, save};
use crate::harness::{TestApp, on_both_engines};

on_both_engines! {
    async fn queues_show_depth_age_and_pace_and_schedules_their_times(db: Db) {
        let app = TestApp::new(db).await;
        let root = admin(&app).await;
        assert_eq!(root.get("/api/v1/admin/queues").await.json(), json!({ "queues": [], "schedules": [] }));
        let (_, job) = save(&app, &root, "https://example.org/a").await;
        let mut tx = app.app.db.begin().await.unwrap();
        for (outcome, jobs) in [("completed", 3), ("discarded", 1), ("put off", 7)] {
            sql("INSERT INTO job_minutes (minute, kind, outcome, jobs, busy_ms) VALUES ($1, 'enrich_content', $2, $3, 110)")
                .bind(app.clock.now())
                .bind(outcome)
                .bind(i64::from(jobs))
                .execute(&mut tx)
                .await
                .unwrap();
        }
        sql("INSERT INTO job_schedules (name, expression, next_at) VALUES ('purge', '0 0 * * * *', $1)")
            .bind(app.clock.now())
            .execute(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        app.clock.advance(Duration::from_millis(1500));

        let shown = root.get("/api/v1/admin/queues").await.assert_status(200).json();

        let numbers = json!({
            "states": { "available": 1, "scheduled": 0, "running": 0, "retryable": 0, "completed": 0, "cancelled": 0, "discarded": 0 },
            "oldestAvailable": { "_id": job, "id": job, "createdAt": "2026-03-02T08:00:00.000Z", "runAt": "2026-03-02T08:00:00.000Z", "waitingMs": 1500 },
            "lastMinute": { "done": 3, "failed": 1 },
            "lastHour": { "done": 3, "failed": 1 },
            "averageBusyMs": 30.0,
        });
        let (mut kind, mut queue) = (numbers.clone(), numbers);
        kind["kind"] = json!("enrich_content");
        queue["name"] = json!("enrich");
        queue["pausedAt"] = json!(null);
        queue["kinds"] = json!([kind]);
        let schedule = json!({ "name": "purge", "expression": "0 0 * * * *", "nextAt": "2026-03-02T08:00:00.000Z", "lastAt": null, "lastJobId": null });
        assert_eq!(shown, json!({ "queues": [queue], "schedules": [schedule] }));
    }

    async fn a_queue_is_paused_since_the_first_time_and_goes_on_when_resumed(db: Db) {
        let app = TestApp::new(db).await;
        let root = admin(&app).await;

        let paused = root.post("/api/v1/admin/queues/enrich/pause", json!({})).await.assert_status(200).json();
        app.clock.advance(Duration::from_secs(9));
        root.post("/api/v1/admin/queues/enrich/pause", json!({})).await.assert_status(200);

        assert_eq!((&paused["name"], &paused["pausedAt"]), (&json!("enrich"), &json!("2026-03-02T08:00:00.000Z")));
        assert_eq!(root.get("/api/v1/admin/queues").await.json()["queues"], json!([paused]));
        let resumed = root.post("/api/v1/admin/queues/enrich/resume", json!({})).await.assert_status(200).json();
        assert_eq!(resumed["pausedAt"], json!(null));
        root.post("/api/v1/admin/queues/enrich/resume", json!({})).await.assert_status(404);
    }

    async fn what_can_be_no_queue_is_not_found(db: Db) {
        let app = TestApp::new(db).await;
        let root = admin(&app).await;
        let long = "x".repeat(101);
        for name in ["%00", "%20", "a%0Ab", "%FF", long.as_str()] {
            for verb in ["pause", "resume"] {
                let path = format!("/api/v1/admin/queues/{name}/{verb}");
                assert_eq!(root.post(&path, json!({})).await.assert_status(404).json()["code"], "not_found", "{path}");
            }
        }
    }
}
