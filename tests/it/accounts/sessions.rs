//! Session tokens: which ones hold, and what ends them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use brainly::actions;
use brainly::auth::Password;
use brainly::db::Db;
use ring::hmac;
use serde_json::{Value, json};

use super::{PASSWORD, credentials, id_of, newcomer, token_of};
use crate::harness::{Client, TestApp, on_both_engines};

const SECRET: &str = "a secret of the tests, forty bytes long!";

fn forged(header: &Value, claims: &Value, algorithm: hmac::Algorithm, secret: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = hmac::sign(&hmac::Key::new(algorithm, secret.as_bytes()), signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

async fn assert_void(client: &Client) {
    let answer = client.get("/api/v1/me").await.assert_status(401);
    assert_eq!(answer.json(), json!({ "message": "Invalid or expired token", "code": "invalid_token" }));
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

async fn assert_holds(client: &Client) {
    client.get("/api/v1/me").await.assert_status(200);
}

/// A client of the token in an answer.
fn goes_on(app: &TestApp, answer: &crate::harness::Answer) -> Client {
    app.anonymous().with_token(answer.json()["token"].as_str().unwrap())
}

on_both_engines! {
    async fn without_a_bearer_token_the_answer_says_what_is_missing(db: Db) {
        let app = TestApp::new(db).await;
        for header in [None, Some("Basic YTpi"), Some("Bearer"), Some("Bearer "), Some("token")] {
            let client = match header {
                Some(value) => app.anonymous().with_header("authorization", value),
                None => app.anonymous(),
            };
            let message = "Authorization header missing or in incorrect format";
            let answer = client.get("/api/v1/me").await.assert_status(401);
            assert_eq!(answer.json(), json!({ "message": message, "code": "no_token" }), "{header:?}");
        }
    }

    async fn forged_tokens_are_all_refused_alike(db: Db) {
        let app = TestApp::with(db, &[("JWT_SECRET", SECRET)]).await;
        let ada = id_of(&newcomer(&app, "ada").await).await;
        let honest = token_of(&app, "ada", PASSWORD).await;
        let iat = app.clock.now().timestamp();
        let (hs256, claims) = (json!({ "alg": "HS256", "typ": "JWT" }), json!({ "id": ada, "iat": iat, "exp": iat + 60 }));
        let parts: Vec<&str> = honest.split('.').collect();
        let other = URL_SAFE_NO_PAD.encode(json!({ "id": ada, "iat": iat, "exp": iat + 9_999_999 }).to_string());

        assert_holds(&app.anonymous().with_token(forged(&hs256, &claims, hmac::HMAC_SHA256, SECRET))).await;
        for token in [
            forged(&json!({ "alg": "none" }), &claims, hmac::HMAC_SHA256, SECRET),
            format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), parts[1]),
            forged(&json!({ "alg": "HS384" }), &claims, hmac::HMAC_SHA384, SECRET),
            forged(&hs256, &claims, hmac::HMAC_SHA256, "another secret of forty bytes or so, too"),
            forged(&hs256, &json!({ "id": ada, "iat": iat - 60, "exp": iat }), hmac::HMAC_SHA256, SECRET),
            forged(&hs256, &json!({ "id": ada, "iat": iat }), hmac::HMAC_SHA256, SECRET),
            format!("{}.{other}.{}", parts[0], parts[2]),
            format!("{honest}x"),
            "x".into(),
        ] {
            assert_void(&app.anonymous().with_token(token)).await;
        }
    }

    async fn a_token_ends_after_jwt_ttl(db: Db) {
        let app = TestApp::with(db, &[("JWT_TTL", "1h")]).await;
        let ada = newcomer(&app, "ada").await;

        app.clock.advance(Duration::from_secs(3599));
        assert_holds(&ada).await;
        app.clock.advance(Duration::from_secs(1));
        assert_void(&ada).await;
    }

    async fn a_revoke_ends_all_tokens_but_the_one_it_hands_out(db: Db) {
        let app = TestApp::new(db).await;
        let (ada, bob) = (newcomer(&app, "ada").await, newcomer(&app, "bob").await);
        let made = ada.post("/api/v1/me/tokens", json!({ "name": "script", "scopes": ["read"] })).await;
        let script = goes_on(&app, &made.assert_status(201));
        assert_holds(&script).await;
        for body in [json!({}), json!({ "currentPassword": "" })] {
            ada.post("/api/v1/me/sessions/revoke", body).await.assert_status(400);
        }
        ada.post("/api/v1/me/sessions/revoke", json!({ "currentPassword": "wrong" })).await.assert_status(403);
        assert_holds(&ada).await;

        // The clock stands still: all of this happens within one millisecond.
        let proof = json!({ "currentPassword": PASSWORD });
        let revoked = ada.post("/api/v1/me/sessions/revoke", proof.clone()).await.assert_status(200);

        assert_void(&ada).await;
        assert_void(&script).await;
        let fresh = goes_on(&app, &revoked);
        let signed_in = app.anonymous().with_token(token_of(&app, "ada", PASSWORD).await);
        for client in [&fresh, &signed_in, &bob] {
            assert_holds(client).await;
        }
        let again = fresh.post("/api/v1/me/sessions/revoke", proof).await.assert_status(200);
        for client in [&fresh, &signed_in] {
            assert_void(client).await;
        }
        assert_holds(&goes_on(&app, &again)).await;
    }

    async fn a_new_password_ends_all_older_tokens_and_the_old_password(db: Db) {
        let app = TestApp::new(db).await;
        let ada = newcomer(&app, "ada").await;
        let path = "/api/v1/me/password";
        let change = |current: &str, new: &str| json!({ "currentPassword": current, "newPassword": new });
        ada.put(path, change("wrong", "another password")).await.assert_status(403);
        ada.put(path, change(PASSWORD, "short")).await.assert_status(400);
        ada.put(path, change(PASSWORD, &"x".repeat(129))).await.assert_status(400);
        ada.put(path, json!({ "newPassword": "another password" })).await.assert_status(400);
        ada.put(path, json!({ "currentPassword": PASSWORD })).await.assert_status(400);
        assert_holds(&ada).await;

        let changed = ada.put(path, change(PASSWORD, "another password")).await.assert_status(200);

        assert_eq!(changed.json()["message"], "Password changed successfully");
        assert_void(&ada).await;
        assert_holds(&goes_on(&app, &changed)).await;
        app.anonymous().post("/api/v1/signin", credentials("ada", PASSWORD)).await.assert_status(403);
        token_of(&app, "ada", "another password").await;
    }

    async fn of_two_password_changes_that_race_one_wins_and_the_other_is_told(db: Db) {
        let app = TestApp::new(db).await;
        let ada = newcomer(&app, "ada").await;
        let change = |new: &'static str| ada.put("/api/v1/me/password", json!({ "currentPassword": PASSWORD, "newPassword": new }));

        let (one, other) = futures::future::join(change("password one"), change("password two")).await;

        let (won, lost) = if one.status == 200 { ((one, "password one"), (other, "password two")) } else { ((other, "password two"), (one, "password one")) };
        assert_eq!(won.0.status, 200);
        assert!(matches!(lost.0.status.as_u16(), 401 | 403), "{}", lost.0.text());
        assert_holds(&goes_on(&app, &won.0)).await;
        token_of(&app, "ada", won.1).await;
        app.anonymous().post("/api/v1/signin", credentials("ada", lost.1)).await.assert_status(403);
    }

    async fn what_an_operator_does_to_an_account_ends_its_tokens(db: Db) {
        let app = TestApp::new(db).await;
        let (admin, bob) = (newcomer(&app, "ada").await, newcomer(&app, "bob").await);
        let id = actions::find_user(&app.app, "BOB").await.unwrap().id;
        assert_eq!(actions::find_user(&app.app, &id.to_string()).await.unwrap().id, id);
        assert!(matches!(actions::find_user(&app.app, "carol").await, Err(actions::Error::NotFound("User"))));

        actions::reset_password(&app.app, id, &Password::parse("given to bob").unwrap()).await.unwrap();
        assert_void(&bob).await;
        let bob = app.anonymous().with_token(token_of(&app, "bob", "given to bob").await);
        assert_holds(&bob).await;

        actions::set_disabled(&app.app, id, true).await.unwrap();
        assert_void(&bob).await;
        actions::set_disabled(&app.app, id, false).await.unwrap();
        assert_void(&bob).await;
        let bob = app.anonymous().with_token(token_of(&app, "bob", "given to bob").await);

        actions::set_admin(&app.app, id, true).await.unwrap();
        assert_eq!(bob.get("/api/v1/me").await.json()["user"]["isAdmin"], true);
        actions::delete_user(&app.app, id).await.unwrap();
        assert_void(&bob).await;
        assert!(matches!(actions::delete_user(&app.app, id).await, Err(actions::Error::NotFound("User"))));
        assert_holds(&admin).await;
    }
}
