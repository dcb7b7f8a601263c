//! What is true of every answer, whatever route gave it.

mod bodies;
mod caching;
mod cors;
mod dead_database;
mod errors;
mod health;
mod logs;
mod rate_limits;
mod serving;
mod slow_clients;

use std::collections::HashMap;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::{get, post};
use brainly::api::extract::{CurrentUser, ValidJson, ValidQuery};
use brainly::api::layers;
use brainly::app::App;
use serde_json::{Value, json};

use crate::harness::{Client, TestApp};

/// Routes of the tests' own, within the layers of the real ones.
fn test_router(app: &App) -> Router {
    let routes = Router::new()
        .route("/panic", get(panics))
        .route("/never", get(std::future::pending::<()>))
        .route("/large", get(|| async { axum::Json(json!({ "text": "kiln ".repeat(1000) })) }))
        .route("/small", get(|| async { axum::Json(json!({ "text": "kiln" })) }))
        .route("/echo", post(|ValidJson(body): ValidJson<Value>| async { axum::Json(body) }))
        .route("/search", get(|ValidQuery(query): ValidQuery<HashMap<String, String>>| async { axum::Json(query) }))
        .route("/me/{part}", get(|user: CurrentUser| async move { user.id.to_string() }))
        .route("/api/v1/signup", post(|| async { "in" }))
        .route("/api/v1/signin", post(|| async { "in" }))
        .route("/api/v1/content", get(|| async { "list" }).post(|_: CurrentUser| async { "saved" }))
        .route("/health/live", get(|| async { "alive" }));
    layers::around(routes, app).with_state(app.clone())
}

async fn panics() -> &'static str {
    panic!("the kiln exploded: 1300 degrees")
}

/// A client of the tests' own routes that comes from `address`.
fn client_at(app: &TestApp, address: &str) -> Client {
    let peer: std::net::SocketAddr = address.parse().unwrap();
    Client::of(test_router(&app.app).layer(axum::Extension(ConnectInfo(peer))))
}

fn client(app: &TestApp) -> Client {
    client_at(app, "192.0.2.1:50000")
}
