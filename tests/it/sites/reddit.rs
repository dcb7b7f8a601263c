//! Reddit: a post, what it links to, and its comments.

use brainly::db::Db;
use serde_json::json;

use super::{PARAGRAPHS, assert_enriched, assert_told, read};
use crate::harness::{TestApp, on_both_engines};

const LINK: &str = "https://www.reddit.com/r/Pottery/comments/1abc2d/how_kilns_work/";
const FEED: &str = "/reddit/comments/1abc2d/.rss";

async fn app(db: Db) -> TestApp {
    TestApp::with(db, &[("REDDIT_BASE_URL", "{site}/reddit")]).await
}

fn escaped(html: &str) -> String {
    html.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn entry(id: &str, author: &str, title: &str, html: &str) -> String {
    format!(
        "<entry><author><name>/u/{author}</name><uri>https://www.reddit.com/user/{author}</uri></author>\
         <category term=\"Pottery\" label=\"r/Pottery\"/><content type=\"html\">{}</content><id>{id}</id>\
         <link href=\"https://www.reddit.com/r/Pottery/comments/1abc2d/\" /><updated>2024-05-06T07:08:09+00:00</updated>\
         <published>2024-05-06T07:08:09+00:00</published><title>{title}</title></entry>",
        escaped(html)
    )
}

/// A post with what Reddit puts below it.
fn post(own: &str, link: &str) -> String {
    let html = format!(
        "{own} &#32; submitted by &#32; <a href=\"https://www.reddit.com/user/potter\"> /u/potter </a> <br/> \
         <span><a href=\"{link}\">[link]</a></span> &#32; <span><a href=\"https://www.reddit.com/r/Pottery/comments/1abc2d/\">[comments]</a></span>"
    );
    entry("t3_1abc2d", "potter", "How kilns &amp;amp; ovens work", &html)
}

fn md(html: &str) -> String {
    format!("<!-- SC_OFF --><div class=\"md\">{html}</div><!-- SC_ON -->")
}

fn put_up(app: &TestApp, entries: &[String]) {
    let feed = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:media=\"http://search.yahoo.com/mrss/\">\
         <id>/comments/1abc2d/.rss</id><title>How kilns work : Pottery</title><updated>2024-05-06T07:08:09+00:00</updated>{}</feed>",
        entries.concat()
    );
    app.site.page(FEED, 200, &[("content-type", "application/atom+xml; charset=UTF-8")], feed);
}

