//! Which captions are read, from where, and in which forms.

use super::*;

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

/// A video whose captions come as `body`.
async fn with_captions(app: &TestApp, body: impl Into<Vec<u8>>) -> Value {
    app.site.json(PLAYER, &plays(&[track("en", "", "")]));
    app.site.page(CAPTIONS, 200, &[], body);
    read(app, LINK).await
}

on_both_engines! {
    async fn a_video_is_read_with_its_words_and_the_seconds_at_which_they_are_said(db: Db) {
        let app = app(db).await;
        app.site.json(PLAYER, &plays(&[track("en", "asr", ""), track("en-GB", "", ""), track("fr", "", "")]));
        app.site.json(&format!("{CAPTIONS}?v={ID}&lang=en-GB&fmt=json3"), &json3("Fire slowly,"));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "youtube");
        assert_eq!((&item["fullText"], &item["fullTextType"]), (&json!("Fire slowly, the water leaves"), &json!("transcript")));
        assert_eq!(item["transcriptSegments"], json!([
            { "text": "Fire slowly,", "start": 0.0, "duration": 1.54 },
            { "text": "the water leaves", "start": 1.54, "duration": 2.0 },
        ]));
        let metadata = &item["metadata"];
        assert_eq!((&item["title"], &metadata["author"]), (&json!("Firing a kiln"), &json!("A. Potter")));
        assert_eq!(metadata["authorUrl"], "https://www.youtube.com/channel/UCabc-_1");
        assert_eq!(metadata["thumbnailUrl"], "https://i.ytimg.com/large.jpg");
        assert_eq!((&metadata["readingTimeSeconds"], &metadata["language"]), (&json!(754), &json!("en")));
        assert_eq!(metadata["tags"], json!(["kiln", "clay"]));
        assert_eq!(item["providerData"]["captions"], json!({ "language": "en", "automatic": false }));
        assert_eq!(item["providerData"]["chapters"], json!([
            { "title": "Intro", "start": 0 }, { "title": "Candling", "start": 90 }, { "title": "Cone 6", "start": 720 },
        ]));
        assert_eq!((app.site.asked(PLAYER), app.site.asked(OEMBED)), (1, 0));
    }

    async fn words_that_a_program_heard_are_read_where_nobody_wrote_them_down(db: Db) {
        let app = app(db).await;
        app.site.json(PLAYER, &plays(&[track("en", "asr", ""), track("en", "", "&tlang=en")]));
        app.site.json(CAPTIONS, &json!({ "events": [
            { "tStartMs": 0, "dDurationMs": 5000, "id": 1, "wpWinPosId": 1 },
            { "tStartMs": 80, "dDurationMs": 3900, "wWinId": 1, "segs": [{ "utf8": "fire" }, { "utf8": " slowly", "tOffsetMs": 400 }] },
            { "tStartMs": 1990, "wWinId": 1, "aAppend": 1, "segs": [{ "utf8": "\n" }] },
            { "tStartMs": 2000, "dDurationMs": 3000, "wWinId": 1, "segs": [{ "utf8": "at first" }] },
        ] }));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "youtube");
        assert_eq!(item["fullText"], "fire slowly at first");
        assert_eq!(item["transcriptSegments"].as_array().unwrap().len(), 2);
        assert_eq!(item["providerData"]["captions"]["automatic"], true);
        assert!(!app.site.requests(CAPTIONS)[0].target.contains("tlang"));
    }

    async fn the_reader_s_languages_come_first_then_the_language_that_is_spoken(db: Db) {
        let app = app(db).await;
        app.site.json(CAPTIONS, &json3("Langsam"));
        app.site.json(PLAYER, &plays(&[track("en", "", ""), track("ja", "", ""), track("ja", "asr", ""), track("de-AT", "", "")]));
        let read_by = async |client: &crate::harness::Client| {
            let saved = client.post("/api/v1/content", json!({ "title": "Kiln", "link": LINK })).await.assert_status(201).json();
            app.run_jobs().await;
            let path = format!("/api/v1/content/{}", saved["content"]["id"].as_str().unwrap());
            client.get(&path).await.assert_status(200).json()["providerData"]["captions"]["language"].clone()
        };

        let (ada, bertha) = (app.sign_up("ada").await, app.sign_up("bertha").await);
        let german = "Der Ofen wird zunächst langsam geheizt, damit das Wasser aus dem Ton entweichen kann, ohne dass er springt. \
            Danach darf es schneller gehen, und am Ende wird die Temperatur eine Weile gehalten, bis die Glasur glatt ist.";
        let page = format!("<html lang=de><title>Der Ofen</title><article><p>{}</p></article></html>", german.repeat(9));
        let link = app.site.page("/ofen", 200, &[("content-type", "text/html; charset=utf-8")], page);
        bertha.post("/api/v1/content", json!({ "title": "Der Ofen", "link": link })).await.assert_status(201);
        app.run_jobs().await;

        assert_eq!((read_by(&ada).await, read_by(&bertha).await), (json!("ja"), json!("de")));
    }

    async fn a_client_whose_captions_need_a_proof_gives_way_to_the_next(db: Db) {
        let app = app(db).await;
        app.site.json(PLAYER, &plays(&[track("en", "", "&exp=xpe")]));
        app.site.then(PLAYER, &[plays(&[track("en", "", "&exp=a,xpv")]).to_string(), plays(&[track("en", "", "")]).to_string()]);
        app.site.json(CAPTIONS, &json3("Fire slowly,"));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "youtube");
        let asked = app.site.requests(PLAYER);
        let names: Vec<_> = asked.iter().map(|asked| header(asked, "x-youtube-client-name")).collect();
        assert_eq!(names, ["3", "5", "101"]);
        let question: Value = serde_json::from_slice(&asked[1].body).unwrap();
        assert_eq!((&question["videoId"], &question["context"]["client"]["clientName"]), (&json!(ID), &json!("IOS")));
        assert_eq!(question["context"]["client"]["visitorData"], "CgtWaXNpdG9y");
        assert_eq!((asked[1].method.as_str(), header(&asked[1], "x-goog-visitor-id")), ("POST", "CgtWaXNpdG9y"));
        assert!(header(&asked[1], "user-agent").starts_with("com.google.ios.youtube/"));
        assert_eq!(app.site.asked(CAPTIONS), 1);
    }

    async fn captions_that_come_empty_are_asked_for_as_the_next_client(db: Db) {
        let app = app(db).await;
        app.site.json(PLAYER, &plays(&[track("en", "", "")]));
        app.site.page(CAPTIONS, 200, JSON, "");
        app.site.then(CAPTIONS, &[json3("Fire slowly,").to_string()]);
        assert_enriched(&read(&app, LINK).await, "youtube");
        assert_eq!((app.site.asked(PLAYER), app.site.asked(CAPTIONS)), (2, 2));

        app.site.page(CAPTIONS, 200, JSON, "");
        let item = read(&app, LINK).await;
        assert_told(&item, "enriched", "does not give this video's captions out");
        assert_eq!((&item["title"], &item["fullText"]), (&json!("Firing a kiln"), &json!(null)));
        assert_eq!(app.site.asked(PLAYER), 5);
    }

    async fn a_video_without_captions_is_enriched_and_says_so(db: Db) {
        let app = app(db).await;
        app.site.json(PLAYER, &plays(&[]));

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "no captions");
        assert_eq!((&item["title"], &item["attempts"][0]["outcome"]), (&json!("Firing a kiln"), &json!("partial")));
        assert_eq!(app.site.asked(PLAYER), 1);
    }

    async fn captions_elsewhere_than_on_youtube_are_never_fetched(db: Db) {
        let app = app(db).await;
        let own = app.site.page("/secret", 200, JSON, json3("Secret").to_string());
        let elsewhere = [
            "http://169.254.169.254/latest/meta-data", "https://example.org/api/timedtext", "https://youtube.com.example.org/x",
            "http://www.youtube.com/api/timedtext", "https://user@www.youtube.com/api/timedtext", "https://www.youtube.com:444/x",
            "//169.254.169.254/x", "https://notyoutube.com/x", "file:///etc/passwd", "https://[::1]/x",
        ];
        for link in elsewhere {
            let mut foreign = track("en", "", "");
            foreign["baseUrl"] = link.into();
            app.site.json(PLAYER, &plays(&[foreign]));
            assert_told(&read(&app, LINK).await, "enriched", "not on YouTube");
        }
        assert_eq!(app.site.requests("/secret").len(), 0, "{own}");
    }

    async fn captions_in_the_older_forms_are_read_too(db: Db) {
        let app = app(db).await;
        let forms = [
            "<?xml version=\"1.0\" encoding=\"utf-8\" ?><transcript><text start=\"0.5\" dur=\"1.54\">Salt &amp;amp; &amp;lt;i&amp;gt;clay&amp;lt;/i&amp;gt;</text>\
                <text start=\"2\">it&amp;#39;s hot</text></transcript>",
            "<?xml version=\"1.0\"?><timedtext format=\"3\"><head><ws id=\"0\"/></head><body><p t=\"500\" d=\"1540\" w=\"1\"><s>Salt</s><s t=\"9\"> &amp; clay</s></p>\
                <p t=\"700\" w=\"1\" a=\"1\">\n</p><p t=\"2000\">it&#39;s hot</p></body></timedtext>",
            "WEBVTT\nKind: captions\n\n00:00:00.500 --> 00:00:02.040 align:start\nSalt &amp; <00:00:01.000><c>clay</c>\n\n00:02.000 --> 00:02.000\nit's hot\n\n00:03.000 --> 00:04.000\nit's hot\n",
        ];
        for form in forms {
            let item = with_captions(&app, form).await;
            assert_enriched(&item, "youtube");
            assert_eq!(item["transcriptSegments"], json!([
                { "text": "Salt & clay", "start": 0.5, "duration": 1.54 }, { "text": "it's hot", "start": 2.0, "duration": 0.0 },
            ]), "{form}");
        }
    }

    async fn silences_and_sixty_words_make_paragraphs(db: Db) {
        let app = app(db).await;
        let event = |start: u32, words: &str| json!({ "tStartMs": start, "dDurationMs": 1000, "segs": [{ "utf8": words }] });
        let many = "word ".repeat(60);
        let item = with_captions(&app, json!({ "events": [
            event(0, "One."), event(900, "Still one."), event(4000, "Two."), event(5000, &many), event(6000, "Three."),
        ] }).to_string()).await;

        let text = item["fullText"].as_str().unwrap();
        assert_eq!(text, format!("One. Still one.\n\nTwo. {}\n\nThree.", many.trim()));
    }

    async fn captions_in_no_known_form_leave_the_rest_and_are_told(db: Db) {
        let app = app(db).await;
        let mut bodies = vec!["{}".to_owned(), "{\"events\":[{\"segs\":7}]}".into(), "Words.".into(), "<timedtext></timedtext>".into()];
        bodies.push(format!("{{\"events\":{}", "[".repeat(100_000)));
        bodies.push("<transcript><text start=\"x\">y</text><text".into());
        for body in bodies {
            let item = with_captions(&app, body).await;
            assert_told(&item, "enriched", "does not understand");
            assert_eq!(item["title"], "Firing a kiln");
        }
        assert_told(&with_captions(&app, "<!DOCTYPE html><html>Sorry</html>").await, "enriched", "checks for robots");
        for (status, why) in [(429, "no more questions"), (404, "could not be fetched"), (500, "could not be fetched")] {
            app.site.page(CAPTIONS, status, &[], "");
            assert_told(&read(&app, LINK).await, "enriched", why);
        }
    }

    async fn a_million_empty_events_are_as_good_as_none_and_endless_ones_end(db: Db) {
        let app = app(db).await;
        let item = with_captions(&app, format!("{{\"events\":[{}{{}}]}}", "{},".repeat(1_000_000))).await;
        assert_told(&item, "enriched", "does not understand");

        let event = "{\"tStartMs\":1,\"segs\":[{\"utf8\":\"a\"}]},";
        let item = with_captions(&app, format!("{{\"events\":[{}{{}}]}}", event.repeat(60_000))).await;
        assert_enriched(&item, "youtube");
        assert_eq!(item["transcriptSegments"].as_array().unwrap().len(), 50_000);
    }

    async fn captions_of_fifty_megabytes_are_not_read(db: Db) {
        let app = app(db).await;
        let item = with_captions(&app, vec![b' '; 50 * 1024 * 1024]).await;
        assert_told(&item, "enriched", "could not be fetched");
        assert_eq!(item["title"], "Firing a kiln");
    }
}
