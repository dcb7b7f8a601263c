//! Links to sites that are more than their pages: what is understood of each, with its service played by the test's own site.

mod arxiv;
mod bluesky;
mod feeds;
mod forbidden;
mod github;
mod hackernews;
mod instagram;
mod mastodon;
mod medium;
mod notion;
mod oembed;
mod podcast;
mod reddit;
mod stackexchange;
mod twitter;
mod wikipedia;
mod youtube;

use serde_json::{Value, json};

use crate::harness::TestApp;

/// Text that is long enough for an article.
const PARAGRAPHS: &str = "The kiln is fired slowly at first, so that the water can leave the clay.\n\n";

/// Saves `link` for a new user, works the queue, and returns the item with its long texts and `attempts` beside them.
async fn read(app: &TestApp, link: &str) -> Value {
    let ada = app.sign_up(&format!("ada{}", uuid::Uuid::new_v4().simple().to_string().split_at(12).0)).await;
    let saved = ada.post("/api/v1/content", json!({ "title": link, "link": link })).await.assert_status(201).json();
    let path = format!("/api/v1/content/{}", saved["content"]["id"].as_str().unwrap());
    app.run_jobs().await;
    let mut item = ada.get(&path).await.assert_status(200).json();
    item["attempts"] = ada.get(&format!("{path}/enrichment")).await.assert_status(200).json()["attempts"].clone();
    item
}

/// Fails unless the item was understood by `extractor`, wholly.
#[track_caller]
fn assert_enriched(item: &Value, extractor: &str) {
    let last = item["attempts"].as_array().unwrap().last();
    assert_eq!(
        (item["enrichmentStatus"].as_str(), &item["enrichmentError"]),
        (Some("enriched"), &Value::Null),
        "{item:#}"
    );
    assert_eq!(last.map(|last| (&last["extractor"], &last["outcome"])), Some((&json!(extractor), &json!("enriched"))));
}

/// Fails unless the item has this status, and its error says `why` somewhere.
#[track_caller]
fn assert_told(item: &Value, status: &str, why: &str) {
    let told = item["enrichmentError"].as_str().unwrap_or_default();
    assert!(item["enrichmentStatus"] == status && told.contains(why), "{told} is told, not {why}: {item:#}");
}