on_both_engines! {
    async fn a_post_is_read_with_its_text_and_comments(db: Db) {
        let app = app(db).await;
        let own = md("<p>Mine &amp; yours:</p>\n\n<pre><code>cone = 6\n  hold = 10\n</code></pre>");
        let comments = [
            entry("t1_a", "clay", "/u/clay on How kilns work", &md("<p>Cone 6, not 10</p>")),
            entry("t1_b", "gone", "/u/gone on How kilns work", &md("<p>[removed]</p>")),
        ];
        put_up(&app, &[vec![post(&own, LINK)], comments.to_vec()].concat());

        let item = read(&app, "https://old.reddit.com/r/Pottery/comments/1abc2d/how_kilns_work/").await;

        assert_enriched(&item, "reddit");
        assert_eq!((&item["type"], &item["title"]), (&json!("reddit"), &json!("How kilns & ovens work")));
        let metadata = &item["metadata"];
        assert_eq!((&metadata["author"], &metadata["authorUrl"]), (&json!("potter"), &json!("https://www.reddit.com/user/potter")));
        assert_eq!((&metadata["tags"], &metadata["publishedDate"]), (&json!(["Pottery"]), &json!("2024-05-06T07:08:09.000Z")));
        let text = item["fullText"].as_str().unwrap();
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} is missing: {text}"));
        assert!(at("Mine & yours") < at("\n  hold = 10") && at("hold") < at("clay:\nCone 6, not 10"));
        assert!(!text.contains("submitted by") && !text.contains("removed"), "{text}");
        assert_eq!((&item["providerData"]["subreddit"], &item["providerData"]["comments"]), (&json!("Pottery"), &json!(1)));
    }

    async fn a_post_that_links_elsewhere_is_read_with_its_article(db: Db) {
        let app = app(db).await;
        let article = app.site.article("/kilns", "Kilns", &PARAGRAPHS.repeat(12));
        put_up(&app, &[post("", &article), entry("t1_a", "clay", "/u/clay on it", &md("<p>Well fired</p>"))]);

        let item = read(&app, LINK).await;

        assert_enriched(&item, "reddit");
        let text = item["fullText"].as_str().unwrap();
        assert!(text.find("fired slowly").unwrap() < text.find("Well fired").unwrap());
        assert_eq!(item["providerData"]["url"], json!(article));
    }

    async fn a_post_whose_article_can_not_be_read_keeps_its_comments_and_says_what_is_missing(db: Db) {
        let app = app(db).await;
        let gone = app.site.page("/gone", 410, &[], "");
        put_up(&app, &[post("", &gone), entry("t1_a", "clay", "/u/clay on it", &md("<p>I remember it</p>"))]);

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "article itself could not be read");
        assert!(item["fullText"].as_str().unwrap().contains("I remember it"));
    }

    async fn a_picture_on_reddit_is_no_article(db: Db) {
        let app = app(db).await;
        put_up(&app, &[post("", "https://i.redd.it/kiln.png")]);

        let item = read(&app, LINK).await;

        assert_enriched(&item, "reddit");
        assert_eq!((&item["fullText"], &item["providerData"]["url"]), (&json!(null), &json!(null)));
    }

    async fn a_removed_post_says_so_and_keeps_what_was_said_of_it(db: Db) {
        let app = app(db).await;
        put_up(&app, &[post(&md("<p>[removed]</p>"), LINK), entry("t1_a", "clay", "/u/clay on it", &md("<p>It was good</p>"))]);

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "own text was removed");
        assert!(item["fullText"].as_str().unwrap().contains("It was good"));
    }

    async fn too_many_questions_are_told_and_the_item_waits(db: Db) {
        let app = app(db).await;
        app.site.page(FEED, 429, &[("retry-after", "30")], "");

        let item = read(&app, LINK).await;

        assert_told(&item, "pending", "no more questions for now");
        assert_eq!(item["attempts"][0]["outcome"], "retry");
    }

    async fn what_is_gone_or_closed_is_told(db: Db) {
        let app = app(db).await;
        put_up(&app, &[]);
        assert_told(&read(&app, LINK).await, "failed", "This post is gone");
        app.site.page(FEED, 404, &[], "");
        assert_told(&read(&app, LINK).await, "failed", "This post is gone");
        app.site.page(FEED, 403, &[("content-type", "text/html")], "<html><title>Blocked</title>whoa there, pardner!</html>");
        let item = read(&app, LINK).await;
        assert_told(&item, "failed", "turns programs away");
        assert_eq!(item["fullText"], json!(null));
    }

    async fn a_page_for_people_in_place_of_the_feed_is_a_wall_and_is_not_kept(db: Db) {
        let app = app(db).await;
        let html: &[(&str, &str)] = &[("content-type", "text/html")];
        app.site.page(FEED, 200, html, "<!doctype html><html><title>Reddit</title><body>Prove your humanity</body></html>");
        let item = read(&app, LINK).await;
        assert_told(&item, "failed", "checks for robots");
        assert_eq!(item["fullText"], json!(null));

        let login = app.site.page("/login/", 200, html, "<html>Log in</html>");
        app.site.page(FEED, 302, &[("location", &login)], "");
        assert_told(&read(&app, LINK).await, "failed", "signed in");
    }

    async fn what_is_no_feed_is_tried_again_and_told(db: Db) {
        let app = app(db).await;
        app.site.page(FEED, 200, &[("content-type", "application/json")], "{\"kind\":\"Listing\"}");
        assert_told(&read(&app, LINK).await, "pending", "does not understand");
    }
}
