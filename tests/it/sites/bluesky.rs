//! Bluesky: a post, its author's thread and what others said.

use brainly::db::Db;
use serde_json::{Value, json};

use super::{assert_enriched, assert_told, read};
use crate::harness::{TestApp, on_both_engines};

const LINK: &str = "https://bsky.app/profile/ada.example/post/3kabc";
const DID: &str = "did:plc:ada";
const RESOLVE: &str = "/bsky/xrpc/com.atproto.identity.resolveHandle?handle=ada.example";
const THREAD: &str = "/bsky/xrpc/app.bsky.feed.getPostThread";
const OEMBED: &str = "/embed";

async fn app(db: Db) -> TestApp {
    let app = TestApp::with(db, &[("BLUESKY_API_URL", "{site}/bsky"), ("BLUESKY_OEMBED_URL", "{site}/embed")]).await;
    app.site.json(RESOLVE, &json!({ "did": DID }));
    app
}

fn author(name: &str) -> Value {
    json!({ "did": format!("did:plc:{name}"), "handle": format!("{name}.example"), "displayName": name.to_uppercase(), "labels": [] })
}

fn post(name: &str, key: &str, text: &str, at: &str) -> Value {
    json!({
        "uri": format!("at://did:plc:{name}/app.bsky.feed.post/{key}"), "cid": "x", "author": author(name),
        "record": { "$type": "app.bsky.feed.post", "text": text, "createdAt": format!("2024-05-06T{at}:00.000Z"), "langs": ["en-GB"] },
        "replyCount": 2, "repostCount": 3, "likeCount": 40, "indexedAt": "2024-05-06T07:08:09.000Z",
    })
}

fn node(post: &Value, replies: &[Value]) -> Value {
    json!({ "$type": "app.bsky.feed.defs#threadViewPost", "post": post, "replies": replies })
}

fn put_up(app: &TestApp, thread: &Value) {
    app.site.json(THREAD, &json!({ "thread": thread }));
}

