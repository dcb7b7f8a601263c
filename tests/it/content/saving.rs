//! `POST /content`.

use brainly::db::Db;
use serde_json::json;

use super::{save, save_with, tag};
use crate::harness::{TestApp, on_both_engines};

on_both_engines! {
    async fn a_saved_link_comes_back_as_old_clients_know_it(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let rust = tag(&ada, "rust").await;

        let answer = ada
            .post("/api/v1/content", json!({ "title": "  A talk ", "link": "https://youtu.be/dQw4w9WgXcQ?si=x", "tags": [rust], "note": "watch" }))
            .await
            .assert_status(201)
            .json();

        assert_eq!(answer["message"], "Content created successfully");
        assert!(answer.get("duplicate").is_none());
        let item = &answer["content"];
        assert_eq!(item["_id"], item["id"]);
        assert_eq!(item["title"], "A talk");
        assert_eq!(item["link"], "https://youtu.be/dQw4w9WgXcQ?si=x");
        assert_eq!((&item["type"], &item["contentId"]), (&json!("youtube"), &json!("dQw4w9WgXcQ")));
        assert_eq!((&item["displayName"], &item["canEmbed"]), (&json!("YouTube"), &json!(true)));
        assert_eq!(item["embedUrl"], "https://www.youtube.com/embed/dQw4w9WgXcQ");
        assert_eq!(item["tags"], json!([{ "_id": rust, "id": rust, "name": "rust" }]));
        assert_eq!((&item["note"], &item["isFavorite"]), (&json!("watch"), &json!(false)));
        assert_eq!((&item["enrichmentStatus"], &item["enrichmentRetries"]), (&json!("pending"), &json!(0)));
        assert_eq!((&item["createdAt"], &item["updatedAt"]), (&json!("2026-03-02T08:00:00.000Z"), &json!("2026-03-02T08:00:00.000Z")));
        assert!(item["metadata"]["publishedDate"].is_null() && item["metadata"]["siteName"].is_null());
    }

    async fn tags_that_are_unknown_foreign_or_malformed_are_ignored(db: Db) {
        let app = TestApp::new(db).await;
        let (ada, eve) = (app.sign_up("ada").await, app.sign_up("eve").await);
        let (hers, foreign) = (tag(&ada, "hers").await, tag(&eve, "foreign").await);

        let tags = json!([foreign, "no-uuid", 7, null, hers, uuid::Uuid::new_v4(), hers]);
        let item = save_with(&ada, json!({ "title": "t", "link": "https://example.org/", "tags": tags })).await;

        assert_eq!(item["tags"].as_array().unwrap().len(), 1);
        assert_eq!(item["tags"][0]["id"], hers);
    }

    async fn a_link_on_any_host_with_http_or_https_can_be_saved(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        for link in ["http://localhost:3000/x", "https://192.168.1.5/", "https://bücher.example/ä?q=ü#frag", "HTTP://EXAMPLE.ORG"] {
            let item = save(&ada, "t", link).await;
            assert_eq!(item["type"], "link", "{link}");
        }
    }

    async fn a_saved_link_is_read_and_then_found_by_its_words(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let link = app.site.article("/kiln", "Firing clay", &"A kiln is fired slowly until cone 6 bends.\n\n".repeat(8));
        let item = save(&ada, "Pottery", &link).await;

        app.run_jobs().await;

        let found = ada.get("/api/v1/search?q=cone").await.assert_status(200).json();
        assert_eq!(found["results"][0]["id"], item["id"]);
        assert_eq!((&found["mode"], &found["results"][0]["relevance"]), (&json!("text"), &json!(1.0)));
        let read = ada.get(&format!("/api/v1/content/{}", item["id"].as_str().unwrap())).await.assert_status(200).json();
        assert_eq!(read["enrichmentStatus"], "enriched");
        assert_eq!((&read["title"], &read["metadata"]["title"]), (&json!("Pottery"), &json!("Firing clay")));
        assert!(read["fullText"].as_str().unwrap().contains("cone 6 bends"));
        assert_eq!(read["fullTextType"], "article");
        assert!(read["metadata"]["wordCount"].as_i64().unwrap() > 50);
    }
}
