//! Found by meaning: from a text that was saved to one that answers, on both engines.

mod changing;
mod finding;
mod isolation;
mod large;
mod model;
mod servers;

use brainly::db::Db;
use serde_json::{Value, json};

use crate::harness::{Client, TestApp};

/// With the model for tests, which finds words by how they are spelled.
pub(crate) async fn with_hashes(db: Db) -> TestApp {
    TestApp::with(db, &[("EMBEDDING_PROVIDER", "hashed")]).await
}

/// Saves a note and returns its id.
pub(crate) async fn note(client: &Client, title: &str, text: &str) -> String {
    let saved = client.post("/api/v1/capture", json!({ "title": title, "text": text })).await.assert_status(201).json();
    saved["content"]["id"].as_str().unwrap().to_owned()
}

/// The answer to a search.
pub(crate) async fn search(client: &Client, query: &str) -> Value {
    client.get(&format!("/api/v1/search?{query}")).await.assert_status(200).json()
}

/// The titles that a query finds, best first.
pub(crate) async fn titles(client: &Client, query: &str) -> Vec<String> {
    let answer = search(client, query).await;
    answer["results"].as_array().unwrap().iter().map(|found| found["title"].as_str().unwrap().to_owned()).collect()
}

/// What the ledger says of an item's meaning.
pub(crate) async fn embedding(client: &Client, id: &str) -> Value {
    client.get(&format!("/api/v1/content/{id}/enrichment")).await.assert_status(200).json()["embedding"].take()
}
