//! The same link saved again.

use brainly::db::Db;
use futures::future::join_all;
use serde_json::json;

use super::{save, save_with, tag, titles};
use crate::harness::{TestApp, on_both_engines};

on_both_engines! {
    async fn the_same_page_by_another_link_is_the_same_item_and_gains_the_tags(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let (one, two) = (tag(&ada, "one").await, tag(&ada, "two").await);
        let first = save_with(&ada, json!({ "title": "First", "link": "https://www.example.org/a/?utm_source=x", "tags": [one] })).await;

        let again = ada.post("/api/v1/content", json!({ "title": "Second", "link": "http://example.org/a#top", "tags": [two] })).await;

        let again = again.assert_status(200).json();
        assert_eq!(again["duplicate"], true);
        assert_eq!((&again["content"]["id"], &again["content"]["title"]), (&first["id"], &json!("First")));
        assert_eq!(again["content"]["tags"].as_array().unwrap().len(), 2);
        assert_eq!(titles(&ada, "").await, ["First"]);
    }

    async fn a_second_one_can_be_forced(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        save(&ada, "First", "https://example.org/").await;

        let second = json!({ "title": "Second", "link": "https://example.org/", "allowDuplicate": true });
        ada.post("/api/v1/content", second).await.assert_status(201);

        assert_eq!(titles(&ada, "").await, ["Second", "First"]);
    }

    async fn another_users_item_is_no_duplicate(db: Db) {
        let app = TestApp::new(db).await;
        let (ada, eve) = (app.sign_up("ada").await, app.sign_up("eve").await);
        save(&ada, "Hers", "https://example.org/").await;
        eve.post("/api/v1/content", json!({ "title": "Mine", "link": "https://example.org/" })).await.assert_status(201);
    }

    async fn of_sixty_saves_of_one_link_at_once_one_makes_the_item(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;

        let answers = join_all((0..60).map(|n| {
            let ada = ada.clone();
            async move { ada.post("/api/v1/content", json!({ "title": format!("{n}"), "link": "https://example.org/x" })).await }
        }))
        .await;

        let made = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!((made, answers.iter().filter(|answer| answer.status == 200).count()), (1, 59));
        assert_eq!(titles(&ada, "").await.len(), 1);
    }
}
