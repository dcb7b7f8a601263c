//! Saving, listing, reading, changing and throwing away, over HTTP.

mod bad_input;
mod capture;
mod counts;
mod duplicates;
mod editing;
mod isolation;
mod links;
mod paging;
mod saving;
mod trash;

use serde_json::{Value, json};

use crate::harness::Client;

/// Saves a link and gives back the item.
async fn save(client: &Client, title: &str, link: &str) -> Value {
    save_with(client, json!({ "title": title, "link": link })).await
}

/// Saves what `body` says and gives back the item.
async fn save_with(client: &Client, body: Value) -> Value {
    let answer = client.post("/api/v1/content", body).await;
    assert!(matches!(answer.status.as_u16(), 200 | 201), "{}", answer.text());
    answer.json()["content"].take()
}

/// Makes a tag and gives back its id.
async fn tag(client: &Client, name: &str) -> String {
    let answer = client.post("/api/v1/tags", json!({ "name": name })).await.assert_status(201).json();
    answer["tag"]["id"].as_str().unwrap().to_owned()
}

/// The titles of a page, in order.
async fn titles(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("/api/v1/content{query}")).await.assert_status(200).json();
    page["content"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}
