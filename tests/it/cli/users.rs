//! `brainly user`: what an operator does to accounts, and what it means for those who sign in.

use serde_json::{Value, json};

use super::binary::Binary;
use crate::harness::{Answer, Scratch, TestApp, on_both_engines};

const OLD: &str = "a fine old password";
const NEW: &str = "a fine new password";

fn create(brainly: &Binary, name: &str) {
    brainly.run_with(&["user", "create", name], OLD).assert_code(0);
}

fn list(brainly: &Binary) -> Vec<Value> {
    let listed = brainly.run(&["user", "list", "--json"]).assert_code(0);
    let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
    listed["users"].as_array().unwrap().clone()
}

async fn sign_in(app: &TestApp, name: &str, password: &str) -> Answer {
    app.anonymous().post("/api/v1/signin", json!({ "username": name, "password": password })).await
}

on_both_engines! {
    async fn a_user_who_was_made_signs_in_and_the_first_is_an_administrator(scratch: Scratch) {
        let brainly = Binary::on(&scratch);

        let first = brainly.run_with(&["user", "create", "Ada"], &format!("{OLD}\n")).assert_code(0);
        let second = brainly.run_with(&["user", "create", "grace"], &format!("{OLD}\r\n")).assert_code(0);
        let third = brainly.run_with(&["user", "create", "edith", "--admin"], OLD).assert_code(0);

        assert_eq!(first.stderr, "made Ada, an administrator\n");
        assert_eq!(second.stderr, "made grace\n");
        assert_eq!(third.stderr, "made edith, an administrator\n");
        let app = TestApp::new(scratch.db.clone()).await;
        for name in ["ada", "grace", "edith"] {
            sign_in(&app, name, OLD).await.assert_status(200);
        }
    }

    async fn a_list_is_a_table_for_people_and_has_ids_in_json(scratch: Scratch) {
        let brainly = Binary::on(&scratch);
        create(&brainly, "ada");
        create(&brainly, "grace_hopper");

        let table = brainly.run(&["user", "list"]).assert_code(0).stdout;

        let lines: Vec<&str> = table.lines().collect();
        let columns: Vec<usize> = lines.iter().map(|line| line.find("E-MAIL").or_else(|| line.find('-')).unwrap()).collect();
        assert_eq!((lines.len(), columns), (3, vec![14, 14, 14]), "{table}");
        assert!(lines[1].starts_with("ada ") && lines[1].contains(" yes "), "{table}");
        let users = list(&brainly);
        assert!(users[0]["id"].as_str().unwrap().len() == 36 && users[0]["username"] == "ada", "{users:?}");
    }

    async fn another_password_replaces_the_old_one_and_ends_every_session(scratch: Scratch) {
        let brainly = Binary::on(&scratch);
        create(&brainly, "ada");
        // Past the moment of the reset: an older token would be void whatever it did.
        let app = TestApp::new(scratch.db.clone()).await;
        let token = sign_in(&app, "ada", OLD).await.assert_status(200).json()["token"].as_str().unwrap().to_owned();
        app.anonymous().with_token(&token).get("/api/v1/me").await.assert_status(200);

        brainly.run_with(&["user", "reset-password", "ADA"], NEW).assert_code(0);

        app.anonymous().with_token(&token).get("/api/v1/me").await.assert_status(401);
        sign_in(&app, "ada", OLD).await.assert_status(403);
        sign_in(&app, "ada", NEW).await.assert_status(200);
    }

    async fn who_is_shut_out_may_not_sign_in_until_enabled(scratch: Scratch) {
        let brainly = Binary::on(&scratch);
        create(&brainly, "ada");
        create(&brainly, "grace");
        let app = TestApp::new(scratch.db.clone()).await;

        brainly.run(&["user", "disable", "grace"]).assert_code(0);
        sign_in(&app, "grace", OLD).await.assert_status(403);
        brainly.run(&["user", "enable", "grace"]).assert_code(0);
        sign_in(&app, "grace", OLD).await.assert_status(200);
    }

    async fn the_last_administrator_goes_only_when_that_is_meant(scratch: Scratch) {
        let brainly = Binary::on(&scratch);
        create(&brainly, "ada");
        create(&brainly, "grace");

        let refused = brainly.run(&["user", "disable", "ada"]).assert_code(1);
        assert!(refused.stderr.contains("last administrator") && refused.stderr.contains("hint: add --yes"), "{}", refused.stderr);
        brainly.run(&["user", "make-admin", "grace"]).assert_code(0);
        brainly.run(&["user", "disable", "ada"]).assert_code(0);
        let refused = brainly.run(&["user", "delete", "grace"]).assert_code(1);
        assert!(refused.stderr.contains("last administrator"), "{}", refused.stderr);
        brainly.run(&["user", "disable", "grace", "--yes"]).assert_code(0);
    }

    async fn removing_an_account_needs_a_yes_and_takes_everything_that_is_theirs(scratch: Scratch) {
        let brainly = Binary::on(&scratch);
        let app = TestApp::new(scratch.db.clone()).await;
        let ada = app.sign_up("ada").await;
        ada.post("/api/v1/content", json!({ "title": "t", "link": "https://example.org/a" })).await.assert_status(201);

        let refused = brainly.run(&["user", "delete", "ada"]).assert_code(1);
        assert!(refused.stderr.contains("hint: add --yes"), "{}", refused.stderr);
        assert_eq!(list(&brainly).len(), 1);
        brainly.run(&["user", "delete", "ada", "--yes"]).assert_code(0);

        assert!(list(&brainly).is_empty());
        ada.get("/api/v1/me").await.assert_status(401);
        let (left,): (i64,) = brainly::db::sql("SELECT COUNT(*) FROM contents").fetch_one(&scratch.db).await.unwrap();
        assert_eq!(left, 0);
    }
}

