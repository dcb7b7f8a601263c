//! `/admin`: what administrators see of the queue and do to it, and that nobody else may.

mod jobs;
mod queues;

use axum::http::Method;
use brainly::actions;
use brainly::db::{Db, sql};
use brainly::domain::UserId;
use serde_json::{Value, json};

use crate::harness::{Client, TestApp, on_both_engines};

const NOBODY: &str = "019c0000-0000-7000-8000-000000000000";

/// A signed-in administrator.
async fn admin(app: &TestApp) -> Client {
    let client = app.sign_up("root").await;
    actions::set_admin(&app.app, id_of(&client).await, true).await.unwrap();
    client
}

async fn id_of(client: &Client) -> UserId {
    client.get("/api/v1/me").await.assert_status(200).json()["user"]["id"].as_str().unwrap().parse().unwrap()
}

/// Saves a link and says which item it is, and which job.
async fn save(app: &TestApp, client: &Client, link: &str) -> (String, String) {
    let saved = client.post("/api/v1/content", json!({ "title": "t", "link": link })).await.assert_status(201).json();
    let item = saved["content"]["id"].as_str().unwrap().to_owned();
    let (job,): (brainly::domain::JobId,) = sql("SELECT id FROM jobs WHERE unique_key = $1 ORDER BY id DESC")
        .bind(item.as_str())
        .fetch_one(&app.app.db)
        .await
        .unwrap();
    (item, job.to_string())
}

async fn item(client: &Client, id: &str) -> Value {
    client.get(&format!("/api/v1/content/{id}")).await.assert_status(200).json()
}

async fn count(client: &Client, status: &str) -> Value {
    client.get(&format!("/api/v1/content?status={status}")).await.assert_status(200).json()["pagination"]["total"]
        .take()
}

/// As if a worker had taken every job and gone.
async fn take_all(app: &TestApp) {
    let mut tx = app.app.db.begin().await.unwrap();
    sql("UPDATE jobs SET state = 'running', claimed_by = 'w', attempt = 1, lease_until = $1")
        .bind(app.clock.now())
        .execute(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Every endpoint, with a body where one is taken.
fn endpoints(job: &str) -> Vec<(Method, String, Value)> {
    let one = |path: &str| format!("/api/v1/admin/jobs/{job}{path}");
    vec![
        (Method::GET, "/api/v1/admin/queues".into(), json!({})),
        (Method::POST, "/api/v1/admin/queues/enrich/pause".into(), json!({})),
        (Method::POST, "/api/v1/admin/queues/enrich/resume".into(), json!({})),
        (Method::GET, "/api/v1/admin/jobs".into(), json!({})),
        (Method::POST, "/api/v1/admin/jobs/retry".into(), json!({ "all": true })),
        (Method::GET, one(""), json!({})),
        (Method::POST, one("/cancel"), json!({})),
        (Method::POST, one("/retry"), json!({})),
        (Method::DELETE, one(""), json!({})),
    ]
}

on_both_engines! {
    async fn only_administrators_get_there_and_with_an_api_token_only_as_far_as_its_scopes_reach(db: Db) {
        let app = TestApp::new(db).await;
        let (root, ada) = (admin(&app).await, app.sign_up("ada").await);
        let (_, job) = save(&app, &ada, "https://example.org/a").await;
        let token = async |scope: &str| {
            let made = root.post("/api/v1/me/tokens", json!({ "name": scope, "scopes": [scope] })).await.assert_status(201);
            app.anonymous().with_token(made.json()["token"].as_str().unwrap())
        };
        let (reader, writer) = (token("read").await, token("write").await);

        for (method, path, body) in endpoints(&job) {
            let what = format!("{method} {path}");
            assert_eq!(app.anonymous().json(method.clone(), &path, &body).await.status, 401, "{what}");
            let refused = ada.json(method.clone(), &path, &body).await;
            assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (403, &json!("forbidden")), "{what}");
            let may = if method == Method::GET { [&reader, &writer] } else { [&writer, &reader] };
            assert_eq!(may[1].json(method.clone(), &path, &body).await.status, 403, "{what}");
            assert_eq!(may[0].json(method, &path, &body).await.status, 200, "{what}");
        }
    }

    async fn a_condition_that_is_not_known_retries_nothing(db: Db) {
        let app = TestApp::new(db).await;
        let root = admin(&app).await;

        let refused = root.post("/api/v1/admin/jobs/retry", json!({ "kind": "enrich_content", "status": "discarded" })).await;

        let told = refused.assert_status(400).json();
        assert!(told["message"].as_str().unwrap().contains("status"), "{told}");
    }

    async fn who_is_no_longer_an_administrator_is_shut_out_at_once(db: Db) {
        let app = TestApp::new(db).await;
        let root = admin(&app).await;
        root.get("/api/v1/admin/queues").await.assert_status(200);

        actions::set_admin(&app.app, id_of(&root).await, false).await.unwrap();

        root.get("/api/v1/admin/queues").await.assert_status(403);
    }
}
