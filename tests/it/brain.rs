//! `/brain`: sharing.

use std::collections::BTreeSet;

use brainly::db::Db;
use futures::future::join_all;
use serde_json::json;

use crate::harness::{TestApp, on_both_engines};

on_both_engines! {
    async fn a_shared_brain_shows_what_is_public_and_nothing_else(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let body = json!({ "title": "Shown", "link": "https://example.org/", "note": "hidden note" });
        ada.post("/api/v1/content", body).await.assert_status(201);
        let gone = ada.post("/api/v1/content", json!({ "title": "Gone", "link": "https://example.org/2" })).await.json();
        ada.delete(&format!("/api/v1/content/{}", gone["content"]["id"].as_str().unwrap())).await.assert_status(200);

        let hash = ada.post("/api/v1/brain/share", json!({ "share": true })).await.assert_status(200).json()["hash"].clone();
        let hash = hash.as_str().unwrap();
        assert!(hash.len() == 20 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
        let answer = app.anonymous().get(&format!("/api/v1/brain/{hash}?limit=1")).await.assert_status(200);

        let brain = answer.json();
        assert_eq!((&brain["username"], &brain["pagination"]["total"]), (&json!("ada"), &json!(1)));
        assert_eq!(brain["content"][0]["title"], "Shown");
        for word in ["hidden", "fullText", "note\"", "userId", "Gone", "enrichment"] {
            assert!(!answer.text().contains(word), "{word}: {}", answer.text());
        }
    }

    async fn sixty_first_shares_at_once_give_one_hash(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let answers = join_all((0..60).map(|_| {
            let ada = ada.clone();
            async move { ada.post("/api/v1/brain/share", json!({ "share": true })).await.assert_status(200).text() }
        }))
        .await;
        assert_eq!(answers.into_iter().collect::<BTreeSet<_>>().len(), 1);
    }

    async fn a_link_that_was_taken_back_leads_nowhere(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let hash = ada.post("/api/v1/brain/share", json!({ "share": true })).await.json()["hash"].as_str().unwrap().to_owned();

        let answer = ada.post("/api/v1/brain/share", json!({ "share": false })).await.assert_status(200).json();

        assert_eq!(answer["message"], "removed link");
        for hash in [&hash, "0123456789", "nonsense", "%00", &"a".repeat(4000)] {
            let refused = app.anonymous().get(&format!("/api/v1/brain/{hash}")).await;
            assert!(matches!(refused.status.as_u16(), 400 | 404), "{hash}");
        }
        let refused = app.anonymous().get(&format!("/api/v1/brain/{hash}")).await.json();
        assert_eq!(refused["message"], "Share link not found");
        ada.post("/api/v1/brain/share", json!({ "share": "yes" })).await.assert_status(400);
    }
}
