//! X: a post by way of the service behind embedded ones, oEmbed and the API.

use brainly::db::Db;
use serde_json::{Value, json};

use super::{assert_enriched, assert_told, read};
use crate::harness::{TestApp, on_both_engines};

const ID: &str = "1669886454712115200";
const LINK: &str = "https://x.com/potter/status/1669886454712115200?s=20";
/// What the service is asked for this very post: the token depends on its number.
const EMBEDDED: &str = "/syndication/tweet-result?id=1669886454712115200&token=41q3piffw38&lang=en";
const OEMBED: &str =
    "/oembed?url=https%3A%2F%2Ftwitter.com%2Fpotter%2Fstatus%2F1669886454712115200&omit_script=1&dnt=1";
const SNIPPET: &str = "<blockquote class=\"twitter-tweet\"><p lang=\"en\" dir=\"ltr\">Cone 6 &amp; not cone 10 \
    <a href=\"https://t.co/b\">pic.twitter.com/b</a></p>&mdash; A. Potter (@potter) <a href=\"https://x.com/potter\">May 6</a>\
    </blockquote>";

async fn app(db: Db) -> TestApp {
    with(db, &[]).await
}

async fn with(db: Db, more: &[(&str, &str)]) -> TestApp {
    let services = [
        ("TWITTER_SYNDICATION_URL", "{site}/syndication"),
        ("TWITTER_OEMBED_URL", "{site}/oembed"),
        ("TWITTER_API_URL", "{site}/api"),
    ];
    TestApp::with(db, &[&services[..], more].concat()).await
}

fn post() -> Value {
    json!({
        "__typename": "Tweet", "id_str": ID, "lang": "en", "created_at": "2023-06-17T01:02:03.000Z",
        "text": "@clay 🏺 Cone 6 &amp; not 10: https://t.co/a https://t.co/b", "display_text_range": [6, 44],
        "user": { "name": "A. Potter", "screen_name": "potter" }, "favorite_count": 7, "conversation_count": 2,
        "entities": {
            "urls": [{ "url": "https://t.co/a", "expanded_url": "https://example.org/kilns", "display_url": "example.org/kilns" }],
            "media": [{ "url": "https://t.co/b", "expanded_url": "https://x.com/potter/status/1/photo/1" }],
        },
        "mediaDetails": [{ "type": "photo", "media_url_https": "https://pbs.example.org/kiln.jpg", "ext_alt_text": "A small electric kiln" }],
        "photos": [{ "url": "https://pbs.example.org/kiln.jpg", "width": 2, "height": 1 }],
        "quoted_tweet": {
            "text": "Which cone?", "user": { "name": "Clay", "screen_name": "clay" }, "display_text_range": [0, 11],
        },
    })
}

