//! Repositories, their folders and files.

use brainly::db::Db;
use serde_json::json;

use super::{RAW, app, app_with_token, assert_enriched, assert_told, put_up_repository, read};
use crate::harness::on_both_engines;

on_both_engines! {
    async fn a_repository_is_read_with_its_readme(db: Db) {
        let app = app_with_token(db).await;
        put_up_repository(&app);
        app.site.page("/api/v3/repos/ada/kiln/readme", 200, RAW, "# Kiln\n\n- cone 6\n- cone 10\n\n```sh\nkiln  fire\n```\n");

        let item = read(&app, "https://github.com/ada/kiln/releases/tag/v1.0").await;

        assert_enriched(&item, "github");
        assert_eq!((&item["title"], &item["fullTextType"]), (&json!("ada/kiln"), &json!("markdown")));
        assert_eq!(item["fullText"], "# Kiln\n\n- cone 6\n- cone 10\n\n```sh\nkiln  fire\n```");
        let metadata = &item["metadata"];
        assert_eq!((&metadata["description"], &metadata["tags"]), (&json!("Fires clay, slowly"), &json!(["kiln", "pottery"])));
        assert_eq!((&metadata["author"], &metadata["authorUrl"]), (&json!("ada"), &json!("https://github.com/ada")));
        assert_eq!(metadata["thumbnailUrl"], "https://avatars.githubusercontent.com/ada?v=4");
        let data = &item["providerData"];
        assert_eq!((&data["language"], &data["license"], &data["stars"]), (&json!("Rust"), &json!("MIT"), &json!(42)));
        assert_eq!((&data["defaultBranch"], &data["archived"], &data["pushedAt"]), (&json!("main"), &json!(true), &json!("2025-01-02T03:04:05Z")));
        let asked = &app.site.requests("/api/v3/repos/ada/kiln/readme")[0].headers;
        assert_eq!((asked["accept"].to_str().unwrap(), asked["x-github-api-version"].to_str().unwrap()), ("application/vnd.github.raw+json", "2022-11-28"));
        assert_eq!(asked["authorization"], "Bearer ghp_secret");
    }

    async fn a_repository_without_a_readme_is_read_all_the_same(db: Db) {
        let app = app(db).await;
        put_up_repository(&app);

        let item = read(&app, "https://github.com/ada/kiln.git").await;

        assert_enriched(&item, "github");
        assert_eq!((&item["fullText"], &item["metadata"]["description"]), (&json!(null), &json!("Fires clay, slowly")));
        assert!(!app.site.requests("/api/v3/repos/ada/kiln")[0].headers.contains_key("authorization"));
    }

    async fn a_readme_that_can_not_be_read_is_missed_and_the_repository_kept(db: Db) {
        let app = app(db).await;
        put_up_repository(&app);
        app.site.page("/api/v3/repos/ada/kiln/readme", 500, &[], "");

        let item = read(&app, "https://github.com/ada/kiln").await;

        assert_told(&item, "enriched", "README could not be read");
        assert_eq!(item["title"], "ada/kiln");
    }

    async fn a_renamed_repository_is_followed_and_a_token_stays_with_github(db: Db) {
        let app = app_with_token(db).await;
        put_up_repository(&app);
        let new = app.site.url("/api/v3/repos/ada/kiln");
        app.site.page("/api/v3/repos/ada/oven", 301, &[("location", &new)], "");

        let item = read(&app, "https://github.com/ada/oven").await;

        assert_enriched(&item, "github");
        assert_eq!(item["title"], "ada/kiln");
        assert_eq!(app.site.requests("/api/v3/repos/ada/kiln")[0].headers["authorization"], "Bearer ghp_secret", "the same origin");
    }

    async fn a_folder_is_read_by_its_own_readme(db: Db) {
        let app = app(db).await;
        put_up_repository(&app);
        app.site.page("/api/v3/repos/ada/kiln/readme/docs/guide?ref=main", 200, RAW, "How to fire");
        app.site.page("/api/v3/repos/ada/kiln/readme", 200, RAW, "All of it");

        let item = read(&app, "https://github.com/ada/kiln/tree/main/docs/guide").await;
        assert_enriched(&item, "github");
        assert_eq!((&item["title"], &item["fullText"]), (&json!("docs/guide · ada/kiln"), &json!("How to fire")));

        let item = read(&app, "https://github.com/ada/kiln/tree/main/src").await;
        assert_eq!(item["fullText"], "All of it", "a folder without one");
    }

    async fn a_file_is_read_as_it_is_also_on_a_branch_with_a_slash(db: Db) {
        let app = app(db).await;
        app.site.page("/api/v3/repos/ada/kiln/contents/src/fire%20it.rs?ref=main", 200, RAW, "fn fire() {\n    heat();\n}\n");
        app.site.page("/api/v3/repos/ada/kiln/contents/NOTES.md?ref=feature%2Fglaze", 200, RAW, "# Notes");

        let item = read(&app, "https://github.com/ada/kiln/blob/main/src/fire%20it.rs#L2").await;
        assert_enriched(&item, "github");
        assert_eq!((&item["title"], &item["fullText"]), (&json!("src/fire it.rs · ada/kiln"), &json!("fn fire() {\n    heat();\n}")));
        assert_eq!((&item["contentId"], &item["providerData"]["path"]), (&json!("ada/kiln"), &json!("src/fire it.rs")));

        let item = read(&app, "https://github.com/ada/kiln/raw/feature/glaze/NOTES.md").await;
        assert_enriched(&item, "github");
        assert_eq!((&item["fullText"], &item["fullTextType"]), (&json!("# Notes"), &json!("markdown")));
    }

    async fn a_file_that_holds_no_text_is_skipped_with_the_reason(db: Db) {
        let app = app(db).await;
        app.site.page("/api/v3/repos/ada/kiln/contents/kiln.mp4?ref=main", 200, RAW, b"\0\0\0\x18ftypmp42".to_vec());

        let item = read(&app, "https://github.com/ada/kiln/blob/main/kiln.mp4").await;

        assert_told(&item, "skipped", "a video");
    }

    async fn what_is_private_or_gone_is_told(db: Db) {
        let app = app(db).await;
        assert_told(&read(&app, "https://github.com/ada/secret").await, "failed", "This repository is gone, or is not public");
        assert_told(&read(&app, "https://github.com/ada/kiln/blob/main/no.rs").await, "failed", "This file is gone");
        app.site.page("/api/v3/repos/ada/taken", 451, &[("content-type", "application/json")], "{\"message\":\"Repository access blocked\"}");
        assert_told(&read(&app, "https://github.com/ada/taken").await, "failed", "for legal reasons");
    }
}
