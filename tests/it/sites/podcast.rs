//! Podcasts: a show, an episode, and what is said in it.

use brainly::db::Db;
use serde_json::{Value, json};

use super::{assert_enriched, assert_told, read};
use crate::harness::{TestApp, on_both_engines};

const SHOW: &str = "https://podcasts.apple.com/gb/podcast/kilns-weekly/id1234567";
const EPISODE: &str = "https://podcasts.apple.com/gb/podcast/firing/id1234567?i=1000600001";
const LOOKUP: &str = "/itunes/lookup";
const VTT: &str = "WEBVTT\n\nNOTE made by hand\n\nintro\n00:00:01.000 --> 00:00:03.500 align:start\n<v Ada>Good <i>morning</i>, potters.\n\n\
    00:03.500 --> 00:06.000\n<v Ada>Today: &amp; always, fire.\n\n01:00:02.000 --> 01:00:04.000\n<v.loud Bob>At the end.\n";

async fn app(db: Db) -> TestApp {
    TestApp::with(db, &[("ITUNES_API_URL", "{site}/itunes")]).await
}

/// The show in the directory, with its feed at `feed` and one episode.
fn list(app: &TestApp, feed: &str) {
    app.site.json(LOOKUP, &json!({ "resultCount": 2, "results": [
        { "wrapperType": "track", "kind": "podcast", "collectionId": 1_234_567, "trackId": 1_234_567, "artistName": "Ada & Bob", "collectionName": "Kilns Weekly",
          "feedUrl": feed, "artworkUrl600": "https://is1.example/600.jpg", "genres": ["Crafts", "Podcasts"], "releaseDate": "2024-05-06T07:08:09Z" },
        { "wrapperType": "podcastEpisode", "kind": "podcast-episode", "trackId": 1_000_600_001_u64, "trackName": "Firing", "collectionName": "Kilns Weekly",
          "description": "Notes of the directory", "episodeGuid": "guid-1", "episodeUrl": "https://cdn.example/1.mp3?x=1", "trackTimeMillis": 61_500,
          "releaseDate": "2024-05-06T07:08:09Z", "genres": [{ "name": "Crafts", "id": "1" }] },
    ] }));
}

/// A feed whose first episode has these elements, and its link.
fn feed(app: &TestApp, more: &str) -> String {
    let xml = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" xmlns:p=\"https://podcastindex.org/namespace/1.0\">\
         <channel><title>Kilns Weekly</title><link>https://kilns.example/</link><description>A show about kilns</description><language>en-us</language>\
         <itunes:author>Ada and Bob</itunes:author><itunes:image href=\"https://kilns.example/show.jpg\"/><p:person role=\"host\">Ada</p:person>\
         <item><title>Older</title><guid>guid-0</guid><pubDate>Mon, 01 Jan 2024 07:08:09 GMT</pubDate><description>Older notes</description>\
         <enclosure url=\"https://cdn.example/0.mp3\" type=\"audio/mpeg\" length=\"9\"/></item>\
         <item><title>Firing</title><guid isPermaLink=\"false\">guid-1</guid><pubDate>Mon, 06 May 2024 07:08:09 GMT</pubDate><link>https://kilns.example/1</link>\
         <description><![CDATA[<p>In this episode: <b>cones</b>.</p><p>Links below.</p>]]></description><itunes:duration>1:01:05</itunes:duration>\
         <itunes:season>2</itunes:season><itunes:episode>7</itunes:episode><itunes:image href=\"/1.jpg\"/>\
         <enclosure url=\"https://cdn.example/1.mp3?y=2\" type=\"audio/mpeg\" length=\"123456\"/>{more}</item></channel></rss>"
    );
    app.site.page("/feed.xml", 200, &[("content-type", "application/rss+xml")], xml)
}

fn transcript(kind: &str, path: &str, language: &str) -> String {
    format!("<p:transcript url=\"{path}\" type=\"{kind}\" language=\"{language}\"/>")
}