on_both_engines! {
    async fn a_post_is_read_with_its_links_its_pictures_and_what_it_quotes(db: Db) {
        let app = app(db).await;
        app.site.json(EMBEDDED, &post());

        let item = read(&app, LINK).await;

        assert_enriched(&item, "twitter");
        assert_eq!(item["title"], "A. Potter: 🏺 Cone 6 & not 10: https://example.org/kilns");
        assert_eq!(
            item["fullText"],
            "🏺 Cone 6 & not 10: https://example.org/kilns\n\n[A small electric kiln]\n\nClay (@clay):\nWhich cone?"
        );
        assert_eq!(
            (&item["metadata"]["author"], &item["metadata"]["publishedDate"], &item["metadata"]["language"]),
            (&json!("A. Potter"), &json!("2023-06-17T01:02:03.000Z"), &json!("en"))
        );
        assert_eq!(item["metadata"]["thumbnailUrl"], "https://pbs.example.org/kiln.jpg");
        assert_eq!((&item["providerData"]["likes"], &item["providerData"]["handle"]), (&json!(7), &json!("potter")));
        assert_eq!(app.site.asked("/oembed"), 0);
    }

    async fn a_video_gives_its_still_and_a_quoted_picture_stands_in_for_none(db: Db) {
        let app = app(db).await;
        let mut video = post();
        video["photos"] = json!([]);
        video["video"] = json!({ "poster": "https://pbs.example.org/still.jpg", "variants": [] });
        app.site.json(EMBEDDED, &video);
        assert_eq!(read(&app, LINK).await["metadata"]["thumbnailUrl"], "https://pbs.example.org/still.jpg");

        let mut bare = post();
        bare["photos"] = json!([]);
        bare["mediaDetails"] = json!([]);
        bare["quoted_tweet"]["photos"] = json!([{ "url": "https://pbs.example.org/quoted.jpg" }]);
        app.site.json(EMBEDDED, &bare);
        assert_eq!(read(&app, LINK).await["metadata"]["thumbnailUrl"], "https://pbs.example.org/quoted.jpg");
    }

    async fn a_long_post_is_told_as_cut_off(db: Db) {
        let app = app(db).await;
        let mut long = post();
        long["note_tweet"] = json!({ "id": "Tm90ZVR3ZWV0" });
        app.site.json(EMBEDDED, &long);

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "only the beginning");
        assert_eq!(item["attempts"][0]["outcome"], "partial");
    }

    async fn with_a_token_a_long_post_is_read_whole(db: Db) {
        let app = with(db, &[("TWITTER_BEARER_TOKEN", "let-me-in")]).await;
        let mut long = post();
        long["note_tweet"] = json!({ "id": "Tm90ZVR3ZWV0" });
        app.site.json(EMBEDDED, &long);
        let path = format!("/api/tweets/{ID}");
        app.site.json(&path, &json!({
            "data": {
                "id": ID, "text": "Cut…", "author_id": "1", "created_at": "2023-06-17T01:02:03.000Z", "lang": "en",
                "note_tweet": { "text": "The whole of it https://t.co/a", "entities": { "urls": [
                    { "url": "https://t.co/a", "expanded_url": "https://example.org/kilns" } ] } },
                "referenced_tweets": [{ "type": "quoted", "id": "2" }],
            },
            "includes": {
                "users": [{ "id": "1", "name": "A. Potter", "username": "potter" }, { "id": "3", "name": "Clay", "username": "clay" }],
                "media": [{ "media_key": "3_1", "type": "photo", "url": "https://pbs.example.org/kiln.jpg", "alt_text": "A kiln" }],
                "tweets": [{ "id": "2", "text": "Which cone?", "author_id": "3" }],
            },
        }));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "twitter");
        assert_eq!(item["fullText"], "The whole of it https://example.org/kilns\n\n[A kiln]\n\nClay (@clay):\nWhich cone?");
        assert_eq!(app.site.requests(&path)[0].headers["authorization"], "Bearer let-me-in");
    }

    async fn what_the_first_service_hides_is_read_by_oembed_and_told_as_its_text_alone(db: Db) {
        let app = app(db).await;
        app.site.json(OEMBED, &json!({
            "html": SNIPPET, "author_name": "A. Potter", "author_url": "https://x.com/potter", "provider_name": "X",
        }));
        let hidden = [
            (200, json!({ "__typename": "TweetTombstone", "tombstone": { "text": { "text": "Age-restricted" } } }).to_string()),
            (200, "{}".to_owned()),
            (200, String::new()),
            (404, String::new()),
            (500, String::new()),
        ];
        for (status, body) in hidden {
            app.site.page(EMBEDDED, status, &[("content-type", "application/json")], body);

            let item = read(&app, LINK).await;

            assert_told(&item, "enriched", "only the text");
            assert_eq!((&item["title"], &item["fullText"]), (&json!("A. Potter: Cone 6 & not cone 10"), &json!("Cone 6 & not cone 10")));
            assert_eq!(item["metadata"]["author"], "A. Potter");
        }
    }

    async fn a_post_that_is_gone_or_closed_is_told_as_that(db: Db) {
        let app = app(db).await;
        app.site.json(EMBEDDED, &json!({ "__typename": "TweetTombstone" }));
        for (status, why) in [(404, "gone"), (403, "does not show this post to everybody")] {
            app.site.page("/oembed", status, &[], "");
            assert_told(&read(&app, LINK).await, "failed", why);
        }
    }

    async fn with_a_token_the_api_tells_what_the_others_hide(db: Db) {
        let app = with(db, &[("TWITTER_BEARER_TOKEN", "let-me-in")]).await;
        app.site.json(EMBEDDED, &json!({ "__typename": "TweetTombstone" }));
        app.site.page("/oembed", 403, &[], "");
        let path = format!("/api/tweets/{ID}");
        app.site.json(&path, &json!({
            "data": { "id": ID, "text": "Seen &amp; kept", "author_id": "1" },
            "includes": { "users": [{ "id": "1", "name": "A. Potter", "username": "potter" }] },
        }));
        let item = read(&app, LINK).await;
        assert_enriched(&item, "twitter");
        assert_eq!(item["fullText"], "Seen & kept");

        app.site.json(&path, &json!({ "errors": [{ "title": "Not Found Error" }] }));
        assert_told(&read(&app, LINK).await, "failed", "not show this post to everybody");
    }

    async fn services_that_are_busy_are_asked_again_when_they_say(db: Db) {
        let app = app(db).await;
        app.site.page(EMBEDDED, 429, &[("retry-after", "600")], "");
        app.site.page("/oembed", 500, &[], "");

        let item = read(&app, LINK).await;

        assert_told(&item, "pending", "");
        assert_eq!(item["attempts"][0]["outcome"], "retry");
        assert_eq!(app.site.asked(EMBEDDED), 1);
    }

    async fn an_answer_in_a_form_that_nobody_knows_is_tried_again_and_told(db: Db) {
        let app = app(db).await;
        app.site.json(EMBEDDED, &json!({ "text": 1 }));
        app.site.json("/oembed", &json!({ "html": "<p></p>" }));

        assert_told(&read(&app, LINK).await, "pending", "does not understand");
    }
}
