//! `PATCH /content/{id}` and `PUT /content/{id}/tags`.

use brainly::db::Db;
use serde_json::json;

use super::{save_with, tag};
use crate::harness::{TestApp, on_both_engines};

on_both_engines! {
    async fn what_is_named_changes_and_the_rest_stays(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let item = save_with(&ada, json!({ "title": "old", "link": "https://example.org/", "note": "keep" })).await;
        let path = format!("/api/v1/content/{}", item["id"].as_str().unwrap());

        let edited = ada.patch(&path, json!({ "title": "Quokka", "isFavorite": true })).await.assert_status(200).json();

        assert_eq!((&edited["title"], &edited["note"]), (&json!("Quokka"), &json!("keep")));
        assert_eq!((&edited["isFavorite"], &edited["isArchived"]), (&json!(true), &json!(false)));
        assert!(edited.get("fullText").is_some());
        assert_eq!(ada.get("/api/v1/search?q=quokka").await.json()["results"].as_array().unwrap().len(), 1);
        let edited = ada.patch(&path, json!({ "note": null })).await.assert_status(200).json();
        assert!(edited["note"].is_null());
        assert_eq!(ada.get("/api/v1/search?q=keep").await.json()["results"], json!([]));
    }

    async fn the_tags_of_an_item_are_replaced_as_a_whole(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let (a, b, c) = (tag(&ada, "a").await, tag(&ada, "b").await, tag(&ada, "c").await);
        let item = save_with(&ada, json!({ "title": "t", "link": "https://example.org/", "tags": [a, b] })).await;
        let path = format!("/api/v1/content/{}/tags", item["id"].as_str().unwrap());

        let answer = ada.put(&path, json!({ "tags": [c, b, "nonsense"] })).await.assert_status(200).json();

        assert_eq!(answer["message"], "Tags updated successfully");
        let names: Vec<_> = answer["content"]["tags"].as_array().unwrap().iter().map(|tag| tag["name"].clone()).collect();
        assert_eq!(names, ["b", "c"]);
        ada.put(&path, json!({ "tags": [] })).await.assert_status(200);
        ada.put(&path, json!({ "tags": "b" })).await.assert_status(400);
    }
}
