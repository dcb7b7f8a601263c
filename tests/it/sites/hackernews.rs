//! Hacker News: a story with its discussion and its article.

use brainly::db::Db;
use serde_json::json;

use super::{PARAGRAPHS, assert_enriched, assert_told, read};
use crate::harness::{TestApp, on_both_engines};

const LINK: &str = "https://news.ycombinator.com/item?id=4242";

async fn app(db: Db) -> TestApp {
    TestApp::with(db, &[("HN_API_URL", "{site}/algolia"), ("HN_FIREBASE_URL", "{site}/firebase")]).await
}

on_both_engines! {
    async fn a_story_is_read_with_its_article_and_what_was_said_of_it(db: Db) {
        let app = app(db).await;
        let article = app.site.article("/kilns", "Kilns", &PARAGRAPHS.repeat(12));
        app.site.json("/algolia/items/4242", &json!({
            "id": 4242, "created_at": "2024-05-06T07:08:09.000Z", "author": "potter", "title": "How kilns work",
            "url": article, "points": 120, "text": null,
            "children": [
                { "created_at": "2024-05-06T08:00:00.000Z", "author": "clay", "text": "Cone 6 &amp; <i>not</i> cone 10", "children": [
                    { "created_at": "2024-05-06T09:00:00.000Z", "author": "glaze", "text": "Celadon needs reduction", "children": [] } ] },
                { "created_at": "2024-05-06T08:00:00.000Z", "author": null, "text": null, "children": [
                    { "created_at": "2024-05-06T09:30:00.000Z", "author": "ash", "text": "<p>Try:</p><pre><code>cone = 6\n  hold = 10</code></pre>", "children": [] } ] },
            ],
        }));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "hackernews");
        assert_eq!((&item["type"], &item["title"]), (&json!("hackernews"), &json!("How kilns work")));
        assert_eq!((&item["metadata"]["author"], &item["metadata"]["publishedDate"]), (&json!("potter"), &json!("2024-05-06T07:08:09.000Z")));
        let text = item["fullText"].as_str().unwrap();
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} is missing: {text}"));
        assert!(at("fired slowly") < at("clay:") && at("Cone 6 & not cone 10") < at("  Celadon needs reduction"));
        assert!(at("ash:") < at("hold = 10"), "a reply outlives what it replies to");
        assert_eq!(item["providerData"]["comments"], 3);
    }

    async fn an_article_on_a_known_site_is_read_as_that_site_and_no_further(db: Db) {
        let site = |path: &str| format!("{{site}}{path}");
        let settings = [("HN_API_URL", site("/algolia")), ("STACKEXCHANGE_API_URL", site("/se")), ("REDDIT_BASE_URL", site("/reddit"))];
        let app = TestApp::with(db, &settings.each_ref().map(|(name, value)| (*name, value.as_str()))).await;
        let post = json!({ "author": "potter", "title": "How?", "url": "https://stackoverflow.com/q/7", "children": [] });
        app.site.json("/algolia/items/4242", &post);
        app.site.json("/se/questions/7", &json!({ "items": [{
            "question_id": 7, "title": "How?", "body": "<p>Cold kiln</p>", "answer_count": 0, "tags": ["kiln"] }] }));
        let item = read(&app, LINK).await;
        assert_enriched(&item, "hackernews");
        assert_eq!((&item["fullText"], &item["metadata"]["tags"]), (&json!("Cold kiln"), &json!(["kiln"])));

        app.site.json("/algolia/items/5", &json!({ "author": "potter", "title": "Again", "url": LINK, "children": [] }));
        let item = read(&app, "https://news.ycombinator.com/item?id=5").await;
        assert_enriched(&item, "hackernews");
        assert_eq!(app.site.asked("/se/questions/7"), 1, "the article of an article is not read");
    }

    async fn an_article_behind_a_wall_is_told_and_its_wall_not_kept(db: Db) {
        let app = app(db).await;
        let wall = app.site.page("/wall", 200, &[("content-type", "text/html")],
            "<!doctype html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>");
        app.site.json("/algolia/items/4242", &json!({ "author": "potter", "title": "Walled", "url": wall,
            "children": [{ "author": "clay", "text": "I got in", "children": [] }] }));

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "article itself could not be read: The site checks for robots");
        assert_eq!(item["fullText"], "clay:\nI got in");
    }

    async fn a_story_whose_article_is_gone_keeps_its_discussion_and_says_what_is_missing(db: Db) {
        let app = app(db).await;
        let gone = app.site.page("/gone", 410, &[], "");
        app.site.json("/algolia/items/4242", &json!({
            "author": "potter", "title": "Lost", "url": gone, "children": [{ "author": "clay", "text": "I remember it", "children": [] }],
        }));

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "article itself could not be read");
        assert!(item["fullText"].as_str().unwrap().contains("I remember it"));
        assert_eq!(item["attempts"][0]["outcome"], "partial");
    }

    async fn without_the_search_service_the_site_itself_is_asked(db: Db) {
        let app = app(db).await;
        app.site.page("/algolia/items/4242", 500, &[], "");
        app.site.json("/firebase/item/4242.json", &json!({
            "by": "potter", "time": 1_714_979_289, "title": "Ask HN: Which kiln?", "text": "I have <b>none</b>.", "score": 3,
        }));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "hackernews");
        assert_eq!((&item["title"], &item["fullText"]), (&json!("Ask HN: Which kiln?"), &json!("I have none.")));
    }

    async fn comments_that_only_the_search_service_has_are_missed_when_it_is_down(db: Db) {
        let app = app(db).await;
        app.site.page("/algolia/items/4242", 500, &[], "");
        app.site.json("/firebase/item/4242.json", &json!({ "by": "potter", "time": 1, "title": "Ask HN", "descendants": 4, "kids": [1, 2] }));
        assert_told(&read(&app, LINK).await, "enriched", "What was said of it could not be read");
    }

    async fn a_deleted_post_is_told_as_gone(db: Db) {
        let app = app(db).await;
        app.site.page("/algolia/items/4242", 404, &[], "");
        for nothing in [json!(null), json!({ "deleted": true, "time": 1 }), json!({ "dead": true, "time": 1 })] {
            app.site.json("/firebase/item/4242.json", &nothing);
            assert_told(&read(&app, LINK).await, "failed", "gone");
        }
        app.site.json("/algolia/items/4242", &json!({ "author": null, "title": null, "text": null, "children": [] }));
        assert_told(&read(&app, LINK).await, "failed", "gone");
    }

    async fn an_answer_in_a_form_that_nobody_knows_is_tried_again_and_told(db: Db) {
        let app = app(db).await;
        app.site.page("/algolia/items/4242", 200, &[("content-type", "application/json")], "<html>");
        app.site.json("/firebase/item/4242.json", &json!({ "time": "yesterday" }));

        let item = read(&app, LINK).await;

        assert_told(&item, "pending", "does not understand");
        assert_eq!(item["attempts"][0]["outcome"], "retry");
    }
}
