//! Wikipedia: an article's summary and its text.

use brainly::db::Db;
use serde_json::{Value, json};

use super::{assert_enriched, assert_told, read};
use crate::harness::{TestApp, on_both_engines};

const LINK: &str = "https://en.m.wikipedia.org/wiki/Anagama_kiln";
const SUMMARY: &str = "/wiki/api/rest_v1/page/summary/Anagama_kiln";
const TEXT: &str = "/wiki/api/rest_v1/page/html/Anagama_kiln";
const NEWER_TEXT: &str = "/wiki/w/rest.php/v1/page/Anagama_kiln/html";
const HTML: (&str, &str) =
    ("content-type", "text/html; charset=utf-8; profile=\"https://www.mediawiki.org/wiki/Specs/HTML/2.8.0\"");

const ARTICLE: &str = r#"<!DOCTYPE html><html lang="en"><head><title>Anagama kiln</title><style>.a{}</style></head><body>
    <section><div role="note" class="hatnote">For the band, see Anagama (band).</div>
    <table class="infobox"><tr><td>Infobox of a kiln</td></tr></table>
    <p>The <b>anagama kiln</b> is an ancient type of kiln.<sup class="mw-ref reference"><a href="./x#cite_note-1">[1]</a></sup></p></section>
    <section><h2>History<span class="mw-editsection">[edit]</span></h2><p>It came to Japan in the fifth century.</p>
    <ul><li>Chamber</li><li>Firebox</li></ul></section>
    <div class="reflist"><ol class="mw-references references"><li>A reference</li></ol></div>
    <div role="navigation" class="navbox">Other kilns everywhere</div></body></html>"#;

async fn app(db: Db) -> TestApp {
    TestApp::with(db, &[("WIKIPEDIA_BASE_URL", "{site}/wiki")]).await
}

fn summary(kind: &str) -> Value {
    json!({
        "type": kind, "title": "Anagama kiln", "pageid": 1_234, "lang": "en", "dir": "ltr", "revision": "1190000001",
        "titles": { "canonical": "Anagama_kiln", "normalized": "Anagama kiln", "display": "<i>Anagama</i> kiln" },
        "thumbnail": { "source": "https://upload.wikimedia.org/a/320px-Kiln.jpg", "width": 320, "height": 240 },
        "timestamp": "2024-01-02T03:04:05Z", "description": "Type of kiln", "wikibase_item": "Q123",
        "extract": "The anagama kiln is an ancient type of kiln.",
    })
}

on_both_engines! {
    async fn an_article_is_read_without_what_stands_around_it(db: Db) {
        let app = app(db).await;
        app.site.json(SUMMARY, &summary("standard"));
        app.site.page(TEXT, 200, &[HTML], ARTICLE);

        let item = read(&app, LINK).await;

        assert_enriched(&item, "wikipedia");
        assert_eq!((&item["type"], &item["title"], &item["contentId"]), (&json!("wikipedia"), &json!("Anagama kiln"), &json!("en/Anagama_kiln")));
        let told = &item["metadata"];
        assert_eq!((&told["description"], &told["language"]), (&json!("The anagama kiln is an ancient type of kiln."), &json!("en")));
        assert_eq!(told["thumbnailUrl"], "https://upload.wikimedia.org/a/320px-Kiln.jpg");
        let text = item["fullText"].as_str().unwrap();
        for kept in ["ancient type of kiln.", "History", "fifth century", "Firebox"] {
            assert!(text.contains(kept), "{kept} is missing: {text}");
        }
        for gone in ["[1]", "[edit]", "Infobox", "reference", "Other kilns", "the band"] {
            assert!(!text.contains(gone), "{gone} is there: {text}");
        }
        let data = &item["providerData"];
        assert_eq!((&data["revision"], &data["wikidata"], &data["type"]), (&json!(1_190_000_001), &json!("Q123"), &json!("standard")));
        let asked = app.site.requests(SUMMARY);
        assert!(asked[0].headers["user-agent"].to_str().unwrap().starts_with("Brainly/"));
    }

    async fn a_title_that_leads_elsewhere_is_followed(db: Db) {
        let app = app(db).await;
        app.site.page(SUMMARY, 302, &[("location", "Kiln")], "");
        app.site.json("/wiki/api/rest_v1/page/summary/Kiln", &json!({ "title": "Kiln", "extract": "A kiln is hot.", "lang": "en" }));
        app.site.page(TEXT, 301, &[("location", "Kiln")], "");
        app.site.page("/wiki/api/rest_v1/page/html/Kiln", 200, &[HTML], "<p>A kiln is hot.</p>");

        let item = read(&app, LINK).await;

        assert_enriched(&item, "wikipedia");
        assert_eq!((&item["title"], &item["fullText"]), (&json!("Kiln"), &json!("A kiln is hot.")));
    }

    async fn a_list_of_meanings_is_told_as_one(db: Db) {
        let app = app(db).await;
        app.site.json(SUMMARY, &summary("disambiguation"));
        app.site.page(TEXT, 200, &[HTML], "<ul><li>Kiln, an oven</li><li>Kiln, Mississippi</li></ul>");

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "articles that share a title");
        assert_eq!(item["providerData"]["type"], "disambiguation");
        assert!(item["fullText"].as_str().unwrap().contains("Mississippi"));
    }

    async fn an_article_that_is_not_there_is_told_as_gone(db: Db) {
        let app = app(db).await;
        app.site.page(SUMMARY, 404, &[], r#"{"type":"https://mediawiki.org/wiki/HyperSwitch/errors/not_found"}"#);
        assert_told(&read(&app, LINK).await, "failed", "This article is gone");
    }

    async fn without_the_older_api_mediawikis_own_gives_the_text(db: Db) {
        let app = app(db).await;
        app.site.page(SUMMARY, 404, &[], "");
        app.site.page(NEWER_TEXT, 200, &[HTML], ARTICLE);

        let item = read(&app, LINK).await;

        assert_enriched(&item, "wikipedia");
        assert_eq!((&item["title"], &item["metadata"]["language"]), (&json!("Anagama kiln"), &json!("en")));
        assert!(item["metadata"]["description"].as_str().unwrap().starts_with("The anagama kiln is"));
    }

    async fn an_article_whose_text_cannot_be_had_keeps_its_summary_and_says_so(db: Db) {
        let app = app(db).await;
        app.site.json(SUMMARY, &summary("standard"));
        app.site.page(TEXT, 500, &[], "");
        app.site.page(NEWER_TEXT, 500, &[], "");

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "Only the article's first lines");
        assert_eq!(item["fullText"], "The anagama kiln is an ancient type of kiln.");
    }

    async fn being_sent_away_is_told_and_nothing_more_is_asked(db: Db) {
        let app = app(db).await;
        app.site.page(SUMMARY, 403, &[], "Please set a user-agent");
        assert_told(&read(&app, LINK).await, "failed", "does not let us read");
        app.site.page(SUMMARY, 429, &[("retry-after", "30")], "");
        assert_told(&read(&app, LINK).await, "pending", "asked us to wait");
        app.site.page(TEXT, 200, &[HTML], ARTICLE);
        assert_eq!(app.site.asked(TEXT), 0);
    }

    async fn an_answer_in_a_form_that_nobody_knows_is_tried_again_and_told(db: Db) {
        let app = app(db).await;
        app.site.page(SUMMARY, 200, &[("content-type", "application/json")], r#"{"title": 7}"#);
        assert_told(&read(&app, LINK).await, "pending", "does not understand");
    }
}
