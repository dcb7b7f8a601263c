//! `POST /auth/google`, with a key set on loopback in place of Google's.

use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use brainly::actions;
use brainly::db::{Db, sql};
use brainly::domain::UserId;
use brainly::store::users::{self, NewUser};
use futures::future::join_all;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents};
use serde_json::{Value, json};

use super::{PASSWORD, id_of, newcomer};
use crate::harness::{Answer, Client, TestApp, on_both_engines};

const CLIENT: &str = "1234-brainly.apps.googleusercontent.com";
const SETTINGS: [(&str, &str); 2] = [("GOOGLE_CLIENT_ID", CLIENT), ("GOOGLE_CERTS_URL", "{site}/certs")];

static PAIR: LazyLock<RsaKeyPair> =
    LazyLock::new(|| RsaKeyPair::from_pkcs8(include_bytes!("../../fixtures/google-test-key.der")).unwrap());

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Puts up our public key under the name `kid`.
fn publish(app: &TestApp, kid: &str) {
    let public = RsaPublicKeyComponents::<Vec<u8>>::from(PAIR.public());
    let (n, e) = (base64url(public.n), base64url(public.e));
    let set = json!({ "keys": [{ "kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, "n": n, "e": e }] });
    let headers = [("content-type", "application/json; charset=UTF-8"), ("cache-control", "public, max-age=7200")];
    app.site.page("/certs", 200, &headers, set.to_string());
}

/// What Google would hand out for Ada, with some claims replaced.
fn credential(app: &TestApp, kid: &str, changes: &Value) -> Value {
    let now = app.clock.now().timestamp();
    let mut claims = json!({
        "iss": "https://accounts.google.com", "aud": CLIENT, "sub": "110169484474386276334", "iat": now, "exp": now + 3600,
        "email": "ada@example.org", "email_verified": true, "picture": "https://lh3.example.org/ada",
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let header = json!({ "alg": "RS256", "kid": kid, "typ": "JWT" });
    let signed = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
    let mut signature = vec![0; PAIR.public().modulus_len()];
    PAIR.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    json!({ "credential": format!("{signed}.{}", base64url(signature)) })
}

async fn with_google(db: Db) -> TestApp {
    let app = TestApp::with(db, &SETTINGS).await;
    publish(&app, "one");
    app
}

async fn visit(app: &TestApp, changes: Value) -> Answer {
    app.anonymous().post("/api/v1/auth/google", credential(app, "one", &changes)).await
}

/// Signs in and returns the client.
async fn enter(app: &TestApp, changes: Value) -> Client {
    let answer = visit(app, changes).await.assert_status(200);
    app.anonymous().with_token(answer.json()["token"].as_str().unwrap())
}

async fn count_users(app: &TestApp) -> i64 {
    let (count,): (i64,) = sql("SELECT COUNT(*) FROM users").fetch_one(&app.app.db).await.unwrap();
    count
}

/// A local account that has an address.
async fn local_user(app: &TestApp, email: &str) -> UserId {
    let now = app.clock.now();
    let user = NewUser {
        username: Some("ada"),
        username_key: Some("ada"),
        email: Some(email),
        auth_provider: "local",
        ..NewUser::default()
    };
    let mut tx = app.app.db.begin().await.unwrap();
    let made = users::create(&mut tx, UserId::new(now), &user, now).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    made.id
}

on_both_engines! {
    async fn without_a_client_id_google_is_not_configured(db: Db) {
        let app = TestApp::new(db).await;
        let answer = visit(&app, json!({})).await.assert_status(503).json();
        assert_eq!(answer["message"], "Google authentication is not configured");
        assert_eq!(answer["code"], "google_not_configured");
    }

    async fn without_a_credential_there_is_nothing_to_check(db: Db) {
        let app = with_google(db).await;
        for body in [json!({}), json!({ "credential": "" }), json!({ "credential": "  " }), json!({ "credential": null })] {
            let answer = app.anonymous().post("/api/v1/auth/google", body).await.assert_status(400);
            assert_eq!(answer.json()["message"], "Google credential is required");
        }
        app.anonymous().post("/api/v1/auth/google", json!({ "credential": 7 })).await.assert_status(400);
        assert_eq!(app.site.asked("/certs"), 0);
    }

    async fn the_first_visit_makes_an_account_and_the_next_one_finds_it(db: Db) {
        let app = with_google(db).await;

        let ada = enter(&app, json!({})).await;
        let again = enter(&app, json!({ "email": "moved@example.org" })).await;

        let me = ada.get("/api/v1/me").await.assert_status(200).json();
        let id = &me["user"]["id"];
        assert_eq!(me["user"], json!({
            "_id": id, "id": id, "username": null, "email": "ada@example.org", "authProvider": "google", "isAdmin": true,
            "profilePicture": "https://lh3.example.org/ada", "createdAt": "2026-03-02T08:00:00.000Z",
        }));
        assert_eq!(id_of(&again).await, id_of(&ada).await);
        assert_eq!((count_users(&app).await, app.site.asked("/certs")), (1, 1));
    }

    async fn a_credential_that_does_not_hold_is_refused(db: Db) {
        let app = with_google(db).await;
        let now = app.clock.now().timestamp();
        for changes in [
            json!({ "aud": "9999.apps.googleusercontent.com" }),
            json!({ "iss": "https://example.org" }),
            json!({ "exp": now - 61, "iat": now - 3600 }),
            json!({ "sub": "" }),
        ] {
            let answer = visit(&app, changes).await.assert_status(401).json();
            assert_eq!(answer, json!({ "message": "Google authentication failed", "code": "google_failed" }));
        }
        let text = json!({ "credential": "not.a.token" });
        app.anonymous().post("/api/v1/auth/google", text).await.assert_status(401);
        assert_eq!(count_users(&app).await, 0);
    }

    async fn a_verified_address_leads_to_its_local_account(db: Db) {
        let app = with_google(db).await;
        let local = local_user(&app, "ada@example.org").await;

        let ada = enter(&app, json!({})).await;

        assert_eq!(id_of(&ada).await, local);
        let me = ada.get("/api/v1/me").await.json();
        assert_eq!((&me["user"]["username"], &me["user"]["authProvider"]), (&json!("ada"), &json!("local")));
        // Google has since given the address to somebody else, who gets an account without it.
        let other = enter(&app, json!({ "sub": "2" })).await;
        assert_ne!(id_of(&other).await, local);
        assert_eq!(other.get("/api/v1/me").await.json()["user"]["email"], Value::Null);
    }

    async fn an_address_that_is_not_verified_leads_nowhere(db: Db) {
        let app = with_google(db).await;
        let local = local_user(&app, "ada@example.org").await;
        for (at, unsure) in [json!(false), json!("false"), Value::Null].into_iter().enumerate() {
            let eve = enter(&app, json!({ "sub": format!("eve {at}"), "email_verified": unsure })).await;
            assert_ne!(id_of(&eve).await, local);
            assert_eq!(eve.get("/api/v1/me").await.json()["user"]["email"], Value::Null);
        }
        assert!(users::find_by_google_id(&app.app.db, "eve 0").await.unwrap().is_some_and(|eve| eve.id != local));
    }

    async fn first_visits_that_race_make_one_account(db: Db) {
        let app = with_google(db).await;

        let visits = join_all((0..20).map(|_| enter(&app, json!({})))).await;

        let ids = join_all(visits.iter().map(id_of)).await;
        assert!(ids.iter().all(|id| *id == ids[0]));
        assert_eq!((count_users(&app).await, app.site.asked("/certs")), (1, 1));
    }

    async fn where_sign_ups_are_closed_google_makes_the_first_account_only(db: Db) {
        let app = TestApp::with(db, &[SETTINGS[0], SETTINGS[1], ("SIGNUPS", "closed")]).await;
        publish(&app, "one");

        enter(&app, json!({})).await;

        let stranger = json!({ "sub": "2", "email": "eve@example.org" });
        assert_eq!(visit(&app, stranger).await.assert_status(403).json()["code"], "sign_ups_closed");
        enter(&app, json!({})).await;
        assert_eq!(count_users(&app).await, 1);
    }

    async fn a_disabled_user_does_not_come_in_by_google(db: Db) {
        let app = with_google(db).await;
        let ada = id_of(&enter(&app, json!({})).await).await;
        actions::set_disabled(&app.app, ada, true).await.unwrap();
        visit(&app, json!({})).await.assert_status(401);
    }

    async fn who_came_by_google_may_set_a_first_password(db: Db) {
        let app = with_google(db).await;
        let ada = enter(&app, json!({})).await;

        ada.put("/api/v1/me/password", json!({ "newPassword": PASSWORD })).await.assert_status(200);

        ada.get("/api/v1/me").await.assert_status(401);
        let again = enter(&app, json!({})).await;
        again.put("/api/v1/me/password", json!({ "newPassword": "another password" })).await.assert_status(400);
    }

    async fn a_key_that_is_not_known_is_asked_for_once_a_minute(db: Db) {
        let app = with_google(db).await;
        let unknown = || async {
            app.anonymous().post("/api/v1/auth/google", credential(&app, "two", &json!({}))).await
        };
        for _ in 0..5 {
            unknown().await.assert_status(401);
        }
        assert_eq!(app.site.asked("/certs"), 1);
        app.clock.advance(Duration::from_mins(1));
        for _ in 0..5 {
            unknown().await.assert_status(401);
        }
        assert_eq!(app.site.asked("/certs"), 2);

        app.clock.advance(Duration::from_mins(1));
        publish(&app, "two");
        unknown().await.assert_status(200);
        visit(&app, json!({})).await.assert_status(401);
        assert_eq!(app.site.asked("/certs"), 1);
    }

    async fn keys_are_kept_as_long_as_google_says(db: Db) {
        let app = with_google(db).await;
        enter(&app, json!({})).await;
        app.clock.advance(Duration::from_secs(7199));
        enter(&app, json!({})).await;
        assert_eq!(app.site.asked("/certs"), 1);
        app.clock.advance(Duration::from_secs(1));
        enter(&app, json!({})).await;
        assert_eq!(app.site.asked("/certs"), 2);
    }

    async fn while_the_keys_cannot_be_had_everybody_is_asked_to_come_back(db: Db) {
        let app = TestApp::with(db, &SETTINGS).await;
        let ada = newcomer(&app, "ada").await;
        app.site.page("/certs", 500, &[], "out of order");

        for _ in 0..3 {
            let away = visit(&app, json!({})).await.assert_status(503);
            assert_eq!(away.json()["code"], "google_unavailable");
            assert_eq!(away.header("retry-after"), "5");
        }

        assert_eq!(app.site.asked("/certs"), 1);
        ada.get("/api/v1/me").await.assert_status(200);
        // The host is given time, too, by whoever fetches.
        app.clock.advance(Duration::from_hours(2));
        publish(&app, "one");
        visit(&app, json!({})).await.assert_status(200);
    }
}
