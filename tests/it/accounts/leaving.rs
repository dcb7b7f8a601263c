//! `DELETE /me`: nothing stays behind.

use std::collections::BTreeMap;

use axum::http::Method;
use brainly::actions::{self, Capture, Captured};
use brainly::db::{Db, Engine, sql};
use brainly::domain::{JobId, Note, SourceUrl, TagName, UserId};
use brainly::store::attempts::{self, Attempt};
use brainly::store::index::words::{self, Document};
use futures::future::{join, join_all};
use serde_json::{Value, json};

use super::{PASSWORD, credentials, id_of, newcomer};
use crate::harness::{TestApp, on_both_engines};

/// Tables that hold nothing of a user.
const NOT_THEIRS: [&str; 6] = ["backfills", "backups", "embedding_spaces", "rate_limits", "schema_migrations", "users"];

/// Tables that hold only numbers and names of the queue's own.
const NUMBERS: [&str; 7] =
    ["embedding_spaces", "hosts", "job_clocks", "job_counts", "job_minutes", "job_pauses", "job_schedules"];

/// How many rows each table has.
async fn rows(db: &Db) -> BTreeMap<String, i64> {
    let tables: Vec<(String,)> = sql(match db.engine() {
        Engine::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
        Engine::Postgres => "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()",
    })
    .fetch_all(db)
    .await
    .unwrap();
    let mut rows = BTreeMap::new();
    // Beside each `vec0` table stand those that it is made of.
    let is_inner = |table: &str| table.strip_prefix("vectors_").is_some_and(|rest| rest.contains('_'));
    for (table,) in tables.into_iter().filter(|(table,)| !NUMBERS.contains(&table.as_str()) && !is_inner(table)) {
        let (count,): (i64,) = sql(&format!("SELECT COUNT(*) FROM {table}")).fetch_one(db).await.unwrap();
        rows.insert(table, count);
    }
    rows
}

