//! Videos that do not play: what is told, and what is kept.

use std::time::Duration;

use super::*;

on_both_engines! {
    async fn a_video_that_does_not_play_is_told_in_plain_words_with_what_is_known_of_it(db: Db) {
        let app = app(db).await;
        oembed(&app);
        let said = [
            (refuses("LOGIN_REQUIRED", "This video may be inappropriate for some users."), "adults"),
            (refuses("AGE_VERIFICATION_REQUIRED", "Sign in to confirm your age"), "adults"),
            (refuses("LOGIN_REQUIRED", "This is a private video. Please sign in to verify that you may see it."), "private"),
            (refuses("LOGIN_REQUIRED", "Please sign in"), "people who have signed in"),
            (refuses("ERROR", "This video is unavailable"), "not available"),
            (refuses("UNPLAYABLE", "The uploader has not made this video available in your country"), "country"),
            (refuses("UNPLAYABLE", "Join this channel to get access to members-only content."), "members-only content"),
            (refuses("LIVE_STREAM_OFFLINE", "This live event will begin in a few moments."), "not begun"),
            (refuses("SOMETHING_NEW", ""), "does not play this video"),
        ];
        for (answer, why) in said {
            app.site.json(PLAYER, &answer);

            let item = read(&app, LINK).await;

            assert_told(&item, "enriched", why);
            assert_eq!((&item["title"], &item["metadata"]["author"]), (&json!("Firing a kiln"), &json!("A. Potter")));
            assert_eq!(item["metadata"]["thumbnailUrl"], "https://i.ytimg.com/hq.jpg");
            assert_eq!(item["fullText"], Value::Null);
        }
    }

    async fn a_video_of_which_nobody_knows_anything_is_told_as_gone_or_closed(db: Db) {
        let app = app(db).await;
        for (status, answer, why) in [
            (404, refuses("ERROR", "Video unavailable"), "gone"),
            (401, refuses("LOGIN_REQUIRED", "This video is private"), "private"),
            (403, refuses("UNPLAYABLE", "Not in your country"), "country"),
        ] {
            app.site.json(PLAYER, &answer);
            app.site.page(OEMBED, status, &[], "");
            assert_told(&read(&app, LINK).await, "failed", why);
        }
    }

    async fn where_one_client_is_turned_away_another_may_play(db: Db) {
        let app = app(db).await;
        let reload = json!({ "playabilityStatus": { "status": "UNPLAYABLE", "reason": "Video unavailable", "errorScreen": {
            "playerErrorMessageRenderer": { "subreason": { "runs": [{ "text": "The page needs to be " }, { "text": "reloaded." }] } } } } });
        app.site.json(PLAYER, &reload);
        app.site.then(PLAYER, &[plays(&[track("en", "", "")]).to_string()]);
        app.site.json(CAPTIONS, &json3("Fire slowly,"));
        assert_enriched(&read(&app, LINK).await, "youtube");

        app.site.json(PLAYER, &reload);
        oembed(&app);
        assert_told(&read(&app, LINK).await, "enriched", "The page needs to be reloaded");
        assert_eq!(app.site.asked(PLAYER), 3);
    }

    async fn an_answer_about_another_video_is_not_believed(db: Db) {
        let app = app(db).await;
        oembed(&app);
        let mut other = plays(&[track("en", "", "")]);
        other["videoDetails"]["videoId"] = "aQvGIIdgFDM".into();
        app.site.json(PLAYER, &other);

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "captions could not be had");
        assert_eq!((app.site.asked(PLAYER), app.site.asked(CAPTIONS)), (3, 0));
    }

    async fn a_stream_that_is_yet_to_begin_is_looked_at_again_when_it_has(db: Db) {
        let app = app(db).await;
        oembed(&app);
        let start = app.clock.now() + chrono::TimeDelta::hours(5);
        app.site.json(PLAYER, &json!({ "playabilityStatus": {
            "status": "LIVE_STREAM_OFFLINE", "liveStreamability": { "liveStreamabilityRenderer": { "offlineSlate": {
                "liveStreamOfflineSlateRenderer": { "scheduledStartTime": start.timestamp().to_string() } } } },
        } }));
        let ada = app.sign_up("ada").await;
        let saved = ada.post("/api/v1/content", json!({ "title": LINK, "link": LINK })).await.assert_status(201).json();
        let path = format!("/api/v1/content/{}", saved["content"]["id"].as_str().unwrap());
        app.run_jobs().await;
        let item = ada.get(&path).await.assert_status(200).json();
        assert_told(&item, "enriched", "not begun");
        assert_eq!(item["title"], "Firing a kiln");

        app.site.json(PLAYER, &plays(&[track("en", "", "")]));
        app.site.json(CAPTIONS, &json3("Fire slowly,"));
        app.clock.advance(Duration::from_hours(4));
        app.run_jobs().await;
        assert_eq!(ada.get(&path).await.json()["fullText"], Value::Null);
        app.clock.advance(Duration::from_hours(2));
        app.run_jobs().await;

        let item = ada.get(&path).await.assert_status(200).json();
        assert_eq!((&item["enrichmentError"], &item["fullText"]), (&Value::Null, &json!("Fire slowly, the water leaves")));
    }
}
