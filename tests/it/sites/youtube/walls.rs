//! What stands before YouTube: checks for robots, consent, and too many questions.

use std::time::Duration;

use super::*;

const HTML: &[(&str, &str)] = &[("content-type", "text/html; charset=utf-8")];
const CONSENT: &str = "<html><form action=\"https://consent.youtube.com/s\" method=\"POST\"><input type=\"hidden\" name=\"gl\" value=\"DE\">\
    <input type=\"hidden\" name=\"v\" value=\"cb.20210328-17-p0.de+FX+119\"></form></html>";

/// A page that knows more than the player.
fn page() -> String {
    let mut answer = plays(&[track("en", "", "&exp=xpe")]);
    answer["microformat"] =
        json!({ "playerMicroformatRenderer": { "publishDate": "2024-05-06T07:08:09-07:00", "category": "Education" } });
    answer["videoDetails"]["shortDescription"] = "Braces } in \"strings\"; };".into();
    format!(
        "<html><script>ytcfg.set({{\"INNERTUBE_CONTEXT\":{{\"client\":{{\"visitorData\":\"CgtQYWdl%3D%3D\"}}}}}});var ytInitialPlayerResponse = null;</script>\
         <script>var ytInitialPlayerResponse = {answer};var meta = 1;</script><script>var ytInitialData = {{\"x\":[\
         {{\"chapterRenderer\":{{\"title\":{{\"simpleText\":\"Start\"}},\"timeRangeStartMillis\":0}}}},\
         {{\"chapterRenderer\":{{\"title\":{{\"simpleText\":\"End \\u0026 rest\"}},\"timeRangeStartMillis\":61000}}}},\
         {{\"chapterRenderer\":{{\"title\":{{\"simpleText\":\"Start\"}},\"timeRangeStartMillis\":0}}}}]}};</script></html>"
    )
}

on_both_engines! {
    async fn the_page_tells_the_date_the_chapters_and_who_we_are_taken_for(db: Db) {
        let app = app(db).await;
        app.site.page(WATCH, 200, HTML, page());
        let mut answer = plays(&[track("en", "", "")]);
        answer["videoDetails"]["shortDescription"] = "Slowly.".into();
        app.site.json(PLAYER, &answer);
        app.site.json(CAPTIONS, &json3("Fire slowly,"));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "youtube");
        assert_eq!(item["metadata"]["publishedDate"], "2024-05-06T14:08:09.000Z");
        assert_eq!(item["providerData"]["category"], "Education");
        assert_eq!(item["providerData"]["chapters"], json!([{ "title": "Start", "start": 0 }, { "title": "End & rest", "start": 61 }]));
        let asked = app.site.requests(WATCH);
        assert_eq!((asked.len(), header(&asked[0], "cookie")), (1, "SOCS=CAI"));
        assert_eq!(asked[0].target, format!("{WATCH}?v={ID}&hl=en&bpctr=9999999999&has_verified=1"));
        assert_eq!(app.site.requests(PLAYER)[0].headers["x-goog-visitor-id"], "CgtQYWdl%3D%3D");
    }

    async fn consent_is_given_once_and_the_page_read_then(db: Db) {
        let app = app(db).await;
        app.site.page(WATCH, 200, HTML, CONSENT);
        app.site.then(WATCH, &[page()]);
        app.site.json(PLAYER, &plays(&[]));

        let item = read(&app, LINK).await;

        assert_eq!(item["metadata"]["publishedDate"], "2024-05-06T14:08:09.000Z");
        let asked = app.site.requests(WATCH);
        assert_eq!((asked.len(), header(&asked[1], "cookie")), (2, "SOCS=CAI; CONSENT=YES+cb.20210328-17-p0.de+FX+119"));
    }

    async fn a_page_that_asks_for_consent_twice_is_left_and_the_player_asked(db: Db) {
        let app = app(db).await;
        app.site.page(WATCH, 200, HTML, CONSENT);
        app.site.json(PLAYER, &plays(&[track("en", "", "")]));
        app.site.json(CAPTIONS, &json3("Fire slowly,"));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "youtube");
        assert_eq!((app.site.asked(WATCH), &item["metadata"]["publishedDate"]), (2, &Value::Null));
    }

    async fn a_check_for_robots_is_told_with_what_oembed_knows_kept(db: Db) {
        let app = app(db).await;
        oembed(&app);
        app.site.json(PLAYER, &refuses("LOGIN_REQUIRED", "Sign in to confirm you’re not a bot"));
        let item = read(&app, LINK).await;
        assert_told(&item, "failed", "checks for robots");
        assert_eq!((&item["title"], &item["metadata"]["author"]), (&json!("Firing a kiln"), &json!("A. Potter")));
        assert_eq!((&item["fullText"], app.site.asked(PLAYER)), (&Value::Null, 1));

        app.site.page(WATCH, 200, HTML, "<html><form><div class=\"g-recaptcha\"></div></form></html>");
        app.site.json(PLAYER, &plays(&[]));
        let item = read(&app, LINK).await;
        assert_told(&item, "failed", "checks for robots");
        assert_eq!((&item["title"], app.site.asked(PLAYER)), (&json!("Firing a kiln"), 0));

        app.site.page(OEMBED, 404, &[], "");
        assert_told(&read(&app, LINK).await, "failed", "checks for robots");
    }

    async fn too_many_questions_are_followed_by_peace_for_a_quarter_of_an_hour_at_least(db: Db) {
        let app = app(db).await;
        for (retry_after, minutes) in [("1", 15), ("1800", 30)] {
            for path in [WATCH, PLAYER] {
                app.site.page(WATCH, 404, &[], "");
                app.site.page(path, 429, &[("retry-after", retry_after)], "");
                assert_waits(&app, minutes).await;
            }
        }
    }

    async fn a_page_of_fifty_megabytes_is_left_and_a_player_s_leads_to_oembed(db: Db) {
        let app = app(db).await;
        oembed(&app);
        let huge = vec![b' '; 50 * 1024 * 1024];
        app.site.page(WATCH, 200, HTML, huge.clone());
        app.site.page(PLAYER, 200, &[], huge);

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "larger than");
        assert_eq!(item["title"], "Firing a kiln");
    }
}

/// Fails unless the item is asked for again after so many minutes, and not before.
async fn assert_waits(app: &TestApp, minutes: u64) {
    let item = read(app, LINK).await;
    assert_told(&item, "pending", "no more questions");
    app.site.page(WATCH, 404, &[], "");
    app.site.json(PLAYER, &plays(&[]));
    app.clock.advance(Duration::from_mins(minutes).saturating_sub(Duration::from_secs(5)));
    app.run_jobs().await;
    assert_eq!(app.site.asked(PLAYER), 0);
    // Up to a tenth more is waited, so that not all come back at once.
    app.clock.advance(Duration::from_mins(minutes));
    app.run_jobs().await;
    assert_eq!(app.site.asked(PLAYER), 1);
}
