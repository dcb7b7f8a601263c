//! Into the trash, out of it, and gone.

use std::time::Duration;

use brainly::db::Db;
use serde_json::json;

use super::{save, titles};
use crate::harness::{TestApp, on_both_engines};

on_both_engines! {
    async fn what_is_thrown_away_is_in_no_list_and_no_search_until_it_is_restored(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let item = save(&ada, "Zeppelin", "https://example.org/").await;
        let id = item["id"].as_str().unwrap();

        let answer = ada.json(axum::http::Method::DELETE, "/api/v1/content", &json!({ "contentId": id })).await;

        assert_eq!(answer.assert_status(200).json()["message"], "Content deleted successfully");
        assert!(titles(&ada, "").await.is_empty());
        assert_eq!(ada.get("/api/v1/search?q=zeppelin").await.json()["results"], json!([]));
        ada.delete(&format!("/api/v1/content/{id}")).await.assert_status(404);
        ada.post(&format!("/api/v1/content/{id}/restore"), json!({})).await.assert_status(200);
        assert_eq!(titles(&ada, "").await, ["Zeppelin"]);
        assert_eq!(ada.get("/api/v1/search?q=zeppelin").await.json()["results"].as_array().unwrap().len(), 1);
        ada.post(&format!("/api/v1/content/{id}/restore"), json!({})).await.assert_status(404);
    }

    async fn a_link_in_the_trash_can_be_saved_anew_and_both_stand_after_a_restore(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let old = save(&ada, "old", "https://example.org/").await;
        let id = old["id"].as_str().unwrap();
        ada.delete(&format!("/api/v1/content/{id}")).await.assert_status(200);

        ada.post("/api/v1/content", json!({ "title": "new", "link": "https://example.org/" })).await.assert_status(201);
        ada.post(&format!("/api/v1/content/{id}/restore"), json!({})).await.assert_status(200);

        assert_eq!(titles(&ada, "").await.len(), 2);
    }

    async fn after_its_days_in_the_trash_an_item_is_gone_for_good(db: Db) {
        let app = TestApp::with(db, &[("TRASH_DAYS", "3")]).await;
        let ada = app.sign_up("ada").await;
        let id = save(&ada, "t", "https://example.org/").await["id"].as_str().unwrap().to_owned();
        ada.delete(&format!("/api/v1/content/{id}")).await.assert_status(200);

        app.clock.advance(Duration::from_hours(3 * 24 - 1));
        brainly::actions::purge(&app.app).await.unwrap();
        ada.get(&format!("/api/v1/content/{id}")).await.assert_status(200);
        app.clock.advance(Duration::from_hours(2));
        brainly::actions::purge(&app.app).await.unwrap();

        ada.get(&format!("/api/v1/content/{id}")).await.assert_status(404);
        assert_eq!(ada.get("/api/v1/content?trash=true").await.json()["pagination"]["total"], 0);
    }
}
