//! Mastodon: a post, its author's thread and what others said, on hosts that are known and on those that are not.

use brainly::db::Db;
use serde_json::{Value, json};

use super::{assert_enriched, assert_told, read};
use crate::harness::{TestApp, on_both_engines};

const LINK: &str = "https://mastodon.social/@ada/1098";
const STATUS: &str = "/api/v1/statuses/1098";
const CONTEXT: &str = "/api/v1/statuses/1098/context";
const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");

async fn app(db: Db) -> TestApp {
    TestApp::with(db, &[("MASTODON_BASE_URL", "{site}")]).await
}

fn status(id: &str, parent: Option<&str>, who: &str, html: &str) -> Value {
    json!({
        "id": id, "in_reply_to_id": parent, "created_at": "2024-05-06T07:08:09.000Z", "content": html, "spoiler_text": "", "language": "en",
        "url": format!("https://mastodon.social/@{who}/{id}"), "visibility": "public", "media_attachments": [], "tags": [],
        "account": { "id": format!("a-{who}"), "acct": who, "display_name": who.to_uppercase(), "url": format!("https://mastodon.social/@{who}") },
        "favourites_count": 4, "reblogs_count": 2, "replies_count": 1, "card": null, "poll": null,
    })
}

fn put_up(app: &TestApp) {
    let mut first = status(
        "1098",
        None,
        "ada",
        "<p>Firing at dawn.<br>See <a href=\"https://example.org/kilns\"><span class=\"invisible\">https://</span><span class=\"ellipsis\">example.org/</span><span class=\"invisible\">kilns</span></a></p><script>evil()</script>",
    );
    first["spoiler_text"] = json!("Hot things");
    first["tags"] = json!([{ "name": "pottery", "url": "x" }]);
    first["media_attachments"] = json!([{ "type": "image", "url": "x", "preview_url": "https://files.example/kiln.png", "description": "Smoke over a kiln" }]);
    first["poll"] = json!({ "options": [{ "title": "Cone six", "votes_count": 3 }, { "title": "Cone ten" }] });
    app.site.json(STATUS, &first);
    app.site.json(CONTEXT, &json!({ "ancestors": [], "descendants": [
        status("1", Some("1098"), "clay", "<p>Which glaze?</p>"), status("2", Some("1098"), "ada", "<p>It goes on.</p>"),
        status("3", Some("2"), "ada", "<p>And ends.</p>"), status("4", Some("1"), "ada", "<p>Celadon.</p>"),
    ] }));
}

/// A post's page as servers make it.
fn page(app: &TestApp, path: &str) -> String {
    let oembed = app.site.url("/api/oembed?format=json&url=x");
    let html = format!(
        "<html lang=en><head><meta property=\"og:title\" content=\"Ada (@ada@tiny.example)\"><meta property=\"og:description\" \
         content=\"Firing at dawn.\"><link rel=\"alternate\" type=\"application/json+oembed\" href=\"{oembed}\"></head>\
         <body><noscript>To use the Mastodon web application, please enable JavaScript.</noscript></body></html>"
    );
    app.site.page(path, 200, &[HTML], html)
}

on_both_engines! {
    async fn a_post_is_read_with_its_warning_pictures_thread_and_replies(db: Db) {
        let app = app(db).await;
        put_up(&app);

        let item = read(&app, LINK).await;

        assert_enriched(&item, "mastodon");
        assert_eq!((&item["type"], &item["contentId"], &item["title"]), (&json!("mastodon"), &json!("mastodon.social/1098"), &json!("Hot things")));
        let told = &item["metadata"];
        assert_eq!((&told["author"], &told["authorUrl"]), (&json!("ADA"), &json!("https://mastodon.social/@ada")));
        assert_eq!((&told["tags"], &told["thumbnailUrl"], &told["language"]), (&json!(["pottery"]), &json!("https://files.example/kiln.png"), &json!("en")));
        let text = item["fullText"].as_str().unwrap();
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} is missing: {text}"));
        assert!(at("Hot things") < at("Firing at dawn.\nSee https://example.org/kilns") && at("- Cone ten") < at("[Image: Smoke over a kiln]"));
        assert!(at("[Image") < at("It goes on.") && at("It goes on.") < at("And ends.") && at("And ends.") < at("CLAY:\nWhich glaze?"));
        assert!(text.contains("ADA:\nCeladon.") && !text.contains("evil"));
        assert_eq!((&item["providerData"]["threadPosts"], &item["providerData"]["contentWarning"]), (&json!(3), &json!("Hot things")));
    }

    async fn a_post_whose_replies_cannot_be_had_is_read_without_them(db: Db) {
        let app = app(db).await;
        app.site.json(STATUS, &status("1098", None, "ada", "<p>Alone</p>"));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "mastodon");
        assert_eq!(item["fullText"], "Alone");
    }

    async fn a_post_that_is_gone_is_told(db: Db) {
        let app = app(db).await;
        for code in [404, 410] {
            app.site.page(STATUS, code, &[], r#"{"error":"Record not found"}"#);
            assert_told(&read(&app, LINK).await, "failed", "This post is gone");
        }
    }

    async fn an_answer_in_a_form_that_nobody_knows_is_tried_again_and_told(db: Db) {
        let app = app(db).await;
        app.site.page(STATUS, 200, &[HTML], "<html>");
        assert_told(&read(&app, LINK).await, "pending", "does not understand");
        app.site.json(STATUS, &json!({ "id": "1098", "account": "ada" }));
        assert_told(&read(&app, LINK).await, "pending", "does not understand");
        app.site.page(STATUS, 503, &[], "");
        assert_told(&read(&app, LINK).await, "pending", "problem of its own");
        app.site.page(STATUS, 429, &[("retry-after", "30")], "");
        assert_told(&read(&app, LINK).await, "pending", "asked us to wait");
    }

    async fn a_post_on_an_unlisted_host_is_known_by_its_page(db: Db) {
        let app = TestApp::new(db).await;
        put_up(&app);

        let item = read(&app, &page(&app, "/@ada/1098")).await;

        assert_enriched(&item, "article");
        assert_eq!((&item["type"], &item["title"]), (&json!("link"), &json!("Hot things")));
        assert!(item["fullText"].as_str().unwrap().contains("It goes on."));
    }

    async fn a_page_that_is_no_post_is_never_asked_for_one_and_a_silent_server_leaves_what_the_page_says(db: Db) {
        let app = TestApp::new(db).await;
        app.site.page(STATUS, 401, &[], r#"{"error":"This API requires an authenticated user"}"#);
        let item = read(&app, &page(&app, "/articles/1098")).await;
        assert_eq!((app.site.asked(STATUS), &item["title"]), (0, &json!("Ada (@ada@tiny.example)")));

        let item = read(&app, &page(&app, "/@ada/1098")).await;
        assert_eq!((app.site.asked(STATUS), &item["title"]), (1, &json!("Ada (@ada@tiny.example)")));
    }
}
