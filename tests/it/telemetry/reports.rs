//! Reports of errors, as Sentry gets them from processes of their own: told what is needed, and nothing else.

use std::process::Command;

use brainly::db::sql;
use serde_json::json;

use super::receiver::Receiver;
use crate::cli::binary::Binary;
use crate::harness::{Scratch, TestApp, on_both_engines};

on_both_engines! {
    async fn an_answer_with_5xx_is_reported_with_its_cause_and_without_what_was_sent(scratch: Scratch) {
        let sentry = Receiver::start();
        let brainly = Binary::on(&scratch).env("SENTRY_DSN", &sentry.dsn()).env("BRAINLY_ENV", "staging");
        let serving = brainly.serve(&[]);
        let mut tx = scratch.db.begin().await.unwrap();
        sql("ALTER TABLE share_links RENAME TO elsewhere").execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!(serving.get("/api/v1/brain/0123456789abcdef0123?q=very-private"), 500);
        assert_eq!(serving.get("/no-such-page"), 404);
        serving.signal("TERM");
        let (code, log) = serving.wait();

        assert_eq!(code, Some(0), "{log}");
        let events = sentry.events();
        let [event] = &events[..] else { panic!("one report is expected: {events:?}") };
        let tags = &event["tags"];
        assert_eq!((&tags["http.route"], &tags["http.status"]), (&json!("/api/v1/brain/{hash}"), &json!("500")), "{event:#}");
        assert!(log.contains(tags["request.id"].as_str().unwrap()), "{tags}");
        assert_eq!((&event["environment"], &event["level"]), (&json!("staging"), &json!(null)), "an error, which is the default");
        assert_eq!(event["release"], concat!("brainly@", env!("CARGO_PKG_VERSION")));
        let exception = &event["exception"]["values"][0];
        assert_eq!(exception["type"], "HTTP 500");
        assert!(exception["value"].as_str().unwrap().contains("share_links"), "{exception}");
        let text = event.to_string();
        for private in ["very-private", "0123456789abcdef0123", "127.0.0.1", "server_name", "request\":{"] {
            assert!(!text.contains(private), "{private} is in {text}");
        }
    }

    async fn a_job_that_is_given_up_is_reported_without_its_item_unless_the_web_is_at_fault(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let ada = app.sign_up("ada").await;
        let owner = app.user("ada").await;
        app.site.page("/v1/embeddings", 503, &[], "");
        let slow = app.site.page("/secret-page", 503, &[], "");
        let gone = app.site.page("/gone", 404, &[], "");
        let good = app.site.article("/article", "How to fire a kiln", &"A kiln is fired slowly until the cone bends.\n\n".repeat(30));
        for link in [slow, gone, good, "http://no-such-site.invalid/".to_owned()] {
            let item = json!({ "title": "private title", "link": format!("{link}?key=s3cret") });
            ada.post("/api/v1/content", item).await.assert_status(201);
        }
        let brainly = Binary::on(&scratch)
            .env("FETCH_ALLOW_PRIVATE", &app.site.authority())
            .env("FETCH_HOST_SPACING", "0s")
            .env("EMBEDDING_PROVIDER", "openai")
            .env("EMBEDDING_DIMENSIONS", "8")
            .env("OPENAI_BASE_URL", &app.site.url("/v1"))
            .env("LOG_LEVEL", "warn");
        brainly.run(&["worker", "--once"]).assert_code(0);
        let mut tx = scratch.db.begin().await.unwrap();
        sql("UPDATE jobs SET max_attempts = 2, run_at = created_at WHERE state = 'retryable'").execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let sentry = Receiver::start();

        let log = brainly.env("SENTRY_DSN", &sentry.dsn()).run(&["worker", "--once"]).assert_code(0).stderr;

        let given_up = |kind: &str| log.lines().filter(|line| line.contains("discarded") && line.contains(kind)).count();
        // Titles alone are embedded, too.
        assert_eq!((given_up("enrich_content"), given_up("embed_content")), (1, 3), "{log}");
        let events = sentry.events();
        assert_eq!(events.len(), 3, "{events:?}");
        for event in &events {
            let tags = &event["tags"];
            assert_eq!((&tags["job.kind"], &tags["job.attempt"]), (&json!("embed_content"), &json!("2")), "{event:#}");
            assert_eq!(event["user"], json!({ "id": owner.to_string() }));
            assert!(event["exception"]["values"][0]["value"].as_str().unwrap().contains("503"), "{event:#}");
            let text = event.to_string();
            for private in ["article", "secret-page", "s3cret", "private title", "127.0.0.1"] {
                assert!(!text.contains(private), "{private} is in {text}");
            }
        }
    }
}

#[test]
fn a_panic_is_reported_with_its_place_and_without_what_was_made_at_run_time() {
    let sentry = Receiver::start();
    let this = std::env::current_exe().unwrap();
    let name = "telemetry::panics_with_a_message_made_at_run_time";

    let ended = Command::new(this)
        .args(["--exact", name, "--ignored", "--nocapture"])
        .env("SENTRY_DSN", sentry.dsn())
        .output()
        .unwrap();

    assert!(!ended.status.success());
    let event = sentry.next().event();
    assert_eq!(event["exception"]["values"][0]["type"], "panic", "{event:#}");
    assert!(event["tags"]["panic.location"].as_str().unwrap().starts_with("tests/it/telemetry.rs:"), "{event:#}");
    assert!(!event.to_string().contains("token-42"), "{event}");
}
