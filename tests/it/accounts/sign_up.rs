//! `POST /signup`.

use brainly::actions;
use brainly::auth::Password;
use brainly::db::{Db, sql};
use brainly::domain::Username;
use futures::future::join_all;
use serde_json::{Value, json};

use super::{PASSWORD, credentials, newcomer, sign_up};
use crate::harness::{TestApp, on_both_engines};

async fn count(db: &Db, which: &str) -> i64 {
    let (count,): (i64,) = sql(&format!("SELECT COUNT(*) FROM users WHERE {which}")).fetch_one(db).await.unwrap();
    count
}

on_both_engines! {
    async fn the_first_account_is_the_admin_and_sees_itself(db: Db) {
        let app = TestApp::new(db).await;

        let (ada, bob) = (newcomer(&app, "Ada_1").await, newcomer(&app, "bob").await);

        let me = ada.get("/api/v1/me").await.assert_status(200).json();
        let id = &me["user"]["id"];
        assert_eq!(me, json!({ "user": {
            "_id": id, "id": id, "username": "Ada_1", "email": null, "profilePicture": null, "authProvider": "local",
            "isAdmin": true, "createdAt": "2026-03-02T08:00:00.000Z",
        } }));
        assert_eq!(bob.get("/api/v1/me").await.json()["user"]["isAdmin"], false);
    }

    async fn of_sixty_that_race_for_a_name_one_gets_it_whatever_the_case(db: Db) {
        let app = TestApp::new(db).await;
        let names = ["grace", "Grace", "GRACE"].into_iter().cycle().take(60);

        let client = app.anonymous();
        let answers = join_all(names.map(|name| client.post("/api/v1/signup", credentials(name, PASSWORD)))).await;

        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
        let taken: Vec<_> = answers.iter().filter(|answer| answer.status == 409).collect();
        assert_eq!(taken.len(), 59);
        assert!(taken.iter().all(|answer| answer.json()["message"] == "Username already exists"));
        assert_eq!(count(&app.app.db, "TRUE").await, 1);
    }

    async fn of_first_accounts_that_race_one_is_the_admin(db: Db) {
        let app = TestApp::new(db).await;

        let client = app.anonymous();
        let made = (0..12).map(|n| client.post("/api/v1/signup", credentials(&format!("racer_{n}"), PASSWORD)));
        let made = join_all(made.collect::<Vec<_>>()).await;

        assert!(made.iter().all(|answer| answer.status == 201));
        assert_eq!(count(&app.app.db, "is_admin").await, 1);
    }

    async fn where_sign_ups_are_closed_only_the_first_account_can_be_made(db: Db) {
        let app = TestApp::with(db, &[("SIGNUPS", "closed")]).await;

        let client = app.anonymous();
        let racers = (0..6).map(|n| client.post("/api/v1/signup", credentials(&format!("racer_{n}"), PASSWORD)));
        let answers = join_all(racers.collect::<Vec<_>>()).await;

        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
        assert_eq!(answers.iter().filter(|answer| answer.status == 403).count(), 5);
        let late = client.post("/api/v1/signup", credentials("late", PASSWORD)).await.assert_status(403);
        assert_eq!(late.json()["code"], "sign_ups_closed");
        assert_eq!(count(&app.app.db, "TRUE").await, 1);
    }

    async fn an_operator_may_make_accounts_where_sign_ups_are_closed(db: Db) {
        let app = TestApp::with(db, &[("SIGNUPS", "closed")]).await;
        let password = Password::parse(PASSWORD).unwrap();
        let make = async |name| actions::create_user(&app.app, &Username::parse(name).unwrap(), &password, false).await;

        let (first, second) = (make("first").await.unwrap(), make("second").await.unwrap());

        assert!(first.is_admin && !second.is_admin);
        assert!(matches!(make("FIRST").await, Err(actions::Error::UsernameTaken)));
        assert_eq!(count(&app.app.db, "TRUE").await, 2);
    }

    async fn a_flood_of_sign_ups_at_a_closed_door_makes_nothing(db: Db) {
        let app = TestApp::with(db, &[("SIGNUPS", "closed")]).await;
        sign_up(&app, "first").await;
        let client = app.anonymous();
        let flood = (0..40).map(|n| client.post("/api/v1/signup", credentials(&format!("late_{n}"), PASSWORD)));
        let answers = join_all(flood.collect::<Vec<_>>()).await;
        assert!(answers.iter().all(|answer| answer.status == 403));
        assert_eq!(count(&app.app.db, "TRUE").await, 1);
    }

    async fn a_password_is_stored_as_argon2id_alone(db: Db) {
        let app = TestApp::new(db).await;

        sign_up(&app, "ada").await;

        assert_eq!(count(&app.app.db, "substr(password, 1, 10) = '$argon2id$'").await, 1);
    }

    async fn what_no_account_can_be_made_of_is_refused_with_its_reason(db: Db) {
        let app = TestApp::new(db).await;
        let long = "x".repeat(129);
        let cases: [(Value, &str); 10] = [
            (credentials("ab", PASSWORD), "Username must be between 3 and 30 characters"),
            (credentials(&"a".repeat(31), PASSWORD), "Username must be between 3 and 30 characters"),
            (credentials("a-da", PASSWORD), "Username can only contain letters, numbers and underscores"),
            (credentials("ada", "seven77"), "Password must be at least 8 characters"),
            (credentials("ada", &"🔑".repeat(7)), "Password must be at least 8 characters"),
            (credentials("ada", &long), "Password must be at most 128 characters"),
            (credentials("ada", "abcd\0efgh"), "Text must not contain the NUL character"),
            (json!({ "username": "ada" }), "password is required"),
            (json!({ "username": 7, "password": PASSWORD }), "username: invalid type: integer `7`, expected a string"),
            (json!(["ada", PASSWORD]), "The body must be a JSON object"),
        ];
        for (body, message) in cases {
            let answer = app.anonymous().post("/api/v1/signup", body).await.assert_status(400);
            assert_eq!(answer.json()["message"], message);
        }
        assert_eq!(count(&app.app.db, "TRUE").await, 0);
    }
}
