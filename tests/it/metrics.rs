//! `/metrics`: what Prometheus reads, and what it may never see.

use brainly::db::Db;
use brainly::domain::metric::METRICS;
use serde_json::json;

use crate::harness::{TestApp, on_both_engines};

/// The value of the first line that begins with `name` and has all of `labels`.
fn value(text: &str, name: &str, labels: &[&str]) -> Option<f64> {
    let is_it = |line: &&str| {
        line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' ']))
            && labels.iter().all(|label| line.contains(label))
    };
    text.lines().find(is_it)?.rsplit(' ').next()?.parse().ok()
}

on_both_engines! {
    async fn requests_jobs_and_pools_are_told_by_route_kind_and_state(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let link = app.site.article("/kiln", "Kilns", &"Plenty of words for a paragraph here.\n\n".repeat(8));
        ada.post("/api/v1/content", json!({ "title": "Kilns", "link": link })).await.assert_status(201);
        let before = app.anonymous().get("/metrics").await.assert_status(200).text();
        app.run_jobs().await;

        let answer = app.anonymous().get("/metrics").await.assert_status(200);

        assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"));
        let text = answer.text();
        let saved = ["method=\"POST\"", "route=\"/api/v1/content\"", "status=\"201\""];
        assert!(value(&text, "brainly_http_requests_total", &saved) >= Some(1.0), "{text}");
        assert!(value(&text, "brainly_http_request_duration_seconds_count", &saved[..2]) >= Some(1.0));
        let job = ["queue=\"enrich\"", "kind=\"enrich_content\""];
        assert_eq!(value(&before, "brainly_queue_jobs", &[&job[..], &["state=\"available\""]].concat()), Some(1.0));
        assert_eq!(value(&text, "brainly_queue_jobs", &[&job[..], &["state=\"completed\""]].concat()), Some(1.0));
        assert!(value(&text, "brainly_jobs_total", &["kind=\"enrich_content\"", "outcome=\"completed\""]) >= Some(1.0));
        assert!(value(&text, "brainly_job_claims_total", &["kind=\"enrich_content\""]) >= Some(1.0));
        assert!(value(&text, "brainly_fetches_total", &["class=\"page\"", "outcome=\"ok\""]) >= Some(1.0));
        assert!(value(&text, "brainly_db_pool_max_connections", &[]) >= Some(1.0));
        assert!(value(&text, "brainly_db_wait_duration_seconds_count", &[]) >= Some(1.0));
        assert!(value(&text, "brainly_db_begin_duration_seconds_count", &[]) >= Some(1.0));
        assert!(value(&text, "process_resident_memory_bytes", &[]) >= Some(1.0), "{text}");
    }

    async fn what_a_site_answered_is_told_apart_though_a_page_takes_any_answer(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        app.site.page("/gone", 404, &[], "");
        app.site.page("/busy", 429, &[], "");
        app.site.page("/broken", 503, &[], "");
        for path in ["/gone", "/busy", "/broken"] {
            ada.post("/api/v1/content", json!({ "title": path, "link": app.site.url(path) })).await.assert_status(201);
        }
        app.run_jobs().await;

        let text = app.anonymous().get("/metrics").await.assert_status(200).text();

        for outcome in ["status_4xx", "status_429", "status_5xx"] {
            let labels = ["class=\"page\"", &format!("outcome=\"{outcome}\"")];
            assert_eq!(value(&text, "brainly_fetches_total", &labels), Some(1.0), "{outcome}: {text}");
        }
        assert_eq!(value(&text, "brainly_fetches_total", &["outcome=\"ok\""]), None, "{text}");
    }

    async fn a_queue_without_jobs_is_told_to_go_on_when_it_does(db: Db) {
        let app = TestApp::new(db).await;
        let paused = async || {
            let text = app.anonymous().get("/metrics").await.assert_status(200).text();
            value(&text, "brainly_queue_paused", &["queue=\"import\""])
        };

        brainly::actions::pause_queue(&app.app, "import").await.unwrap();
        assert_eq!(paused().await, Some(1.0));
        brainly::actions::resume_queue(&app.app, "import").await.unwrap();
        assert_eq!(paused().await, Some(0.0));
    }

    async fn a_database_that_is_away_is_told_and_so_is_the_rest(db: Db) {
        let app = TestApp::new(db).await;
        let text = app.anonymous().get("/metrics").await.assert_status(200).text();
        assert_eq!(value(&text, "brainly_db_up", &[]), Some(1.0), "{text}");

        app.app.db.close().await;

        let text = app.anonymous().get("/metrics").await.assert_status(200).text();
        assert_eq!(value(&text, "brainly_db_up", &[]), Some(0.0), "{text}");
        assert!(value(&text, "process_resident_memory_bytes", &[]) >= Some(1.0), "{text}");
    }

    async fn what_clients_make_up_becomes_no_label(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        ada.get("/api/v1/search?q=very-private-words").await.assert_status(200);
        ada.get("/no/such/secret-path").await.assert_status(404);
        ada.send("BREW".parse().unwrap(), "/api/v1/me", "").await.assert_status(405);

        let text = app.anonymous().get("/metrics").await.text();

        for made_up in ["very-private-words", "secret-path", "BREW", "ada"] {
            assert!(!text.contains(made_up), "{made_up} is in {text}");
        }
        assert!(value(&text, "brainly_http_requests_total", &["method=\"other\""]) >= Some(1.0));
        assert!(value(&text, "brainly_http_requests_total", &["route=\"none\"", "status=\"404\""]) >= Some(1.0));
    }

    async fn with_a_token_set_nobody_reads_them_without(db: Db) {
        let app = TestApp::with(db, &[("METRICS_TOKEN", "a-token-for-prometheus")]).await;

        app.anonymous().get("/metrics").await.assert_status(401);
        app.anonymous().with_token("a-token-for-prometheu").get("/metrics").await.assert_status(401);
        app.sign_up("ada").await.get("/metrics").await.assert_status(401);
        app.anonymous().with_token("a-token-for-prometheus").get("/metrics").await.assert_status(200);
    }
}

#[test]
fn every_metric_is_named_as_prometheus_wants_it_once_and_with_its_help() {
    for (at, (name, kind, help)) in METRICS.iter().enumerate() {
        assert!(METRICS[at + 1..].iter().all(|(other, ..)| other != name), "{name} twice");
        assert!(name.starts_with("brainly_") && help.ends_with('.'), "{name}: {help}");
        assert_eq!(name.ends_with("_total"), *kind == brainly::domain::metric::Kind::Counter, "{name}");
    }
}

#[test]
fn alerts_and_dashboards_refer_to_metrics_that_exist_and_leave_none_out() {
    let deploy = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let read = |file: &str| std::fs::read_to_string(deploy.join(file)).unwrap();
    let known = |name: &str| {
        let base = ["_bucket", "_count", "_sum"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
        METRICS.iter().find(|(known, ..)| *known == base).map(|(known, ..)| *known)
    };
    let dashboard = read("grafana/brainly.json");
    for (file, text) in
        [("dashboard", &dashboard), ("alerts", &read("prometheus/alerts.yml")), ("hpa", &read("k8s/hpa.yaml"))]
    {
        let words =
            text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| word.starts_with("brainly_"));
        for word in words {
            assert!(known(word).is_some(), "{file} refers to {word}, which nobody counts");
        }
    }
    let unseen: Vec<&str> = METRICS.iter().map(|(name, ..)| *name).filter(|name| !dashboard.contains(name)).collect();
    assert_eq!(unseen, ["brainly_queue_paused", "brainly_backup_failing"], "an alert watches that one");
}
