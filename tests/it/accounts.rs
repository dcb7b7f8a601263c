//! Accounts over HTTP: made, entered, changed, left.

mod api_tokens;
mod google;
mod leaving;
mod sessions;
mod sign_in;
mod sign_up;

use brainly::domain::UserId;
use serde_json::{Value, json};

use crate::harness::{Client, TestApp};

const PASSWORD: &str = "correct horse";

/// What signing up and signing in send.
fn credentials(name: &str, password: &str) -> Value {
    json!({ "username": name, "password": password })
}

/// Makes an account over HTTP.
async fn sign_up(app: &TestApp, name: &str) {
    app.anonymous().post("/api/v1/signup", credentials(name, PASSWORD)).await.assert_status(201);
}

/// Signs in over HTTP and returns the token.
async fn token_of(app: &TestApp, name: &str, password: &str) -> String {
    let answer = app.anonymous().post("/api/v1/signin", credentials(name, password)).await.assert_status(200);
    answer.json()["token"].as_str().unwrap().to_owned()
}

/// Makes an account and signs in.
async fn newcomer(app: &TestApp, name: &str) -> Client {
    sign_up(app, name).await;
    app.anonymous().with_token(token_of(app, name, PASSWORD).await)
}

/// Who a client is.
async fn id_of(client: &Client) -> UserId {
    client.get("/api/v1/me").await.assert_status(200).json()["user"]["id"].as_str().unwrap().parse().unwrap()
}