on_both_engines! {
    async fn a_post_is_read_with_its_links_pictures_quote_thread_and_replies(db: Db) {
        let app = app(db).await;
        let mut first = post("ada", "3kabc", "Ünder glaze: example.org/kilns… #pottery", "07:08");
        first["record"]["facets"] = json!([
            { "index": { "byteStart": 14, "byteEnd": 34 }, "features": [{ "$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/kilns/of/japan" }] },
            { "index": { "byteStart": 35, "byteEnd": 43 }, "features": [{ "$type": "app.bsky.richtext.facet#tag", "tag": "pottery" }] },
            { "index": { "byteStart": 1, "byteEnd": 9_000 }, "features": [{ "uri": "https://evil.example/" }] },
        ]);
        first["embed"] = json!({
            "$type": "app.bsky.embed.recordWithMedia#view",
            "media": { "$type": "app.bsky.embed.images#view", "images": [{ "thumb": "https://cdn.bsky.app/kiln.jpg", "fullsize": "x", "alt": "A kiln at night" }] },
            "record": { "record": { "$type": "app.bsky.embed.record#viewRecord", "uri": "at://x", "author": author("bob"), "value": { "text": "Who fires kilns?" } } },
        });
        let reply = node(&post("clay", "r1", "Which cone?", "07:30"), &[node(&post("ada", "r2", "Cone six.", "07:40"), &[])]);
        let second = node(&post("ada", "3kabd", "It goes on here.", "07:09"), &[node(&post("ada", "3kabe", "And ends here.", "07:10"), &[])]);
        put_up(&app, &node(&first, &[reply, second, json!({ "$type": "app.bsky.feed.defs#blockedPost", "blocked": true })]));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "bluesky");
        assert_eq!((&item["type"], &item["contentId"]), (&json!("bluesky"), &json!("ada.example/3kabc")));
        assert_eq!(item["title"], "Ünder glaze: https://example.org/kilns/of/japan #pottery");
        let told = &item["metadata"];
        assert_eq!((&told["author"], &told["publishedDate"], &told["language"]), (&json!("ADA"), &json!("2024-05-06T07:08:00.000Z"), &json!("en")));
        assert_eq!((&told["tags"], &told["thumbnailUrl"]), (&json!(["pottery"]), &json!("https://cdn.bsky.app/kiln.jpg")));
        let text = item["fullText"].as_str().unwrap();
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} is missing: {text}"));
        assert!(at("[Image: A kiln at night]") < at("BOB wrote:\n> Who fires kilns?") && at("Who fires") < at("It goes on here."));
        assert!(at("It goes on here.") < at("And ends here.") && at("And ends here.") < at("CLAY:\nWhich cone?"));
        assert!(at("Which cone?") < at("  ADA:\n  Cone six."));
        assert!(!text.contains("evil.example"));
        assert_eq!((&item["providerData"]["threadPosts"], &item["providerData"]["repliesKept"]), (&json!(3), &json!(2)));
        let asked = app.site.requests(THREAD);
        assert!(asked[0].target.contains("uri=at%3A%2F%2Fdid%3Aplc%3Aada%2Fapp.bsky.feed.post%2F3kabc"));
    }

    async fn a_post_by_a_did_needs_no_handle_to_be_resolved(db: Db) {
        let app = app(db).await;
        put_up(&app, &node(&post("ada", "3kabc", "Short.", "07:08"), &[]));

        assert_enriched(&read(&app, "https://bsky.app/profile/did:plc:ada/post/3kabc").await, "bluesky");
        assert_eq!(app.site.asked(RESOLVE), 0);
    }

    async fn posts_for_those_who_have_signed_in_are_told_and_nothing_of_them_is_kept(db: Db) {
        let app = app(db).await;
        let hidden = |name: &str, text: &str| {
            let mut post = post(name, "3kabc", text, "07:08");
            post["author"]["labels"] = json!([{ "src": DID, "val": "!no-unauthenticated" }]);
            post
        };
        put_up(&app, &node(&hidden("ada", "A secret of glazes"), &[]));
        let item = read(&app, LINK).await;
        assert_told(&item, "failed", "only to people who have signed in");
        assert!(!item.to_string().contains("secret of glazes"));

        let mut open = post("ada", "3kabc", "Open to all", "07:08");
        open["embed"] = json!({ "record": { "author": hidden("bob", "")["author"], "value": { "text": "A quoted secret" } } });
        put_up(&app, &node(&open, &[node(&hidden("clay", "A replied secret"), &[])]));
        let item = read(&app, LINK).await;
        assert_enriched(&item, "bluesky");
        assert!(!item.to_string().contains("secret"));
    }

    async fn what_no_text_may_hold_is_left_out(db: Db) {
        let app = app(db).await;
        let mut odd = post("ada", "3kabc", "Zero\u{0} width\u{200B} and \u{202E}turned", "07:08");
        odd["author"]["handle"] = json!("ada\u{0}.example");
        odd["embed"] = json!({ "external": { "uri": "javascript:alert(1)", "title": "A\u{0}card", "description": "" } });
        put_up(&app, &node(&odd, &[]));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "bluesky");
        assert_eq!((&item["title"], &item["providerData"]["links"]), (&json!("Zero width and turned"), &json!([])));
    }

    async fn posts_that_are_gone_or_blocked_are_told(db: Db) {
        let app = app(db).await;
        put_up(&app, &json!({ "$type": "app.bsky.feed.defs#notFoundPost", "uri": "at://x", "notFound": true }));
        assert_told(&read(&app, LINK).await, "failed", "This post is gone");
        put_up(&app, &json!({ "$type": "app.bsky.feed.defs#blockedPost", "uri": "at://x", "blocked": true }));
        assert_told(&read(&app, LINK).await, "failed", "has blocked");
        for (error, message) in [("NotFound", "Post not found: at://x"), ("AccountTakedown", ""), ("AccountDeactivated", "")] {
            app.site.page(THREAD, 400, &[("content-type", "application/json")], json!({ "error": error, "message": message }).to_string());
            assert_told(&read(&app, LINK).await, "failed", "This post is gone");
        }
        app.site.page(RESOLVE, 400, &[], r#"{"error":"InvalidRequest","message":"Unable to resolve handle"}"#);
        assert_told(&read(&app, LINK).await, "failed", "This post is gone");
        assert_eq!(app.site.asked(OEMBED), 0);
    }

    async fn when_it_has_had_enough_it_is_asked_later(db: Db) {
        let app = app(db).await;
        app.site.page(THREAD, 429, &[("retry-after", "30")], "");
        assert_told(&read(&app, LINK).await, "pending", "no more questions for now");
    }

    async fn without_the_api_the_embed_is_read_and_that_is_told(db: Db) {
        let app = app(db).await;
        app.site.page(THREAD, 502, &[], "");
        app.site.json(OEMBED, &json!({
            "type": "rich", "version": "1.0", "author_name": "Ada (@ada.example)", "author_url": "https://bsky.app/profile/ada.example",
            "provider_name": "Bluesky Social", "html": "<blockquote><p>Under glaze &amp; over fire</p>&mdash; Ada</blockquote><script src=\"x\">evil()</script>",
        }));

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "Only what the post's embed shows");
        assert!(item["title"].as_str().unwrap().starts_with("Under glaze & over fire"));
        assert_eq!(item["metadata"]["author"], "Ada (@ada.example)");
        assert!(!item["fullText"].as_str().unwrap().contains("evil"));
        assert!(app.site.requests(OEMBED)[0].target.contains("url=https%3A%2F%2Fbsky.app%2Fprofile%2Fada.example%2Fpost%2F3kabc"));
    }

    async fn an_answer_in_a_form_that_nobody_knows_is_tried_again_and_told(db: Db) {
        let app = app(db).await;
        for answer in [json!({ "thread": { "post": { "uri": 7 } } }), json!({ "posts": [] })] {
            app.site.json(THREAD, &answer);
            assert_told(&read(&app, LINK).await, "pending", "does not understand");
        }
    }
}
