//! `/me/tokens`.

use std::time::Duration;

use brainly::actions::{self, NewApiToken};
use brainly::auth::api_token;
use brainly::db::{Db, sql};
use brainly::domain::{Scopes, TokenName};
use futures::future::join_all;
use serde_json::{Value, json};

use super::{PASSWORD, newcomer};
use crate::harness::{Client, TestApp, on_both_engines};

const PATH: &str = "/api/v1/me/tokens";

/// Makes a token and returns the answer's body with a client that uses it.
async fn make(app: &TestApp, owner: &Client, body: Value) -> (Value, Client) {
    let made = owner.post(PATH, body).await.assert_status(201).json();
    let client = app.anonymous().with_token(made["token"].as_str().unwrap());
    (made, client)
}

on_both_engines! {
    async fn a_tokens_text_is_shown_once_and_only_its_sha_256_is_kept(db: Db) {
        let app = TestApp::new(db).await;
        let ada = newcomer(&app, "ada").await;

        let body = json!({ "name": "  my script ", "scopes": ["write", "read"], "expiresAt": "2026-03-03T08:00:00+01:00" });
        let (mut made, _) = make(&app, &ada, body).await;

        let text = made["token"].take().as_str().unwrap().to_owned();
        assert!(api_token::looks_like(&text));
        made.as_object_mut().unwrap().remove("token");
        assert_eq!(made, json!({
            "_id": made["id"], "id": made["id"], "name": "my script", "scopes": ["read", "write"], "lastUsedAt": null,
            "expiresAt": "2026-03-03T07:00:00.000Z", "createdAt": "2026-03-02T08:00:00.000Z",
        }));
        assert_eq!(ada.get(PATH).await.assert_status(200).json(), json!({ "tokens": [made] }));
        let (hash,): (Vec<u8>,) = sql("SELECT token_hash FROM api_tokens").fetch_one(&app.app.db).await.unwrap();
        assert_eq!(hash, api_token::hash(&text));
    }

    async fn a_token_does_what_its_scopes_say_and_nothing_to_the_account(db: Db) {
        let app = TestApp::new(db).await;
        let ada = newcomer(&app, "ada").await;
        let (_, reader) = make(&app, &ada, json!({ "name": "r", "scopes": ["read"] })).await;
        let (_, writer) = make(&app, &ada, json!({ "name": "w", "scopes": ["write"] })).await;
        let (_, both) = make(&app, &ada, json!({ "name": "rw", "scopes": ["read", "write"] })).await;

        reader.get("/api/v1/me").await.assert_status(200);
        both.get("/api/v1/me").await.assert_status(200);
        let refused = writer.get("/api/v1/me").await.assert_status(403);
        assert_eq!(refused.json(), json!({ "message": "This token may not do that", "code": "forbidden" }));
        for token in [&reader, &writer, &both] {
            token.get(PATH).await.assert_status(403);
            token.post(PATH, json!({ "name": "x", "scopes": ["read"] })).await.assert_status(403);
            token.post("/api/v1/me/sessions/revoke", json!({})).await.assert_status(403);
            token.put("/api/v1/me/password", json!({ "newPassword": "another password" })).await.assert_status(403);
            token.delete("/api/v1/me").await.assert_status(403);
        }
    }

    async fn a_token_ends_when_it_expires_or_is_removed(db: Db) {
        let app = TestApp::new(db).await;
        let (ada, bob) = (newcomer(&app, "ada").await, newcomer(&app, "bob").await);
        let (made, lasting) = make(&app, &ada, json!({ "name": "lasting", "scopes": ["read"] })).await;
        let day = json!({ "name": "a day", "scopes": ["read"], "expiresAt": "2026-03-03T08:00:00Z" });
        let (_, a_day) = make(&app, &ada, day).await;

        app.clock.advance(Duration::from_secs(24 * 3600 - 1));
        a_day.get("/api/v1/me").await.assert_status(200);
        app.clock.advance(Duration::from_secs(1));
        let void = a_day.get("/api/v1/me").await.assert_status(401);
        assert_eq!(void.json()["message"], "Invalid or expired token");

        let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
        let missing = bob.delete(&path).await.assert_status(404);
        assert_eq!(missing.json()["message"], "Token not found");
        ada.delete(&format!("{PATH}/no-uuid")).await.assert_status(404);
        lasting.get("/api/v1/me").await.assert_status(200);
        let removed = ada.delete(&path).await.assert_status(200);
        assert_eq!(removed.json()["message"], "Token deleted successfully");
        lasting.get("/api/v1/me").await.assert_status(401);
        ada.delete(&path).await.assert_status(404);
    }

    async fn the_last_use_is_noted_to_the_minute(db: Db) {
        let app = TestApp::new(db).await;
        let ada = newcomer(&app, "ada").await;
        let (_, script) = make(&app, &ada, json!({ "name": "script", "scopes": ["read"] })).await;
        app.clock.advance(Duration::from_hours(1));

        script.get("/api/v1/me").await.assert_status(200);

        // It is noted in the background: whoever asks often enough sees it.
        let noted = async {
            loop {
                let tokens = ada.get(PATH).await.assert_status(200).json();
                if let Some(at) = tokens["tokens"][0]["lastUsedAt"].as_str() {
                    return at.to_owned();
                }
                tokio::task::yield_now().await;
            }
        };
        let noted = tokio::time::timeout(Duration::from_secs(30), noted).await.expect("the use is noted");
        assert_eq!(noted, "2026-03-02T09:00:00.000Z");
    }

    async fn a_hundred_tokens_are_the_most_also_when_they_race(db: Db) {
        let app = TestApp::new(db).await;
        let ada = newcomer(&app, "ada").await;

        let body = json!({ "name": "one of many", "scopes": ["read"] });
        let made = join_all((0..104).map(|_| ada.post(PATH, body.clone()))).await;

        assert_eq!(made.iter().filter(|answer| answer.status == 201).count(), 100);
        assert_eq!(made.iter().filter(|answer| answer.status == 400).count(), 4);
    }

    async fn a_session_that_was_ended_meanwhile_leaves_no_token_behind(db: Db) {
        let app = TestApp::new(db).await;
        let ada = newcomer(&app, "ada").await;
        let checked = actions::find_user(&app.app, "ada").await.unwrap();
        let proof = json!({ "currentPassword": PASSWORD });
        ada.post("/api/v1/me/sessions/revoke", proof).await.assert_status(200);

        let new = NewApiToken { name: TokenName::parse("late").unwrap(), scopes: Scopes::ALL, expires_at: None };
        let late = actions::create_api_token(&app.app, &checked, new).await;

        assert!(matches!(late, Err(actions::Error::InvalidToken)), "{late:?}");
        assert_eq!(actions::list_api_tokens(&app.app, checked.id).await.unwrap(), []);
    }

    async fn what_cannot_be_a_token_is_refused_with_its_reason(db: Db) {
        let app = TestApp::new(db).await;
        let ada = newcomer(&app, "ada").await;
        for (body, message) in [
            (json!({ "name": "  ", "scopes": ["read"] }), "Name must be between 1 and 100 characters"),
            (json!({ "name": "n".repeat(101), "scopes": ["read"] }), "Name must be between 1 and 100 characters"),
            (json!({ "name": "n\0", "scopes": ["read"] }), "Text must not contain the NUL character"),
            (json!({ "name": "n", "scopes": [] }), "At least one scope is required"),
            (json!({ "name": "n", "scopes": ["admin"] }), "scopes[0]: unknown variant `admin`, expected `read` or `write`"),
            (json!({ "name": "n" }), "scopes is required"),
            (json!({ "name": "n", "scopes": ["read"], "expiresAt": "2026-03-02T08:00:00Z" }), "expiresAt must be in the future"),
            (json!({ "name": "n", "scopes": ["read"], "expiresAt": "tomorrow" }),
             "Expiry (expiresAt) must be a time such as 2030-01-31T00:00:00Z"),
        ] {
            assert_eq!(ada.post(PATH, body).await.assert_status(400).json()["message"], message);
        }
        assert_eq!(ada.get(PATH).await.json(), json!({ "tokens": [] }));
    }
}
