//! `POST /signin`, and what becomes of the old server's password hashes.

use brainly::actions;
use brainly::db::{Db, sql};
use brainly::domain::UserId;
use brainly::store::users::{self, NewUser};
use serde_json::json;

use super::{PASSWORD, credentials, id_of, newcomer, sign_up, token_of};
use crate::harness::{Client, TestApp, on_both_engines};

/// Somebody whom the old server made; a low cost only saves time here.
async fn old_user(app: &TestApp, name: &str, password: &str) -> UserId {
    let (hash, now) = (bcrypt::hash(password, 4).unwrap(), app.clock.now());
    let (id, key) = (UserId::new(now), name.to_lowercase());
    let user = NewUser {
        username: Some(name),
        username_key: Some(&key),
        password: Some(&hash),
        auth_provider: "local",
        ..NewUser::default()
    };
    let mut tx = app.app.db.begin().await.unwrap();
    users::create(&mut tx, id, &user, now).await.unwrap().expect("the name is free");
    tx.commit().await.unwrap();
    id
}

async fn set_hash(app: &TestApp, user: UserId, hash: Option<&str>) {
    let mut tx = app.app.db.begin().await.unwrap();
    sql("UPDATE users SET password = $1 WHERE id = $2").bind(hash).bind(user).execute(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn hash_of(app: &TestApp, user: UserId) -> String {
    users::password(&app.app.db, user).await.unwrap().unwrap()
}

async fn assert_refused(client: &Client, name: &str, password: &str) {
    let answer = client.post("/api/v1/signin", credentials(name, password)).await.assert_status(403);
    assert_eq!(answer.json(), json!({ "message": "Incorrect credentials", "code": "incorrect_credentials" }));
}

on_both_engines! {
    async fn nobody_is_known_by_a_cookie(db: Db) {
        let app = TestApp::new(db).await;
        let stranger = app.anonymous();
        let signed_up = stranger.post("/api/v1/signup", credentials("ada", PASSWORD)).await.assert_status(201);
        let signed_in = stranger.post("/api/v1/signin", credentials("ada", PASSWORD)).await.assert_status(200);
        let token = signed_in.json()["token"].as_str().unwrap().to_owned();
        assert_eq!((signed_up.header("set-cookie"), signed_in.header("set-cookie")), ("", ""));

        for name in ["token", "session", "authorization"] {
            let cookie = stranger.clone().with_header("cookie", &format!("{name}={token}"));
            cookie.get("/api/v1/me").await.assert_status(401);
        }
    }

    async fn a_token_opens_the_account_whatever_the_case_of_the_name(db: Db) {
        let app = TestApp::new(db).await;
        let ada = newcomer(&app, "Ada").await;

        let token = token_of(&app, "aDA", PASSWORD).await;

        assert_eq!(id_of(&app.anonymous().with_token(token)).await, id_of(&ada).await);
    }

    async fn a_wrong_name_a_wrong_password_and_a_disabled_user_look_the_same(db: Db) {
        let app = TestApp::new(db).await;
        let (eve, _) = (newcomer(&app, "eve").await, newcomer(&app, "ada").await);
        actions::set_disabled(&app.app, id_of(&eve).await, true).await.unwrap();
        let google_only = app.sign_up("nobody").await;

        let client = app.anonymous();
        assert_refused(&client, "ada", "correct horsf").await;
        assert_refused(&client, "unknown", PASSWORD).await;
        assert_refused(&client, "not a name, 🔑", PASSWORD).await;
        assert_refused(&client, "eve", PASSWORD).await;
        set_hash(&app, id_of(&google_only).await, None).await;
        assert_refused(&client, "nobody", PASSWORD).await;
    }

    async fn a_hash_that_cannot_be_read_refuses_and_does_not_fail(db: Db) {
        let app = TestApp::new(db).await;
        let ada = id_of(&newcomer(&app, "ada").await).await;
        for broken in ["", "plain text", "$2b$", "$argon2id$v=19$m=99999999,t=2,p=1$YWJj$YWJj"] {
            set_hash(&app, ada, Some(broken)).await;
            assert_refused(&app.anonymous(), "ada", PASSWORD).await;
        }
    }

    async fn an_old_hash_signs_in_and_is_argon2id_afterwards(db: Db) {
        let app = TestApp::new(db).await;
        let long = "ü".repeat(40) + " and what bcrypt never looked at";
        for (name, password) in [("old_hand", "short"), ("long_hand", &long)] {
            let id = old_user(&app, name, password).await;
            actions::expect_old_passwords(&app.app).await.unwrap();
            assert_refused(&app.anonymous(), name, "wrong password").await;
            assert!(hash_of(&app, id).await.starts_with("$2b$"), "a wrong password changes nothing");

            token_of(&app, name, password).await;

            assert!(hash_of(&app, id).await.starts_with("$argon2id$"));
            token_of(&app, name, password).await;
        }
        assert_refused(&app.anonymous(), "long_hand", &"ü".repeat(40)).await;
    }

    async fn of_two_old_names_that_differ_in_case_each_gets_its_own_account(db: Db) {
        let app = TestApp::new(db).await;
        let lower = old_user(&app, "grace", PASSWORD).await;
        let mut tx = app.app.db.begin().await.unwrap();
        let hash = bcrypt::hash("another password", 4).unwrap();
        let (now, upper) = (app.clock.now(), UserId::new(app.clock.now()));
        let twin = NewUser { username: Some("Grace"), password: Some(&hash), auth_provider: "local", ..NewUser::default() };
        users::create(&mut tx, upper, &twin, now).await.unwrap().unwrap();
        tx.commit().await.unwrap();

        let one = token_of(&app, "grace", PASSWORD).await;
        let other = token_of(&app, "Grace", "another password").await;

        assert_eq!(id_of(&app.anonymous().with_token(one)).await, lower);
        assert_eq!(id_of(&app.anonymous().with_token(other)).await, upper);
    }

    async fn every_character_of_a_password_counts(db: Db) {
        let app = TestApp::new(db).await;
        let password = "🔑".repeat(127) + "a";
        app.anonymous().post("/api/v1/signup", credentials("ada", &password)).await.assert_status(201);
        assert_refused(&app.anonymous(), "ada", &("🔑".repeat(127) + "b")).await;
        assert_refused(&app.anonymous(), "ada", &"🔑".repeat(127)).await;
        token_of(&app, "ada", &password).await;
    }

    async fn what_cannot_be_a_name_and_a_password_is_refused(db: Db) {
        let app = TestApp::new(db).await;
        sign_up(&app, "ada").await;
        for (body, message) in [
            (credentials("", PASSWORD), "Username is required"),
            (credentials("ada", ""), "Password is required"),
            (json!({}), "username is required"),
            (json!({ "username": null, "password": PASSWORD }), "username: invalid type: null, expected a string"),
            (json!({ "username": "ada", "password": ["a"] }), "password: invalid type: sequence, expected a string"),
            (credentials("ada\0", PASSWORD), "Text must not contain the NUL character"),
        ] {
            let answer = app.anonymous().post("/api/v1/signin", body).await.assert_status(400);
            assert_eq!(answer.json()["message"], message);
        }
    }
}
