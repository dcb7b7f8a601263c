//! A link to a feed: its title and what was published lately.

use brainly::db::Db;
use serde_json::{Value, json};

use super::{assert_enriched, read};
use crate::harness::{TestApp, on_both_engines};

const RSS: (&str, &str) = ("content-type", "application/rss+xml; charset=utf-8");

async fn read_feed(app: &TestApp, content_type: &str, body: impl Into<Vec<u8>>) -> Value {
    read(app, &app.site.page("/feed", 200, &[("content-type", content_type)], body)).await
}

#[track_caller]
fn assert_in_order(item: &Value, wanted: &[&str]) {
    let text = item["fullText"].as_str().unwrap_or_else(|| panic!("no text: {item:#}"));
    let places: Vec<usize> =
        wanted.iter().map(|words| text.find(words).unwrap_or_else(|| panic!("{words} is missing: {text}"))).collect();
    assert!(places.is_sorted(), "{wanted:?} are in another order: {text}");
}

on_both_engines! {
    async fn rss_is_read_with_its_latest_entries_first(db: Db) {
        let app = TestApp::new(db).await;
        let feed = r#"<?xml version="1.0" encoding="UTF-8"?><!-- made by hand -->
            <rss version="2.0" xmlns:c="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
            <title>Kiln &amp; Clay</title><atom:link href="https://example.org/feed" rel="self"/><link>/blog</link><description>All about <![CDATA[<b>fire</b>]]></description>
            <language>en-GB</language><image><url>/logo.png</url><title>x</title></image><category>Pottery</category>
            <item><title>Old news</title><link>https://example.org/old</link><pubDate>Mon, 01 Jan 2024 10:00:00 GMT</pubDate><description>It was cold.</description></item>
            <item><title>New <![CDATA[<i>glazes</i>]]></title><guid isPermaLink="true">https://example.org/new</guid><pubDate>Mon, 06 May 2024 07:08:09 +0000</pubDate>
            <description>Short.</description><c:encoded><![CDATA[<p>Celadon &amp; <a href="x">shino</a>.</p><script>evil()</script>]]></c:encoded></item>
            </channel></rss>"#;

        let item = read_feed(&app, RSS.1, feed).await;

        assert_enriched(&item, "article");
        assert_eq!((&item["type"], &item["title"]), (&json!("link"), &json!("Kiln & Clay")));
        let told = &item["metadata"];
        assert_eq!((&told["description"], &told["language"], &told["tags"]), (&json!("All about fire"), &json!("en"), &json!(["Pottery"])));
        assert_eq!(told["thumbnailUrl"], app.site.url("/logo.png"));
        assert_in_order(&item, &["All about fire", "New glazes (2024-05-06)", "Celadon & shino.", "Old news (2024-01-01)", "It was cold."]);
        assert!(!item.to_string().contains("evil"));
        let data = &item["providerData"];
        assert_eq!((&data["feed"], &data["entries"], &data["isPodcast"]), (&json!("rss"), &json!(2), &json!(false)));
        assert_eq!((&data["latest"][0]["link"], &data["link"]), (&json!("https://example.org/new"), &json!(app.site.url("/blog"))));
    }

    async fn atom_is_read_whatever_prefix_it_uses_and_whatever_it_is_sent_as(db: Db) {
        let app = TestApp::new(db).await;
        let body = r#"<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:lang="de"><a:title type="html">T&amp;ouml;pfer &lt;b&gt;blog&lt;/b&gt;</a:title><a:author><a:name>Ada</a:name></a:author>
            <a:link rel="self" href="x"/><a:link href="https://example.org/"/><a:entry><a:title>Brand</a:title><a:id>1</a:id><a:updated>2024-05-06T07:08:09Z</a:updated>
            <a:content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Heiss &amp; hell</p><p>zwei</p></div></a:content></a:entry></a:feed>"#;
        for (kind, feed) in [("text/html", body.to_owned()), ("application/atom+xml", body.replace("a:", "").replace("xmlns:a", "xmlns")), ("text/plain", body.to_owned())] {
            let item = read_feed(&app, kind, feed).await;
            assert_enriched(&item, "article");
            assert_eq!((&item["metadata"]["author"], &item["metadata"]["language"]), (&json!("Ada"), &json!("de")), "{kind}");
            assert_in_order(&item, &["Brand (2024-05-06)", "Heiss & hell", "zwei"]);
        }
    }

    async fn the_oldest_form_and_the_youngest_are_read_too(db: Db) {
        let app = TestApp::new(db).await;
        let rdf = r#"<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
            <channel><title>Old kilns</title></channel><item><title>First</title><dc:date>2024-01-01</dc:date><description>Ash glaze</description></item></rdf:RDF>"#;
        let item = read_feed(&app, "application/rdf+xml", rdf).await;
        assert_eq!(item["title"], "Old kilns");
        assert_in_order(&item, &["First (2024-01-01)", "Ash glaze"]);

        let feed = json!({
            "version": "https://jsonfeed.org/version/1.1", "title": "New <kilns>", "authors": [{ "name": "Ada" }], "language": "en",
            "items": [{ "id": 1, "content_text": "a < b\nand c", "date_published": "2024-05-06T07:08:09+02:00" }, { "id": "2", "title": "Two", "content_html": "<p>Shino</p>" }],
        });
        for kind in ["application/feed+json", "application/json"] {
            let item = read_feed(&app, kind, feed.to_string()).await;
            assert_eq!((&item["title"], &item["metadata"]["author"]), (&json!("New <kilns>"), &json!("Ada")));
            assert_in_order(&item, &["a < b\nand c", "Two", "Shino"]);
        }
    }

    async fn feeds_that_are_not_well_formed_are_read_as_far_as_they_go(db: Db) {
        let app = TestApp::new(db).await;
        for feed in [
            "<rss version=2.0><channel><title>Kilns</title><item><title>Ash &nbsp; & fire<br></title><description>Hot</description></item></channel></rss>",
            "<rss><channel><title>Kilns</title><item><title>Ash & fire</title><description>Hot and then it bre",
            "\u{feff}\n<?xml version=\"1.0\"?><?xml-stylesheet href=\"x\"?><!DOCTYPE rss><rss><channel><title>Kilns</title></wrong><item><title>Ash & fire</title></item></channel></rss>",
        ] {
            let item = read_feed(&app, RSS.1, feed).await;
            assert_eq!(item["title"], "Kilns", "{feed}");
            assert_in_order(&item, &["Ash & fire"]);
        }
        let latin = b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><rss><channel><title>T\xF6pfer</title><item><title>x</title></item></channel></rss>";
        assert_eq!(read_feed(&app, "application/rss+xml", latin.to_vec()).await["title"], "Töpfer");
    }

    async fn a_page_or_an_xml_document_that_is_no_feed_is_read_as_before(db: Db) {
        let app = TestApp::new(db).await;
        for (kind, body) in [
            ("text/html", "<!doctype html><title>Rss and feeds</title><p>About feeds</p>"),
            ("application/xml", "<feeds><title>Rss and feeds</title></feeds>"),
            ("application/xml", "<feed><title>Rss and feeds</title></feed>"),
        ] {
            let item = read_feed(&app, kind, body).await;
            assert_eq!((&item["title"], &item["enrichmentStatus"], &item["providerData"]["feed"]), (&json!("Rss and feeds"), &json!("enriched"), &Value::Null), "{body}");
        }
    }

    async fn feeds_that_are_made_to_hurt_do_no_harm(db: Db) {
        let app = TestApp::new(db).await;
        let bomb = "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
        let attributes = (0..20_000).map(|n| format!(" a{n}='x'")).collect::<Vec<_>>().concat();
        let namespaces = (0..20_000).map(|n| format!(" xmlns:a{n}='http://www.w3.org/2005/Atom'")).collect::<Vec<_>>().concat();
        for (hurt, name) in [
            (format!("{bomb}<rss><channel><title>Kilns &b;&x;</title></channel></rss>"), "entities"),
            (format!("<rss><channel><title>Kilns</title>{}</channel></rss>", "<itunes:category text='x'>".repeat(200_000)), "depth"),
            (format!("<rss><channel><title>Kilns</title><item{attributes}><title>x</title></item></channel></rss>"), "attributes"),
            (format!("<rss><channel><title>Kilns</title><b{namespaces}/>{}</channel></rss>", "<c:d/>".repeat(100_000)), "namespaces"),
            (format!("<rss><channel><title>Kilns</title>{}</channel></rss>", "<item/>".repeat(400_000)), "items"),
            ("<rss><channel><title>Kilns</title><item><itunes:duration>99999999999999999999:00:00</itunes:duration><pubDate>x, y</pubDate></item></channel></rss>".into(), "numbers"),
        ] {
            let item = read_feed(&app, RSS.1, hurt).await;
            assert!(item["title"].as_str().unwrap().starts_with("Kilns"), "{name}: {}", item["title"]);
            assert!(item["title"].as_str().unwrap().len() < 30 && !item.to_string().contains("root:"), "{name}");
        }
    }
}
