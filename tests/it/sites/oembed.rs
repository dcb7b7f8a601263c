//! oEmbed: what a page's own service adds to what the page says of itself.

use brainly::db::Db;
use serde_json::{Value, json};

use super::{PARAGRAPHS, read};
use crate::harness::{TestApp, on_both_engines};

const OEMBED: &str = "/oembed";

/// A page with `head`, and where it says that it can be asked about.
fn page(app: &TestApp, oembed: &str, head: &str) -> String {
    let text = PARAGRAPHS.repeat(20);
    let html = format!(
        "<html><head><link rel=\"Alternate\" type=\"application/json+oembed\" href=\"{oembed}\">{head}</head><body><article><p>{text}</p></article></body></html>"
    );
    app.site.page("/page", 200, &[("content-type", "text/html")], html)
}

fn answer() -> Value {
    json!({
        "version": 1.0, "type": "rich", "title": "Kilns <b>told</b>", "author_name": "Ada", "author_url": "https://example.org/ada",
        "thumbnail_url": "https://example.org/kiln.jpg", "provider_name": "Kiln Times", "html": "<iframe src=\"https://evil.example/\"></iframe>", "width": "100%",
    })
}

on_both_engines! {
    async fn what_a_page_does_not_say_of_itself_is_asked_of_its_service(db: Db) {
        let app = TestApp::new(db).await;
        app.site.json(OEMBED, &answer());
        let link = page(&app, "/oembed?url=x", "<title>Kilns</title>");

        let item = read(&app, &link).await;

        let told = &item["metadata"];
        assert_eq!((&told["title"], &told["author"]), (&json!("Kilns"), &json!("Ada")));
        assert_eq!((&told["authorUrl"], &told["thumbnailUrl"]), (&json!("https://example.org/ada"), &json!("https://example.org/kiln.jpg")));
        assert!(!item.to_string().contains("evil.example"));
        assert_eq!(item["enrichmentStatus"], "enriched");
    }

    async fn a_page_that_says_all_of_it_asks_nobody(db: Db) {
        let app = TestApp::new(db).await;
        app.site.json(OEMBED, &answer());
        let head = "<title>Kilns</title><meta name=author content=Bob><meta property=og:image content=https://example.org/b.jpg>";

        let item = read(&app, &page(&app, "/oembed", head)).await;

        assert_eq!((&item["metadata"]["author"], app.site.asked(OEMBED)), (&json!("Bob"), 0));
    }

    async fn a_service_of_no_help_changes_nothing(db: Db) {
        let app = TestApp::new(db).await;
        let odd = json!({ "title": 7, "author_name": ["Ada"], "thumbnail_url": "javascript:alert(1)", "author_url": "data:text/html,x" });
        for (status, body) in [(404, String::new()), (500, String::new()), (200, "<html>".into()), (200, "[".repeat(100_000)), (200, odd.to_string())] {
            app.site.page(OEMBED, status, &[], body);
            let item = read(&app, &page(&app, "/oembed", "<title>Kilns</title>")).await;
            assert_eq!((&item["enrichmentStatus"], &item["metadata"]["title"]), (&json!("enriched"), &json!("Kilns")));
            assert_eq!((&item["metadata"]["author"], &item["metadata"]["thumbnailUrl"]), (&Value::Null, &Value::Null));
        }
        app.site.page(OEMBED, 200, &[], format!("{{\"title\":\"{}\"}}", "x".repeat(400_000)));
        assert_eq!(read(&app, &page(&app, "/oembed", "<title>Kilns</title>")).await["enrichmentStatus"], "enriched");
    }

    async fn a_service_in_the_private_network_is_not_asked(db: Db) {
        let app = TestApp::new(db).await;
        for place in ["http://169.254.169.254/oembed", "http://127.0.0.1:1/oembed", "http://[::1]/oembed", "file:///etc/passwd", "http://localhost/oembed"] {
            let item = read(&app, &page(&app, place, "<title>Kilns</title>")).await;
            assert_eq!((&item["enrichmentStatus"], &item["metadata"]["author"]), (&json!("enriched"), &Value::Null));
        }
    }
}
