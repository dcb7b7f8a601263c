//! `/tags`.

use brainly::db::Db;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::harness::{Client, TestApp, on_both_engines};

async fn names(client: &Client) -> Vec<Value> {
    let tags = client.get("/api/v1/tags").await.assert_status(200).json();
    tags["tags"].as_array().unwrap().iter().map(|tag| tag["name"].clone()).collect()
}

on_both_engines! {
    async fn tags_are_folded_listed_by_name_renamed_and_deleted(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let made = ada.post("/api/v1/tags", json!({ "name": "  RuST " })).await.assert_status(201).json();
        assert_eq!(made["message"], "Tag created successfully");
        assert_eq!((&made["tag"]["name"], &made["tag"]["count"]), (&json!("rust"), &json!(0)));
        assert_eq!(made["tag"]["_id"], made["tag"]["id"]);
        ada.post("/api/v1/tags", json!({ "name": "art" })).await.assert_status(201);
        assert_eq!(names(&ada).await, ["art", "rust"]);
        let path = format!("/api/v1/tags/{}", made["tag"]["id"].as_str().unwrap());

        let taken = ada.patch(&path, json!({ "name": "Art" })).await.assert_status(409).json();
        assert_eq!((&taken["message"], &taken["tag"]["name"]), (&json!("Tag already exists"), &json!("art")));
        ada.patch(&path, json!({ "name": "zig" })).await.assert_status(200);
        assert_eq!(names(&ada).await, ["art", "zig"]);

        let deleted = ada.delete(&path).await.assert_status(200).json();
        assert_eq!(deleted["message"], "Tag deleted successfully");
        ada.delete(&path).await.assert_status(404);
        assert_eq!(names(&ada).await, ["art"]);
    }

    async fn of_sixty_tags_of_one_name_at_once_one_is_made_and_the_rest_are_told_which(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let answers = join_all((0..60).map(|_| {
            let ada = ada.clone();
            async move { ada.post("/api/v1/tags", json!({ "name": "same" })).await }
        }))
        .await;
        let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert_eq!(made.len(), 1);
        let id = made[0].json()["tag"]["id"].clone();
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            assert_eq!((answer.status.as_u16(), &answer.json()["tag"]["id"]), (409, &id));
        }
    }

    async fn a_tag_without_a_usable_name_is_refused(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        for body in [json!({}), json!({ "name": "  " }), json!({ "name": "x".repeat(51) }), json!({ "name": 5 }), json!({ "name": "a\0" })] {
            ada.post("/api/v1/tags", body).await.assert_status(400);
        }
    }
}
