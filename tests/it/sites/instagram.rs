//! Instagram: posts by their pages, and by oEmbed where those are closed.

use brainly::db::Db;
use serde_json::json;

use super::{assert_enriched, assert_told, read};
use crate::harness::{TestApp, on_both_engines};

const LINK: &str = "https://www.instagram.com/reel/CxYz0123456/?igsh=abc";
const PAGE: &str = "/instagram/p/CxYz0123456/";
const OEMBED: &str =
    "/oembed?url=https%3A%2F%2Fwww.instagram.com%2Fp%2FCxYz0123456%2F&omitscript=true&access_token=12%7Csecret";
const HTML: &[(&str, &str)] = &[("content-type", "text/html; charset=utf-8")];
const LOGIN: &str = "<html><head><title>Login • Instagram</title><meta property=\"og:title\" content=\"Login • Instagram\">\
    <meta property=\"og:description\" content=\"Welcome back to Instagram. Sign in to check out what your friends share.\">\
    <meta property=\"og:image\" content=\"https://static.example.org/logo.png\"></head><body>Log in</body></html>";

async fn app(db: Db, more: &[(&str, &str)]) -> TestApp {
    let services = [("INSTAGRAM_BASE_URL", "{site}/instagram"), ("INSTAGRAM_OEMBED_URL", "{site}/oembed")];
    TestApp::with(db, &[&services[..], more].concat()).await
}

on_both_engines! {
    async fn a_post_is_read_from_what_its_page_says_of_itself(db: Db) {
        let app = app(db, &[]).await;
        app.site.page(PAGE, 200, HTML, "<html><head><title>Ada</title>\
            <meta property=\"og:title\" content=\"Ada L. on Instagram: &quot;First firing.\n\nCone 6&quot;\">\
            <meta property=\"og:description\" content=\"1,234 likes, 5 comments - ada.l on May 6, 2024: &quot;First firing.\n\nCone 6 &#x1f3fa;, at last&quot;. \">\
            <meta property=\"og:image\" content=\"https://cdn.example.org/a.jpg?sig=1&amp;exp=2\"></head><body><script>1</script></body></html>");

        let item = read(&app, LINK).await;

        assert_enriched(&item, "instagram");
        assert_eq!(item["title"], "Ada L.: First firing. Cone 6 🏺, at last");
        assert_eq!(item["fullText"], "First firing.\n\nCone 6 🏺, at last");
        assert_eq!((&item["metadata"]["author"], &item["providerData"]["handle"]), (&json!("Ada L."), &json!("ada.l")));
        assert_eq!(item["metadata"]["thumbnailUrl"], "https://cdn.example.org/a.jpg?sig=1&exp=2");
    }

    async fn a_post_without_a_caption_still_has_its_author_and_picture(db: Db) {
        let app = app(db, &[]).await;
        app.site.page(PAGE, 200, HTML, "<meta property=og:title content='Ada on Instagram'><meta property=og:image content=https://cdn.example.org/a.jpg>");

        let item = read(&app, LINK).await;

        assert_enriched(&item, "instagram");
        assert_eq!((&item["title"], &item["fullText"]), (&json!("A post by Ada"), &json!(null)));
    }

    async fn a_page_for_signing_in_is_told_and_nothing_of_it_is_kept(db: Db) {
        let app = app(db, &[]).await;
        let shell = "<html><head><title>Instagram</title></head><body><script>1</script></body></html>";
        for (status, html) in [(200, LOGIN), (200, shell), (403, LOGIN), (401, "")] {
            app.site.page(PAGE, status, HTML, html);

            let item = read(&app, LINK).await;

            assert_told(&item, "failed", "signed in");
            assert_eq!((&item["fullText"], &item["metadata"]["thumbnailUrl"]), (&json!(null), &json!(null)));
            assert_eq!(item["title"], LINK);
        }
    }

    async fn behind_the_login_oembed_tells_what_it_knows(db: Db) {
        let app = app(db, &[("INSTAGRAM_APP_ID", "12|secret")]).await;
        app.site.page(PAGE, 200, HTML, LOGIN);
        app.site.json(OEMBED, &json!({
            "provider_name": "Instagram", "thumbnail_url": "https://cdn.example.org/t.jpg",
            "html": "<blockquote><div>View this post on Instagram</div><p><a href=x>First firing &amp; cone 6</a></p>\
                <p>A post shared by <a href=y>Ada L.</a> (@ada.l)</p></blockquote>",
        }));

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "only to people who have signed in");
        assert_eq!((&item["title"], &item["metadata"]["author"]), (&json!("Ada L.: First firing & cone 6"), &json!("Ada L.")));
        assert_eq!(item["metadata"]["thumbnailUrl"], "https://cdn.example.org/t.jpg");
        assert_eq!(app.site.asked(OEMBED), 1);
    }

    async fn an_oembed_that_knows_nothing_leaves_the_wall(db: Db) {
        let app = app(db, &[("INSTAGRAM_APP_ID", "12|secret")]).await;
        app.site.page(PAGE, 200, HTML, LOGIN);
        app.site.json(OEMBED, &json!({ "html": "<blockquote></blockquote>" }));
        assert_told(&read(&app, LINK).await, "failed", "signed in");
        app.site.page(OEMBED, 400, &[], "{}");
        assert_told(&read(&app, LINK).await, "failed", "signed in");
        app.site.page(OEMBED, 404, &[], "{}");
        assert_told(&read(&app, LINK).await, "failed", "gone");
    }

    async fn a_post_that_is_gone_is_told_as_gone_and_a_busy_site_is_asked_again(db: Db) {
        let app = app(db, &[]).await;
        app.site.page(PAGE, 404, HTML, "Sorry, this page isn't available.");
        assert_told(&read(&app, LINK).await, "failed", "gone");
        app.site.page(PAGE, 429, &[("retry-after", "600")], "");
        assert_told(&read(&app, LINK).await, "pending", "");
    }
}
