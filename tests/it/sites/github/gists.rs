//! Gists.

use brainly::db::Db;
use serde_json::json;

use super::{app, app_with_token, assert_enriched, assert_told, read, user};
use crate::harness::on_both_engines;

const LINK: &str = "https://gist.github.com/ada/abcdef0123456789";
const GIST: &str = "/api/v3/gists/abcdef0123456789";

on_both_engines! {
    async fn a_gist_is_read_with_all_its_files_those_cut_off_too(db: Db) {
        let app = app_with_token(db).await;
        let raw = app.site.page("/raw/long.txt", 200, &[("content-type", "text/plain")], "the beginning and the end");
        app.site.json(GIST, &json!({
            "description": "Firing schedule", "html_url": LINK, "owner": user("ada"), "created_at": "2024-05-06T07:08:09Z",
            "comments": 1, "public": true, "truncated": false, "files": {
                "fire.rs": { "filename": "fire.rs", "language": "Rust", "truncated": false, "content": "fn fire() {} // ``` ok" },
                "long.txt": { "filename": "long.txt", "language": "Text", "truncated": true, "content": "the beginning", "raw_url": raw },
                "notes.md": { "filename": "notes.md", "language": "Markdown", "truncated": false, "content": "# Cone 6" },
            },
        }));
        app.site.json(&format!("{GIST}/comments"), &json!([{ "user": user("clay"), "body": "Hot." }]));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "github");
        assert_eq!((&item["title"], &item["fullTextType"]), (&json!("Firing schedule"), &json!("markdown")));
        let text = item["fullText"].as_str().unwrap();
        for part in ["## fire.rs\n\n````\nfn fire() {} // ``` ok\n````", "the beginning and the end", "## notes.md\n\n# Cone 6", "**clay**:\n\nHot."] {
            assert!(text.contains(part), "{part} is missing: {text}");
        }
        assert_eq!(item["providerData"]["files"], json!(["fire.rs", "long.txt", "notes.md"]));
        assert!(!app.site.requests("/raw/long.txt")[0].headers.contains_key("authorization"), "the token is for the API");
    }

    async fn a_file_that_can_not_be_fetched_whole_is_kept_as_far_as_it_goes(db: Db) {
        let app = app(db).await;
        for raw in ["http://169.254.169.254/latest/meta-data", "file:///etc/passwd", ""] {
            app.site.json(GIST, &json!({ "owner": null, "files": { "a.py": { "truncated": true, "content": "the beginning", "raw_url": raw } } }));
            let item = read(&app, LINK).await;
            assert_told(&item, "enriched", "files could not be read whole");
            assert_eq!((&item["title"], &item["fullText"], &item["fullTextType"]), (&json!("a.py"), &json!("the beginning"), &json!("plain")));
        }
    }

    async fn a_gist_that_is_gone_is_told(db: Db) {
        let app = app(db).await;
        assert_told(&read(&app, LINK).await, "failed", "This gist is gone");
    }
}
