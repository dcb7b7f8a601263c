//! The kept counts are what a scan would count, whatever happened.

use brainly::db::{Db, sql};
use serde_json::json;

use super::{save_with, tag};
use crate::harness::{Client, TestApp, on_both_engines};

/// What the rows themselves say: bucket and number, those of nothing left out.
async fn counted(db: &Db) -> Vec<(String, i64)> {
    let text = "SELECT bucket, CAST(COUNT(*) AS BIGINT) FROM ( \
         SELECT 'live' AS bucket FROM contents WHERE deleted_at IS NULL \
         UNION ALL SELECT 'trash' FROM contents WHERE deleted_at IS NOT NULL \
         UNION ALL SELECT 'type:' || type FROM contents WHERE deleted_at IS NULL \
         UNION ALL SELECT 'status:' || enrichment_status FROM contents WHERE deleted_at IS NULL) AS buckets GROUP BY bucket";
    let mut rows: Vec<(String, i64)> = sql(text).fetch_all(db).await.unwrap();
    rows.sort();
    rows
}

async fn kept(db: &Db) -> Vec<(String, i64)> {
    let mut rows: Vec<(String, i64)> =
        sql("SELECT bucket, items FROM content_counts WHERE items <> 0").fetch_all(db).await.unwrap();
    rows.sort();
    rows
}

async fn act(client: &Client, site: &crate::harness::Site) {
    let (a, b) = (tag(client, "a").await, tag(client, "b").await);
    let good = site.article("/good", "Good", &"Words enough for a reader to find.\n\n".repeat(10));
    let missing = site.url("/missing");
    let mut ids = Vec::new();
    for link in [good, missing, "https://youtu.be/dQw4w9WgXcQ".into(), site.url("/x"), site.url("/y")] {
        ids.push(
            save_with(client, json!({ "title": "t", "link": link, "tags": [a, b] })).await["id"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    client.post("/api/v1/capture", json!({ "text": "a note", "tags": ["a", "c"] })).await.assert_status(201);
    client.delete(&format!("/api/v1/content/{}", ids[2])).await.assert_status(200);
    client.delete(&format!("/api/v1/content/{}", ids[3])).await.assert_status(200);
    client.post(&format!("/api/v1/content/{}/restore", ids[3]), json!({})).await.assert_status(200);
    client.put(&format!("/api/v1/content/{}/tags", ids[4]), json!({ "tags": [b] })).await.assert_status(200);
}

on_both_engines! {
    async fn the_counts_of_items_and_tags_agree_with_the_rows(db: Db) {
        let app = TestApp::new(db.clone()).await;
        let ada = app.sign_up("ada").await;
        act(&ada, &app.site).await;
        assert_eq!(kept(&db).await, counted(&db).await);

        app.run_jobs().await;

        assert_eq!(kept(&db).await, counted(&db).await);
        let tags = ada.get("/api/v1/tags").await.assert_status(200).json();
        let counts: Vec<(&str, i64)> = tags["tags"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tag| (tag["name"].as_str().unwrap(), tag["count"].as_i64().unwrap()))
            .collect();
        assert_eq!(counts, [("a", 4), ("b", 4), ("c", 1)]);
    }
}
