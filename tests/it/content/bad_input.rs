//! What is not what it must be gets its 4xx, and never a 5xx.

use axum::http::Method;
use brainly::db::Db;
use serde_json::json;

use crate::harness::{TestApp, on_both_engines};

on_both_engines! {
    async fn the_first_broken_field_is_told(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let link = "https://example.org/";
        for (body, told) in [
            (json!({ "link": link }), "title is required"),
            (json!({ "title": "t" }), "link is required"),
            (json!({ "title": " ", "link": link }), "Title must not be empty"),
            (json!({ "title": "x".repeat(501), "link": link }), "Title must have at most 500 characters"),
            (json!({ "title": 7, "link": link }), "title"),
            (json!({ "title": "t", "link": "" }), "Link is required"),
            (json!({ "title": "t", "link": "example.org" }), "Link is not a valid URL"),
            (json!({ "title": "t", "link": "ftp://example.org" }), "Only http and https"),
            (json!({ "title": "t", "link": format!("{link}{}", "x".repeat(5000)) }), "at most 4096"),
            (json!({ "title": "t", "link": link, "tags": 5 }), "tags"),
            (json!({ "title": "t", "link": link, "note": "x".repeat(100_001) }), "Note must have at most"),
            (json!({ "title": "a\0b", "link": link }), "NUL"),
            (json!(["title"]), ""),
            (json!("text"), ""),
        ] {
            let refusal = ada.post("/api/v1/content", body.clone()).await.assert_status(400).json();
            assert!(refusal["message"].as_str().unwrap().contains(told), "{body}: {refusal}");
            assert!(refusal["code"].is_string());
        }
    }

    async fn a_body_that_is_no_json_is_refused_for_what_it_is(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let json = ada.clone().with_header("content-type", "application/json");
        let deep = "[".repeat(100_000);
        for body in ["", "{", "{\"title\":", "nul", &deep, "{\"title\":\"\\ud800\",\"link\":\"https://example.org\"}", "{} x"] {
            let refusal = json.send(Method::POST, "/api/v1/content", body.to_owned()).await.assert_status(400);
            assert!(refusal.json()["message"].is_string());
        }
        json.send(Method::POST, "/api/v1/content", vec![b'"', 0xff, 0xfe, b'"']).await.assert_status(400);
        json.send(Method::POST, "/api/v1/content", vec![b' '; 2 * 1024 * 1024]).await.assert_status(413);
        let text = ada.clone().with_header("content-type", "text/plain");
        text.send(Method::POST, "/api/v1/content", "{}".to_owned()).await.assert_status(415);
        ada.send(Method::POST, "/api/v1/content", "{}".to_owned()).await.assert_status(415);
    }

    async fn a_title_of_five_hundred_wide_characters_fits(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let title = "𝔘".repeat(500);
        let saved = ada.post("/api/v1/content", json!({ "title": title, "link": "https://example.org/" })).await.assert_status(201);
        assert_eq!(saved.json()["content"]["title"], title);
    }
}
