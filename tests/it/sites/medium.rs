//! Medium: stories by their pages, and by feeds where those are closed.

use brainly::db::Db;
use serde_json::json;

use super::{PARAGRAPHS, assert_enriched, assert_told, read};
use crate::harness::{TestApp, on_both_engines};

const LINK: &str = "https://medium.com/@ada/firing-a-kiln-0a1b2c3d4e5f?source=rss";
const PAGE: &str = "/medium/@ada/firing-a-kiln-0a1b2c3d4e5f";
const FEED: &str = "/medium/feed/@ada";
const HTML: &[(&str, &str)] = &[("content-type", "text/html; charset=utf-8")];
const CHECK: &str = "<html><head><title>Just a moment...</title></head><body><div id=challenge-form>Verify you are human</div></body></html>";

async fn app(db: Db) -> TestApp {
    TestApp::with(db, &[("MEDIUM_BASE_URL", "{site}/medium")]).await
}

/// A story's page on Medium, or on a domain of its publication.
fn page(is_free: &str, more: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><title>Firing a kiln | by Ada | Medium</title>\
         <meta property=\"al:android:package\" content=\"com.medium.reader\"><script type=\"application/ld+json\">\
         {{\"@type\":\"NewsArticle\",\"headline\":\"Firing a kiln\",\"author\":{{\"@type\":\"Person\",\"name\":\"Ada L.\"}},\
         \"datePublished\":\"2024-05-06T07:08:09.000Z\",\"isAccessibleForFree\": {is_free}}}</script></head>\
         <body><article><h1>Firing a kiln</h1><p>{}</p>{more}</article></body></html>",
        PARAGRAPHS.repeat(8).replace("\n\n", "</p><p>")
    )
}

fn feed(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" xmlns:dc=\"x\" xmlns:content=\"y\"><channel><title><![CDATA[Stories by Ada]]></title>\
         <item><title><![CDATA[Another]]></title><link>https://medium.com/@ada/another-ffffffffffff</link><guid isPermaLink=\"false\">https://medium.com/p/ffffffffffff</guid>\
         <content:encoded><![CDATA[<p>Not this one.</p>]]></content:encoded></item>{items}</channel></rss>"
    )
}

const HEAD: &str = "<title><![CDATA[Firing <a> kiln]]></title><link>https://medium.com/@ada/firing-a-kiln-0a1b2c3d4e5f?source=rss-1------2</link>\
    <guid isPermaLink=\"false\">https://medium.com/p/0a1b2c3d4e5f</guid><category><![CDATA[kilns]]></category><category><![CDATA[clay]]></category>\
    <dc:creator><![CDATA[Ada L.]]></dc:creator><pubDate>Mon, 06 May 2024 07:08:09 GMT</pubDate>";