/// Gives `owner` something of everything.
async fn furnish(app: &TestApp, owner: UserId, mark: &str) {
    let (now, app) = (app.clock.now(), &app.app);
    let link = |path: &str| Captured::Link(SourceUrl::parse(&format!("https://example.org/{mark}/{path}")).unwrap());
    let captured = |what| Capture { what, title: None, tags: vec![TagName::parse(mark).unwrap()], note: None };
    let kept = actions::capture(app, owner, captured(link("kept"))).await.unwrap().item;
    let thrown = actions::capture(app, owner, captured(link("thrown"))).await.unwrap().item;
    let text = (0..80).map(|number| format!("{mark}{number}")).collect::<Vec<_>>().join(" ");
    let note = actions::capture(app, owner, captured(Captured::Text(Note::parse(&text).unwrap()))).await.unwrap().item;
    actions::embed_content(app, note.id).await.unwrap();
    actions::trash_content(app, owner, thrown.id).await.unwrap();
    actions::share_brain(app, owner).await.unwrap();

    let mut tx = app.db.begin().await.unwrap();
    let document = Document { terms: vec![(mark.to_owned(), 2)], length: 2, language: Some("en".into()) };
    words::put(&mut tx, owner, kept.id, &document).await.unwrap();
    let (extractor, outcome) = ("article".to_owned(), "failed".to_owned());
    let attempt = Attempt { at: now, extractor, duration_ms: 5, outcome, error: None };
    attempts::record(&mut tx, uuid::Uuid::new_v4(), kept.id, &attempt).await.unwrap();
    let job = JobId::new(now);
    sql("INSERT INTO jobs (id, queue, kind, state, priority, user_id, arguments, max_attempts, run_at, created_at) \
         VALUES ($1, 'default', 'enrich', 'completed', 10, $2, $3, 5, $4, $4)")
    .bind(job)
    .bind(owner)
    .bind(json!({}))
    .bind(now)
    .execute(&mut tx)
    .await
    .unwrap();
    sql("INSERT INTO job_attempts (id, job_id, attempt, ended_at, outcome) VALUES ($1, $1, 1, $2, 'retryable')")
        .bind(job)
        .bind(now)
        .execute(&mut tx)
        .await
        .unwrap();
    sql("INSERT INTO host_visits (id, host, visitor, owner, starts_at, ends_at, begun) \
         VALUES ($1, 'example.org', $1, $2, $3, $3, TRUE)")
    .bind(job)
    .bind(owner)
    .bind(now)
    .execute(&mut tx)
    .await
    .unwrap();
    sql("INSERT INTO content_keys (user_id, key_hash, content_id) VALUES ($1, $2, $3)")
        .bind(owner)
        .bind([7; 32])
        .bind(kept.id)
        .execute(&mut tx)
        .await
        .unwrap();
    sql("INSERT INTO imports (id, user_id, name, format, digest, state, created_at) VALUES ($1, $2, 'a', 'list', $3, 'done', $4)")
        .bind(job)
        .bind(owner)
        .bind([7; 32])
        .bind(now)
        .execute(&mut tx)
        .await
        .unwrap();
    sql("INSERT INTO import_rows (import_id, entry, link) VALUES ($1, 1, 'https://example.org/')")
        .bind(job)
        .execute(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Saves a text with its words; fails when its owner goes meanwhile.
async fn save_with_words(app: &TestApp, owner: UserId, number: u32) -> Result<(), actions::Error> {
    let what = Captured::Text(Note::parse(&format!("text {number}")).unwrap());
    let capture = Capture { what, title: None, tags: vec![TagName::parse("race").unwrap()], note: None };
    let saved = actions::capture(&app.app, owner, capture).await?;
    let mut tx = app.app.db.begin().await?;
    let document = Document { terms: vec![(format!("word{number}"), 1)], length: 1, language: None };
    words::put(&mut tx, owner, saved.item.id, &document).await?;
    Ok(tx.commit().await?)
}

on_both_engines! {
    async fn of_a_user_who_leaves_no_row_of_any_table_stays(db: Db) {
        let app = TestApp::with(db, &[("EMBEDDING_PROVIDER", "hashed")]).await;
        let ada = newcomer(&app, "ada").await;
        furnish(&app, id_of(&ada).await, "ada").await;
        let before = rows(&app.app.db).await;
        let bob = newcomer(&app, "bob").await;
        furnish(&app, id_of(&bob).await, "bob").await;
        bob.post("/api/v1/me/tokens", json!({ "name": "script", "scopes": ["read"] })).await.assert_status(201);
        for (table, count) in rows(&app.app.db).await {
            let grew = count > before[&table];
            assert!(grew || NOT_THEIRS.contains(&table.as_str()), "nothing of a user is in {table}: is it tested here?");
        }

        let left = bob.json(Method::DELETE, "/api/v1/me", &json!({ "currentPassword": PASSWORD })).await;

        assert_eq!(left.assert_status(200).json(), json!({ "message": "Account deleted successfully" }));
        assert_eq!(rows(&app.app.db).await, before);
        let void = bob.get("/api/v1/me").await.assert_status(401);
        assert_eq!(void.json()["message"], "Invalid or expired token");
        app.anonymous().post("/api/v1/signin", credentials("bob", PASSWORD)).await.assert_status(403);
        ada.get("/api/v1/me").await.assert_status(200);
    }

    async fn who_leaves_while_things_are_being_saved_leaves_nothing_either(db: Db) {
        let app = TestApp::new(db).await;
        let ada = newcomer(&app, "ada").await;
        furnish(&app, id_of(&ada).await, "ada").await;
        let before = rows(&app.app.db).await;
        let bob = newcomer(&app, "bob").await;
        let owner = id_of(&bob).await;

        let saves = join_all((0..12).map(|n| save_with_words(&app, owner, n)));
        let (saves, left) = join(saves, actions::delete_user(&app.app, owner)).await;

        left.unwrap();
        assert_eq!(saves.len(), 12);
        assert_eq!(rows(&app.app.db).await, before);
    }

    async fn nobody_leaves_without_the_password_where_there_is_one(db: Db) {
        let app = TestApp::new(db).await;
        let ada = newcomer(&app, "ada").await;
        let leave = async |body: Value| ada.json(Method::DELETE, "/api/v1/me", &body).await;

        assert_eq!(ada.delete("/api/v1/me").await.assert_status(400).json()["message"], "Current password is required");
        leave(json!({})).await.assert_status(400);
        leave(json!({ "currentPassword": 7 })).await.assert_status(400);
        leave(json!({ "currentPassword": "wrong" })).await.assert_status(403);
        ada.get("/api/v1/me").await.assert_status(200);

        let without = app.sign_up("no_password").await;
        without.delete("/api/v1/me").await.assert_status(200);
        without.get("/api/v1/me").await.assert_status(401);
    }

    async fn a_name_is_free_again_when_its_user_has_left(db: Db) {
        let app = TestApp::new(db).await;
        let ada = newcomer(&app, "ada").await;
        let former = id_of(&ada).await;
        ada.json(Method::DELETE, "/api/v1/me", &json!({ "password": PASSWORD })).await.assert_status(200);

        let ada = newcomer(&app, "ADA").await;

        assert_ne!(id_of(&ada).await, former);
    }
}
