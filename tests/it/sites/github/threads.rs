//! Issues and pull requests.

use brainly::db::Db;
use serde_json::{Value, json};

use super::{app, assert_enriched, assert_told, read, user};
use crate::harness::{TestApp, on_both_engines};

const ISSUE: &str = "/api/v3/repos/ada/kiln/issues/7";
const COMMENTS: &str = "/api/v3/repos/ada/kiln/issues/7/comments";

fn put_up_issue(app: &TestApp, comments: u64) {
    app.site.json(ISSUE, &json!({
        "number": 7, "title": "Stays cold", "body": "It **never** warms up.", "state": "closed", "state_reason": "completed",
        "labels": [{ "name": "bug", "color": "f00" }, "help wanted"], "user": user("ada"), "comments": comments,
        "created_at": "2024-05-06T07:08:09Z", "closed_at": "2024-06-06T07:08:09Z", "html_url": "https://github.com/ada/kiln/issues/7",
    }));
}

fn comment(by: &str, body: &str) -> Value {
    json!({ "user": user(by), "body": body, "created_at": "2024-05-06T08:00:00Z" })
}

on_both_engines! {
    async fn an_issue_is_read_with_its_comments(db: Db) {
        let app = app(db).await;
        put_up_issue(&app, 2);
        app.site.json(COMMENTS, &json!([comment("clay", "Plug it in."), { "user": null, "body": "Works now." }]));

        let item = read(&app, "https://github.com/ada/kiln/issues/7#issuecomment-1").await;

        assert_enriched(&item, "github");
        assert_eq!((&item["title"], &item["fullTextType"]), (&json!("Stays cold"), &json!("markdown")));
        assert_eq!(item["fullText"], "It **never** warms up.\n\n**clay**:\n\nPlug it in.\n\n**somebody**:\n\nWorks now.");
        let (metadata, data) = (&item["metadata"], &item["providerData"]);
        assert_eq!((&metadata["tags"], &metadata["author"]), (&json!(["bug", "help wanted"]), &json!("ada")));
        assert_eq!((&data["type"], &data["state"], &data["stateReason"]), (&json!("issue"), &json!("closed"), &json!("completed")));
    }

    async fn many_comments_are_read_a_hundred_at_a_time_and_five_hundred_at_most(db: Db) {
        let app = app(db).await;
        put_up_issue(&app, 900);
        for page in 1..=6 {
            let comments: Vec<Value> = (0..100).map(|n| comment("clay", &format!("word{page}x{n}"))).collect();
            app.site.json(&format!("{COMMENTS}?per_page=100&page={page}"), &json!(comments));
        }

        let item = read(&app, "https://github.com/ada/kiln/issues/7").await;

        assert_enriched(&item, "github");
        let text = item["fullText"].as_str().unwrap();
        assert!(text.contains("word1x0") && text.contains("word5x99") && !text.contains("word6x0"));
        assert_eq!((&item["providerData"]["comments"], &item["providerData"]["commentsKept"]), (&json!(900), &json!(500)));
    }

    async fn an_issue_whose_comments_are_missing_says_so(db: Db) {
        let app = app(db).await;
        put_up_issue(&app, 2);
        app.site.page(COMMENTS, 500, &[], "");
        assert_told(&read(&app, "https://github.com/ada/kiln/issues/7").await, "enriched", "comments could not be read");
        app.site.page(COMMENTS, 403, &[("retry-after", "5")], "");
        assert_told(&read(&app, "https://github.com/ada/kiln/issues/7").await, "pending", "no more questions for now");
    }

    async fn a_pull_request_is_read_with_its_description_the_comments_of_its_issue_and_the_remarks_on_its_lines(db: Db) {
        let app = app(db).await;
        app.site.json("/api/v3/repos/ada/kiln/pulls/8", &json!({
            "number": 8, "title": "Warm it up", "body": "Adds a heater.", "state": "closed", "user": user("clay"), "labels": [],
            "comments": 1, "review_comments": 1, "created_at": "2024-05-06T07:08:09Z", "merged_at": "2024-05-07T07:08:09Z", "draft": false,
            "changed_files": 3, "additions": 30, "deletions": 4,
        }));
        app.site.json("/api/v3/repos/ada/kiln/issues/8/comments", &json!([comment("ada", "Thank you.")]));
        let mut remark = comment("ada", "Watts, not volts.");
        remark["path"] = json!("src/heater.rs");
        app.site.json("/api/v3/repos/ada/kiln/pulls/8/comments", &json!([remark]));

        let item = read(&app, "https://github.com/ada/kiln/pull/8/files").await;

        assert_enriched(&item, "github");
        assert_eq!(item["fullText"], "Adds a heater.\n\n**ada**:\n\nThank you.\n\n**ada** on `src/heater.rs`:\n\nWatts, not volts.");
        let data = &item["providerData"];
        assert_eq!((&data["type"], &data["mergedAt"], &data["changedFiles"]), (&json!("pull"), &json!("2024-05-07T07:08:09Z"), &json!(3)));
    }

    async fn a_deleted_issue_is_told_as_gone(db: Db) {
        let app = app(db).await;
        app.site.page(ISSUE, 410, &[], "{\"message\":\"This issue was deleted\"}");
        assert_told(&read(&app, "https://github.com/ada/kiln/issues/7").await, "failed", "This issue is gone");
        assert_told(&read(&app, "https://github.com/ada/kiln/pull/9").await, "failed", "This pull request is gone");
    }
}
