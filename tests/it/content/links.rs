//! `/content/validate` and `/content/providers`.

use brainly::db::Db;
use brainly::domain::Kind;
use serde_json::json;

use crate::harness::{TestApp, on_both_engines};

on_both_engines! {
    async fn a_link_is_judged_before_it_is_saved(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;

        let good = ada.post("/api/v1/content/validate", json!({ "link": "https://youtu.be/dQw4w9WgXcQ" })).await.assert_status(200).json();
        let bad = ada.post("/api/v1/content/validate", json!({ "link": "javascript:alert(1)" })).await.assert_status(400).json();
        let none = ada.post("/api/v1/content/validate", json!({})).await.assert_status(400).json();

        assert_eq!(
            good,
            json!({ "valid": true, "type": "youtube", "displayName": "YouTube", "contentId": "dQw4w9WgXcQ",
                "embedUrl": "https://www.youtube.com/embed/dQw4w9WgXcQ", "canonicalUrl": "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
                "canEmbed": true, "embedType": "iframe" })
        );
        assert_eq!((&bad["valid"], &none["valid"]), (&json!(false), &json!(false)));
        assert_eq!(bad["message"], "Only http and https links can be saved");
    }

    async fn the_providers_are_told_to_anybody(db: Db) {
        let app = TestApp::new(db).await;
        let answer = app.anonymous().get("/api/v1/content/providers").await.assert_status(200).json();
        let providers = answer["providers"].as_array().unwrap();
        let shown = |kind: &str| providers.iter().find(|provider| provider["type"] == kind).unwrap_or_else(|| panic!("{kind} is missing"));
        for kind in Kind::ALL.into_iter().filter(|kind| !matches!(kind, Kind::Link | Kind::Note)).map(Kind::as_str) {
            assert!(!shown(kind)["hostnames"].as_array().unwrap().is_empty());
        }
        assert!(shown("youtube")["hostnames"].as_array().unwrap().contains(&json!("youtu.be")));
    }
}