#[test]
fn a_user_is_meant_by_name_in_any_case_or_by_id() {
    let brainly = Binary::new();
    create(&brainly, "ada");
    create(&brainly, "grace");
    let id = list(&brainly)[1]["id"].as_str().unwrap().to_owned();

    assert_eq!(brainly.run(&["user", "make-admin", "ADA"]).assert_code(0).stderr, "ada is an administrator\n");
    assert_eq!(brainly.run(&["user", "make-admin", &id]).assert_code(0).stderr, "grace is an administrator\n");
}

#[test]
fn what_cannot_be_is_told_with_the_mend_and_without_the_password() {
    let brainly = Binary::new();
    create(&brainly, "ada");

    let long = "x".repeat(129);
    for (arguments, input, code, words) in [
        (&["user", "create", "ADA"][..], OLD, 1, &["the name ADA is taken", "hint: choose another"][..]),
        (&["user", "create", "a-b"], OLD, 2, &["Username can only contain"]),
        (&["user", "create", "ab"], OLD, 2, &["between 3 and 30"]),
        (&["user", "create", "grace", "hunter-two"], "", 2, &["Usage"]),
        (&["user", "create", "grace"], "2shorty", 1, &["at least 8 characters", "hint: choose 8 to 128"]),
        (&["user", "create", "grace"], &long, 1, &["at most 128 characters"]),
        (&["user", "create", "grace"], "", 1, &["no password on standard input", "hint: "]),
        (&["user", "reset-password", "nobody"], OLD, 1, &["there is no user \"nobody\"", "hint: `brainly user list`"]),
        (&["user", "make-admin", "nobody"], "", 1, &["there is no user \"nobody\""]),
        (&["user", "delete", "nobody", "--yes"], "", 1, &["there is no user \"nobody\""]),
    ] {
        let refused = brainly.run_with(arguments, input).assert_code(code);
        for word in words {
            assert!(refused.stderr.contains(word), "{arguments:?}: {word} is missing from {}", refused.stderr);
        }
        assert!(
            refused.stdout.is_empty() && (input.is_empty() || !refused.stderr.contains(input)),
            "{}",
            refused.stderr
        );
    }
    assert_eq!(list(&brainly).len(), 1);
}
