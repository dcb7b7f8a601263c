//! A database with everything in it that a copy could get wrong.

use brainly::db::sql;
use serde_json::json;

use crate::harness::{Scratch, TestApp};

/// Accounts, items, tags, tokens, jobs, vectors; texts that are empty, huge, in many scripts and with every sign; values that are missing.
pub(crate) async fn fill(scratch: &Scratch) {
    let app = TestApp::with(scratch.db.clone(), &[("EMBEDDING_PROVIDER", "hashed")]).await;
    app.site.article("/kiln", "How to fire a kiln", "Cone 6 is 1222 degrees.");
    let ada = app.sign_up("ada").await;
    let grace = app.sign_up("grace_hopper").await;
    for n in 0..40 {
        let title = format!("Ünïcödé {n} 日本語 🏺 \"quoted\" 'single' \\ back\tslash % {}", "x".repeat(n * 10));
        let body = json!({ "title": title, "link": app.site.url(&format!("/{n}?q=ä&b={n}")), "note": "zeile\r\nzwei\u{2028}" });
        let saved = ada.post("/api/v1/content", body).await.assert_status(201).json();
        if n % 5 == 0 {
            let id = saved["content"]["id"].as_str().unwrap().to_owned();
            ada.delete(&format!("/api/v1/content/{id}")).await.assert_status(200);
        }
    }
    for name in ["glaze", "ćeramics", "🏺"] {
        grace.post("/api/v1/tags", json!({ "name": name })).await.assert_status(201);
    }
    let kiln = app.site.url("/kiln");
    grace.post("/api/v1/capture", json!({ "link": kiln, "tags": ["glaze", "new"] })).await.assert_status(201);
    grace.post("/api/v1/capture", json!({ "text": "a note of my own" })).await.assert_status(201);
    grace.post("/api/v1/me/tokens", json!({ "name": "script", "scopes": ["read"] })).await.assert_status(201);
    grace.post("/api/v1/brain/share", json!({ "share": true })).await.assert_status(200);
    app.run_jobs().await;
    ada.post("/api/v1/content", json!({ "title": "waits", "link": "https://example.org/waits" }))
        .await
        .assert_status(201);

    let huge = "Der schnelle Fuchs 狐 ".repeat(100_000);
    let mut tx = scratch.db.begin().await.unwrap();
    sql("UPDATE contents SET full_text = $1, provider_data = $2, meta_tags = $3, transcript_segments = $4, summary = '' \
         WHERE title = 'waits'")
        .bind(huge)
        .bind(json!({ "z": 1, "a": { "b": [1.5, 2.0, null, true, "\u{7f}"] }, "": "empty key" }))
        .bind(json!([]))
        .bind(json!([{ "text": "…", "start": 0.25, "duration": 3 }]))
        .execute(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}