on_both_engines! {
    async fn a_free_story_is_read_from_its_page(db: Db) {
        let app = app(db).await;
        app.site.page(PAGE, 200, HTML, page("true", ""));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "medium");
        assert_eq!((&item["type"], &item["title"], &item["metadata"]["author"]), (&json!("medium"), &json!("Firing a kiln"), &json!("Ada L.")));
        assert!(item["fullText"].as_str().unwrap().contains("fired slowly"));
        assert_eq!(app.site.asked(FEED), 0);
    }

    async fn a_story_for_members_is_told_as_cut_off_without_the_words_of_the_wall(db: Db) {
        let app = app(db).await;
        let wall = "<h2>The author made this story available to Medium members only.</h2><p>Upgrade to instantly unlock this story plus other member-only benefits, today.</p>";
        for is_free in ["false", "\"False\""] {
            app.site.page(PAGE, 200, HTML, page(is_free, wall));

            let item = read(&app, LINK).await;

            assert_told(&item, "enriched", "for Medium's members");
            let text = item["fullText"].as_str().unwrap();
            assert!(text.contains("fired slowly") && !text.contains("members only") && !text.contains("Upgrade"), "{text}");
            assert_eq!(item["attempts"][0]["outcome"], "partial");
        }
    }

    async fn a_publication_s_own_domain_is_known_by_its_mark_and_others_are_left_alone(db: Db) {
        let app = app(db).await;
        let own = app.site.page("/story", 200, HTML, page("false", ""));
        assert_told(&read(&app, &own).await, "enriched", "for Medium's members");

        let other = app.site.page("/news", 200, HTML, page("false", "").replace("com.medium.reader", "com.example"));
        assert_told(&read(&app, &other).await, "enriched", "Only the beginning of this page");
    }

    async fn behind_a_check_for_robots_the_author_s_feed_is_read(db: Db) {
        let app = app(db).await;
        let text = PARAGRAPHS.repeat(8).replace("\n\n", "</p><p>");
        app.site.page(FEED, 200, &[("content-type", "text/xml")], feed(&format!(
            "<item>{HEAD}<content:encoded><![CDATA[<figure><img src=\"https://cdn-images-1.medium.com/1.jpeg\" /></figure><p>{text}</p>\
             <p>The &lt;item&gt; is whole.</p><img src=\"https://medium.com/_/stat?event=x\" width=1>]]></content:encoded></item>"
        )));
        for (status, link) in [(403, LINK), (200, LINK), (403, "https://ada.medium.com/firing-a-kiln-0a1b2c3d4e5f")] {
            app.site.page(PAGE, status, HTML, CHECK);
            app.site.page("/medium/p/0a1b2c3d4e5f", status, HTML, CHECK);

            let item = read(&app, link).await;

            assert_enriched(&item, "medium");
            assert_eq!((&item["title"], &item["metadata"]["author"]), (&json!("Firing <a> kiln"), &json!("Ada L.")));
            assert_eq!(item["metadata"]["publishedDate"], "2024-05-06T07:08:09.000Z");
            assert_eq!(item["metadata"]["tags"], json!(["kilns", "clay"]));
            assert_eq!(item["metadata"]["thumbnailUrl"], "https://cdn-images-1.medium.com/1.jpeg");
            let text = item["fullText"].as_str().unwrap();
            assert!(text.contains("fired slowly") && text.contains("<item> is whole") && !text.contains("moment"), "{text}");
        }
    }

    async fn a_feed_that_holds_only_the_beginning_is_told_as_that(db: Db) {
        let app = app(db).await;
        app.site.page(PAGE, 403, HTML, CHECK);
        app.site.page(FEED, 200, &[("content-type", "text/xml")], feed(&format!(
            "<item>{HEAD}<description><![CDATA[<p>Fire it slowly.</p><p><a href=x>Continue reading</a></p>]]></description></item>"
        )));

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "for Medium's members");
        assert_eq!((&item["title"], &item["fullText"]), (&json!("Firing <a> kiln"), &json!(null)));
    }

    async fn what_neither_page_nor_feed_shows_is_told_as_a_wall_and_nothing_of_it_is_kept(db: Db) {
        let app = app(db).await;
        for status in [403, 200] {
            app.site.page(PAGE, status, HTML, CHECK);
            for feed in [feed(""), "Just a moment...".into(), "<item><title>Firing".into(), String::new()] {
                app.site.page(FEED, 200, &[], feed);
                let item = read(&app, LINK).await;
                assert_told(&item, "failed", "checks for robots");
                assert_eq!((&item["fullText"], &item["title"]), (&json!(null), &json!(LINK)));
            }
            app.site.page(FEED, 403, HTML, CHECK);
            assert_told(&read(&app, LINK).await, "failed", "checks for robots");
        }
    }

    async fn a_story_that_is_gone_is_told_as_gone_and_a_busy_site_is_asked_again(db: Db) {
        let app = app(db).await;
        for status in [404, 410] {
            app.site.page(PAGE, status, HTML, "");
            assert_told(&read(&app, LINK).await, "failed", "gone");
        }
        app.site.page(PAGE, 429, &[("retry-after", "60")], "");
        assert_told(&read(&app, LINK).await, "pending", "");
    }
}
