//! Discussions: with a token, and without.

use brainly::db::Db;
use serde_json::{Value, json};

use super::super::PARAGRAPHS;
use super::{app, app_with_token, assert_enriched, assert_told, read};
use crate::harness::on_both_engines;

const LINK: &str = "https://github.com/ada/kiln/discussions/9";
const GRAPHQL: &str = "/api/graphql";

on_both_engines! {
    async fn a_discussion_is_read_with_its_answer_first(db: Db) {
        let app = app_with_token(db).await;
        let said = |by: &str, body: &str, is_answer: bool, replies: Value| json!({
            "body": body, "isAnswer": is_answer, "author": { "login": by }, "replies": { "nodes": replies } });
        app.site.json(GRAPHQL, &json!({ "data": { "repository": { "discussion": {
            "title": "Which cone?", "body": "Six or ten?", "url": LINK, "createdAt": "2024-05-06T07:08:09Z", "isAnswered": true,
            "author": { "login": "ada", "url": "https://github.com/ada", "avatarUrl": "https://avatars.githubusercontent.com/ada" },
            "category": { "name": "Q&A" }, "labels": { "nodes": [{ "name": "cones" }] },
            "comments": { "totalCount": 2, "nodes": [
                said("clay", "Ten.", false, json!([{ "body": "Too hot.", "author": null }])), said("ash", "Six.", true, json!([])) ] },
        } } } }));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "github");
        assert_eq!((&item["title"], &item["metadata"]["author"]), (&json!("Which cone?"), &json!("ada")));
        assert_eq!(item["fullText"], "Six or ten?\n\n**ash**:\n\nSix.\n\n**clay**:\n\nTen.\n\n**somebody**:\n\nToo hot.");
        assert_eq!((&item["providerData"]["category"], &item["providerData"]["answered"]), (&json!("Q&A"), &json!(true)));
        let asked = &app.site.requests(GRAPHQL)[0];
        assert_eq!((asked.method.as_str(), asked.headers["authorization"].to_str().unwrap()), ("POST", "Bearer ghp_secret"));
        let question: Value = serde_json::from_slice(&asked.body).unwrap();
        assert_eq!(question["variables"], json!({ "owner": "ada", "name": "kiln", "number": 9 }));
    }

    async fn without_a_token_its_page_is_read(db: Db) {
        let app = app(db).await;
        app.site.article("/ada/kiln/discussions/9", "Which cone?", &PARAGRAPHS.repeat(12));
        let item = read(&app, LINK).await;
        assert_enriched(&item, "github");
        assert!(item["fullText"].as_str().unwrap().contains("fired slowly"));

        app.site.article("/ada/kiln/discussions/9", "Which cone?", "Loading");
        assert_told(&read(&app, LINK).await, "enriched", "only when GITHUB_TOKEN is set");
        app.site.page("/ada/kiln/discussions/9", 404, &[], "");
        assert_told(&read(&app, LINK).await, "failed", "This discussion is gone");
    }

    async fn with_a_token_that_is_refused_its_page_is_read(db: Db) {
        let app = app_with_token(db).await;
        app.site.page(GRAPHQL, 401, &[], "{\"message\":\"Bad credentials\"}");
        app.site.article("/ada/kiln/discussions/9", "Which cone?", &PARAGRAPHS.repeat(12));

        assert_enriched(&read(&app, LINK).await, "github");
        assert!(!app.site.requests("/ada/kiln/discussions/9")[0].headers.contains_key("authorization"));
    }

    async fn what_graphql_refuses_is_told(db: Db) {
        let app = app_with_token(db).await;
        let refused = |kind: &str| json!({ "data": { "repository": null }, "errors": [{ "type": kind, "message": "no" }] });
        app.site.json(GRAPHQL, &refused("NOT_FOUND"));
        assert_told(&read(&app, LINK).await, "failed", "This discussion is gone");
        app.site.json(GRAPHQL, &refused("FORBIDDEN"));
        assert_told(&read(&app, LINK).await, "failed", "does not let the owner of GITHUB_TOKEN");
        app.site.json(GRAPHQL, &refused("RATE_LIMITED"));
        assert_told(&read(&app, LINK).await, "pending", "no more questions for now");
        app.site.page(GRAPHQL, 200, &[], "<html>");
        assert_told(&read(&app, LINK).await, "pending", "does not understand");
    }
}
