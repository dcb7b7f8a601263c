//! What stands in where the player tells nothing: the Data API and oEmbed.

use super::*;

const API: &str = "/api/videos?part=snippet%2CcontentDetails%2Cstatistics&id=dQw4w9WgXcQ&key=k3y";

fn known() -> Value {
    json!({ "items": [{
        "snippet": {
            "title": "Firing a kiln", "publishedAt": "2024-05-06T07:08:09Z", "channelId": "UCabc", "channelTitle": "A. Potter",
            "description": "Slowly.", "tags": ["kiln"], "defaultAudioLanguage": "de-AT",
            "thumbnails": { "default": { "url": "https://i.ytimg.com/d.jpg", "width": 120, "height": 90 },
                "maxres": { "url": "https://i.ytimg.com/m.jpg", "width": 1280, "height": 720 } },
        },
        "contentDetails": { "duration": "PT1H2M3S" }, "statistics": { "viewCount": "12" },
    }] })
}

on_both_engines! {
    async fn a_link_that_leads_to_a_video_is_read_as_one(db: Db) {
        let app = app(db).await;
        app.site.json(PLAYER, &plays(&[track("en", "", "")]));
        app.site.json(CAPTIONS, &json3("Before"));
        let short = app.site.page("/short", 301, &[("location", &format!("https://www.youtube.com/watch?v={ID}&feature=share"))], "");
        let sent = format!("<meta http-equiv=refresh content='0; url={LINK}'>");
        let sent = app.site.page("/sent", 200, &[("content-type", "text/html")], sent);

        for link in [short, sent] {
            let item = read(&app, &link).await;
            assert_enriched(&item, "youtube");
            assert_eq!((&item["type"], &item["fullTextType"]), (&json!("link"), &json!("transcript")));
            assert_eq!(item["metadata"]["title"], "Firing a kiln");
        }
    }

    async fn with_a_key_the_data_api_tells_what_the_player_does_not(db: Db) {
        let app = with(db, &[("YOUTUBE_API_KEY", "k3y")]).await;
        app.site.page(PLAYER, 500, &[], "");
        app.site.json(API, &known());

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "captions could not be had");
        let metadata = &item["metadata"];
        assert_eq!((&item["title"], &metadata["author"]), (&json!("Firing a kiln"), &json!("A. Potter")));
        assert_eq!((&metadata["readingTimeSeconds"], &metadata["language"]), (&json!(3723), &json!("de")));
        assert_eq!((&metadata["publishedDate"], &metadata["thumbnailUrl"]), (&json!("2024-05-06T07:08:09.000Z"), &json!("https://i.ytimg.com/m.jpg")));
        assert_eq!((&item["providerData"]["views"], app.site.asked(OEMBED)), (&json!(12), 0));
    }

    async fn the_data_api_adds_the_date_to_what_the_player_told(db: Db) {
        let app = with(db, &[("YOUTUBE_API_KEY", "k3y")]).await;
        app.site.json(PLAYER, &plays(&[track("en", "", "")]));
        app.site.json(CAPTIONS, &json3("Fire slowly,"));
        app.site.json(API, &known());

        let item = read(&app, LINK).await;

        assert_enriched(&item, "youtube");
        assert_eq!((&item["metadata"]["publishedDate"], &item["metadata"]["readingTimeSeconds"]), (&json!("2024-05-06T07:08:09.000Z"), &json!(754)));
    }

    async fn a_quota_that_is_used_up_leaves_oembed_and_an_unknown_id_is_gone(db: Db) {
        let app = with(db, &[("YOUTUBE_API_KEY", "k3y")]).await;
        oembed(&app);
        app.site.page(PLAYER, 500, &[], "");
        app.site.page("/api/videos", 403, &[], "{\"error\":{\"errors\":[{\"reason\":\"quotaExceeded\"}]}}");
        assert_eq!(read(&app, LINK).await["title"], "Firing a kiln");

        app.site.json(PLAYER, &refuses("ERROR", "Video unavailable"));
        app.site.json("/api/videos", &json!({ "items": [] }));
        assert_told(&read(&app, LINK).await, "failed", "gone");
    }

    async fn oembed_s_refusals_are_told_and_a_service_that_is_down_is_asked_again(db: Db) {
        let app = app(db).await;
        app.site.page(PLAYER, 404, &[], "");
        for (status, word, why) in [(404, "failed", "gone"), (400, "failed", "gone"), (401, "failed", "private"), (500, "pending", "")] {
            app.site.page(OEMBED, status, &[], "");
            assert_told(&read(&app, LINK).await, word, why);
        }
        app.site.page(PLAYER, 503, &[], "");
        app.site.page(OEMBED, 404, &[], "");
        assert_told(&read(&app, LINK).await, "pending", "");
    }
}
