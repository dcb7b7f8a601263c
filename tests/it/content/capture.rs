//! `POST /capture`.

use brainly::db::Db;
use serde_json::json;

use crate::harness::{TestApp, on_both_engines};

on_both_engines! {
    async fn a_captured_link_takes_its_title_from_the_page(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let link = app.site.article("/a", "The page's own title", &"Text that fills a paragraph well enough.\n\n".repeat(8));

        let saved = ada.post("/api/v1/capture", json!({ "link": link, "tags": ["New ", "new", "old"] })).await.assert_status(201).json();
        assert_eq!(saved["content"]["title"], link);
        app.run_jobs().await;

        let id = saved["content"]["id"].as_str().unwrap();
        let item = ada.get(&format!("/api/v1/content/{id}")).await.json();
        assert_eq!(item["title"], "The page's own title");
        let names: Vec<_> = item["tags"].as_array().unwrap().iter().map(|tag| tag["name"].clone()).collect();
        assert_eq!(names, ["new", "old"]);
    }

    async fn a_captured_text_becomes_a_note_that_is_found_at_once(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;

        let saved = ada.post("/api/v1/capture", json!({ "text": "\n  Buy gouache\nand two brushes" })).await.assert_status(201).json();

        let item = &saved["content"];
        assert_eq!((&item["type"], &item["title"], &item["link"]), (&json!("note"), &json!("Buy gouache"), &json!("")));
        assert_eq!(item["enrichmentStatus"], "enriched");
        let found = ada.get("/api/v1/search?q=brush").await.json();
        assert_eq!(found["results"][0]["id"], item["id"]);
        assert!(found["results"][0]["snippet"].as_str().unwrap().contains("<mark>brushes</mark>"));
    }

    async fn a_capture_of_nothing_both_or_broken_things_is_refused(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        for body in [
            json!({}),
            json!({ "link": "", "text": null }),
            json!({ "text": "  \n " }),
            json!({ "link": "https://example.org/", "text": "both" }),
            json!({ "link": "ftp://example.org/" }),
            json!({ "link": "https://example.org/", "tags": ["x".repeat(51)] }),
            json!({ "link": "https://example.org/", "tags": (0..101).map(|n| n.to_string()).collect::<Vec<_>>() }),
            json!({ "link": "https://example.org/", "title": "" }),
        ] {
            ada.post("/api/v1/capture", body.clone()).await.assert_status(400);
        }
        assert_eq!(ada.get("/api/v1/tags").await.json()["tags"], json!([]));
    }
}