fn said(item: &Value) -> Vec<(f64, f64, &str)> {
    let segments = item["transcriptSegments"].as_array().unwrap();
    segments
        .iter()
        .map(|one| (one["start"].as_f64().unwrap(), one["duration"].as_f64().unwrap(), one["text"].as_str().unwrap()))
        .collect()
}

on_both_engines! {
    async fn an_episode_is_read_with_what_is_said_in_it_and_when(db: Db) {
        let app = app(db).await;
        app.site.page("/1.vtt", 200, &[("content-type", "text/vtt")], VTT);
        list(&app, &feed(&app, &format!("{}<p:chapters url=\"/1.json\" type=\"application/json+chapters\"/>", transcript("text/vtt", "/1.vtt", "en"))));

        let item = read(&app, EPISODE).await;

        assert_enriched(&item, "podcast");
        assert_eq!((&item["type"], &item["contentId"], &item["title"]), (&json!("podcast"), &json!("1234567/1000600001"), &json!("Firing")));
        assert_eq!((&item["fullTextType"], &item["fullText"]), (&json!("transcript"), &json!("Ada: Good morning, potters. Today: & always, fire.\n\nBob: At the end.")));
        assert_eq!(said(&item), [(1.0, 2.5, "Ada: Good morning, potters."), (3.5, 2.5, "Today: & always, fire."), (3602.0, 2.0, "Bob: At the end.")]);
        let told = &item["metadata"];
        assert_eq!((&told["author"], &told["siteName"], &told["readingTimeSeconds"]), (&json!("Ada and Bob"), &json!("Kilns Weekly"), &json!(3665)));
        assert_eq!((&told["description"], &told["publishedDate"]), (&json!("In this episode: cones. Links below."), &json!("2024-05-06T07:08:09.000Z")));
        assert_eq!((&told["thumbnailUrl"], &told["language"]), (&json!(app.site.url("/1.jpg")), &json!("en")));
        let data = &item["providerData"];
        assert_eq!(data["enclosure"], json!({ "url": "https://cdn.example/1.mp3?y=2", "type": "audio/mpeg", "bytes": 123_456 }));
        assert_eq!((&data["season"], &data["episode"], &data["guid"]), (&json!(2), &json!(7), &json!("guid-1")));
        assert_eq!((&data["chaptersUrl"], &data["show"]), (&json!(app.site.url("/1.json")), &json!("Kilns Weekly")));
    }

    async fn what_is_said_is_found_with_the_second_at_which_it_is_said(db: Db) {
        let app = app(db).await;
        let said = |minute: usize| if minute == 70 { "Zirconium opacifies.".to_owned() } else { format!("On day {minute} the potters counted {} bowls.", minute * 37) };
        let cues: Vec<String> = (0..100).map(|minute| format!("{:02}:{:02}:00.000 --> {:02}:{:02}:30.000\n{}\n", minute / 60, minute % 60, minute / 60, minute % 60, said(minute))).collect();
        app.site.page("/1.vtt", 200, &[("content-type", "text/vtt")], format!("WEBVTT\n\n{}", cues.join("\n")));
        list(&app, &feed(&app, &transcript("text/vtt", "/1.vtt", "en")));
        let ada = app.sign_up("ada").await;
        ada.post("/api/v1/content", json!({ "title": "Firing", "link": EPISODE })).await.assert_status(201);
        app.run_jobs().await;

        let answer = ada.get("/api/v1/search?q=zirconium").await.assert_status(200).json();

        let second = answer["results"][0]["position"]["startSeconds"].as_f64().unwrap();
        assert!((60.0 * 60.0..=70.0 * 60.0).contains(&second), "{answer}");
    }

    async fn transcripts_come_in_many_forms_whatever_they_are_said_to_be(db: Db) {
        let app = app(db).await;
        let srt = "1\r\n00:00:01,000 --> 00:00:02,000\r\nGood morning.\r\n\r\n2\r\n00:00:02,000 --> 00:00:04,000\r\nGood morning.\r\n\r\n3\r\n00:00:04,000 --> 00:00:05,000\r\nFire <b>now</b>.\r\n";
        let words = json!({ "version": "1.0.0", "segments": [
            { "speaker": "Ada", "startTime": 0.5, "endTime": 0.75, "body": "Good" }, { "speaker": "Ada", "startTime": 0.75, "endTime": 1, "body": "morning" },
            { "speaker": "Ada", "startTime": 1, "body": "." }, { "speaker": "Bob", "startTime": 2, "endTime": 3, "body": "Fire now." } ] }).to_string();
        for (kind, body, text, pieces) in [
            ("application/x-subrip", srt.to_owned(), "Good morning. Fire now.", 2),
            ("application/json", words, "Ada: Good morning. Bob: Fire now.", 2),
            ("text/html", "<cite>Ada:</cite><time>0:00</time><p>Fire &amp; ash</p><script>evil()</script>".to_owned(), "Ada:", 0),
            ("text/plain", "Ada: fire now".to_owned(), "Ada: fire now", 0),
            ("text/plain", VTT.to_owned(), "Ada: Good morning, potters.", 3),
        ] {
            app.site.page("/t", 200, &[("content-type", "application/octet-stream")], body);
            list(&app, &feed(&app, &transcript(kind, "/t", "en")));
            let item = read(&app, EPISODE).await;
            assert_enriched(&item, "podcast");
            let own = item["fullText"].as_str().unwrap();
            assert!(own.starts_with(text) && !own.contains("evil"), "{kind}: {own}");
            assert_eq!(item["transcriptSegments"].as_array().map_or(0, Vec::len), pieces, "{kind}");
        }
    }

    async fn of_several_transcripts_the_one_with_times_is_read(db: Db) {
        let app = app(db).await;
        app.site.page("/1.vtt", 200, &[], VTT);
        app.site.page("/1.html", 200, &[], "<p>no times</p>");
        let several = [transcript("text/html", "/1.html", "en"), transcript("text/vtt", "/1.vtt", "en")].concat();
        list(&app, &feed(&app, &several));

        assert_eq!(said(&read(&app, EPISODE).await).len(), 3);
        assert_eq!(app.site.asked("/1.html"), 0);
    }

    async fn an_episode_without_a_transcript_keeps_its_notes_and_says_so(db: Db) {
        let app = app(db).await;
        list(&app, &feed(&app, ""));

        let item = read(&app, EPISODE).await;

        assert_told(&item, "enriched", "no transcript");
        assert_eq!((&item["fullText"], &item["fullTextType"]), (&json!("In this episode: cones.\n\nLinks below."), &json!("plain")));
        assert_eq!(item["metadata"]["readingTimeSeconds"], 3665);
    }

    async fn a_transcript_that_cannot_be_read_leaves_the_notes_and_is_told(db: Db) {
        let app = app(db).await;
        for (path, status, body) in [
            ("/t", 404, String::new()), ("/t", 500, String::new()), ("/t", 200, "{\"segments\": 7}".into()), ("/t", 200, String::new()),
            ("/t", 200, "x".repeat(9 * 1024 * 1024)), ("http://169.254.169.254/t", 200, String::new()), ("file:///etc/passwd", 200, String::new()),
        ] {
            app.site.page("/t", status, &[], body);
            list(&app, &feed(&app, &transcript("text/vtt", path, "en")));
            let item = read(&app, EPISODE).await;
            assert_told(&item, "enriched", "transcript could not be read");
            assert!(item["fullText"].as_str().unwrap().contains("cones"));
        }
    }

    async fn an_episode_that_the_feed_does_not_tell_of_is_what_the_directory_says(db: Db) {
        let app = app(db).await;
        let other = "<rss><channel><title>Kilns Weekly</title><item><title>Another</title><guid>guid-9</guid></item></channel></rss>";
        list(&app, &app.site.page("/other.xml", 200, &[], other));
        let item = read(&app, EPISODE).await;
        assert_told(&item, "enriched", "does not tell of this episode");
        assert_eq!((&item["title"], &item["fullText"], &item["metadata"]["readingTimeSeconds"]), (&json!("Firing"), &json!("Notes of the directory"), &json!(61)));

        for gone in [app.site.page("/gone.xml", 410, &[], ""), app.site.page("/no.xml", 200, &[], "<html>"), "http://10.0.0.1/feed".into(), String::new()] {
            list(&app, &gone);
            assert_told(&read(&app, EPISODE).await, "enriched", "the directory's notes were kept: ");
        }
    }

    async fn a_host_that_asks_for_patience_is_read_when_that_is_over_and_not_done_without(db: Db) {
        let app = app(db).await;
        let ada = app.sign_up("ada").await;
        let busy = |path: &str| app.site.page(path, 429, &[("retry-after", "60")], "");
        let well = || {
            app.site.page("/1.vtt", 200, &[("content-type", "text/vtt")], VTT);
            list(&app, &feed(&app, &transcript("text/vtt", "/1.vtt", "en")));
        };
        well();
        busy("/feed.xml");
        let saved = ada.post("/api/v1/content", json!({ "title": "Firing", "link": EPISODE })).await.assert_status(201).json();
        let path = format!("/api/v1/content/{}", saved["content"]["id"].as_str().unwrap());
        for path in ["/feed.xml", "/1.vtt"] {
            well();
            busy(path);
            app.run_jobs().await;
            app.clock.advance(std::time::Duration::from_mins(2));
        }
        assert_eq!(ada.get(&path).await.assert_status(200).json()["enrichmentStatus"], "pending");

        well();
        app.run_jobs().await;

        let item = ada.get(&path).await.assert_status(200).json();
        assert_eq!((&item["enrichmentStatus"], &item["fullTextType"]), (&json!("enriched"), &json!("transcript")));
    }

    async fn a_show_is_its_feed_with_its_latest_episodes(db: Db) {
        let app = app(db).await;
        list(&app, &feed(&app, ""));
        let item = read(&app, SHOW).await;
        assert_enriched(&item, "podcast");
        assert_eq!((&item["title"], &item["metadata"]["author"], &item["metadata"]["description"]), (&json!("Kilns Weekly"), &json!("Ada and Bob"), &json!("A show about kilns")));
        let text = item["fullText"].as_str().unwrap();
        assert!(text.find("Firing (2024-05-06)").unwrap() < text.find("Older (2024-01-01)").unwrap());
        assert_eq!((&item["providerData"]["isPodcast"], &item["providerData"]["feedUrl"]), (&json!(true), &json!(app.site.url("/feed.xml"))));

        list(&app, &app.site.page("/gone.xml", 404, &[], ""));
        let item = read(&app, SHOW).await;
        assert_told(&item, "enriched", "feed could not be read");
        assert_eq!((&item["title"], &item["metadata"]["tags"]), (&json!("Kilns Weekly"), &json!(["Crafts"])));
    }

    async fn a_podcast_that_the_directory_does_not_know_is_told_as_gone(db: Db) {
        let app = app(db).await;
        app.site.json(LOOKUP, &json!({ "resultCount": 0, "results": [] }));
        assert_told(&read(&app, SHOW).await, "failed", "This podcast is gone");
    }

    async fn a_directory_that_has_had_enough_or_speaks_otherwise_is_asked_again(db: Db) {
        let app = app(db).await;
        for status in [403, 429] {
            app.site.page(LOOKUP, status, &[], "");
            assert_told(&read(&app, SHOW).await, "pending", "no more questions for now");
        }
        app.site.json(LOOKUP, &json!({ "results": [{ "trackId": "x" }] }));
        assert_told(&read(&app, SHOW).await, "pending", "does not understand");
    }
}
