//! The language's model behind OpenAI's interface, on a port of this machine.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::tongue::Tongue;

/// Where it answers.
pub(crate) async fn serve(tongue: Arc<Tongue>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let router = Router::new().route("/v1/embeddings", post(answer)).with_state(tongue);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn answer(State(tongue): State<Arc<Tongue>>, Json(question): Json<Value>) -> Json<Value> {
    let texts = question["input"].as_array().unwrap();
    let data: Vec<Value> =
        texts.iter().map(|text| json!({ "embedding": tongue.vector(text.as_str().unwrap()) })).collect();
    Json(json!({ "data": data }))
}
