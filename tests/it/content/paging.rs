//! `GET /content`: pages, cursors and filters.

use std::time::Duration;

use brainly::db::Db;
use serde_json::json;

use super::{save, save_with, tag, titles};
use crate::harness::{Client, TestApp, on_both_engines};

/// Twelve items, of which four each share one instant.
async fn twelve(app: &TestApp, client: &Client) {
    for n in 0..12 {
        if n % 4 == 0 {
            app.clock.advance(Duration::from_mins(1));
        }
        save(client, &format!("{n:02}"), &format!("https://example.org/{n}")).await;
    }
}

fn newest_first(count: usize) -> Vec<String> {
    (0..count).rev().map(|n| format!("{n:02}")).collect()
}

on_both_engines! {
    async fn pages_by_skip_and_by_cursor_hold_each_item_once_newest_first(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        twelve(&app, &ada).await;
        let all = newest_first(12);
        for limit in [1, 3, 5, 12] {
            let mut by_skip = Vec::new();
            for skip in (0..12).step_by(limit) {
                by_skip.extend(titles(&ada, &format!("?limit={limit}&skip={skip}")).await);
            }
            assert_eq!(by_skip, all, "skip, {limit}");

            let (mut by_cursor, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = ada.get(&format!("/api/v1/content?limit={limit}&cursor={cursor}")).await.assert_status(200).json();
                assert_eq!(page["pagination"]["total"], 12);
                by_cursor.extend(page["content"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()));
                match page["pagination"]["nextCursor"].as_str() {
                    Some(next) => next.clone_into(&mut cursor),
                    None => break,
                }
                assert_eq!(page["pagination"]["hasMore"], true);
            }
            assert_eq!(by_cursor, all, "cursor, {limit}");
        }
    }

    async fn a_page_beyond_the_end_is_empty_and_says_so(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        twelve(&app, &ada).await;
        let page = ada.get("/api/v1/content?skip=4000000000&limit=5").await.assert_status(200).json();
        assert_eq!(page["content"], json!([]));
        assert_eq!(page["pagination"], json!({ "total": 12, "limit": 5, "skip": 4_000_000_000_u32, "hasMore": false, "nextCursor": null }));
    }

    async fn an_item_saved_meanwhile_shifts_no_cursor(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        twelve(&app, &ada).await;
        let page = ada.get("/api/v1/content?limit=5").await.json();
        save(&ada, "newer", "https://example.org/newer").await;
        let cursor = page["pagination"]["nextCursor"].as_str().unwrap();
        assert_eq!(titles(&ada, &format!("?limit=2&cursor={cursor}")).await, ["06", "05"]);
    }

    async fn each_filter_leaves_what_it_says_and_counts_it(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let read = tag(&ada, "to read").await;
        save_with(&ada, json!({ "title": "video", "link": "https://youtu.be/dQw4w9WgXcQ", "tags": [read] })).await;
        app.clock.advance(Duration::from_hours(48));
        save_with(&ada, json!({ "title": "page", "link": "https://example.org/", "tags": [read] })).await;
        let gone = save(&ada, "gone", "https://example.org/gone").await;
        ada.delete(&format!("/api/v1/content/{}", gone["id"].as_str().unwrap())).await.assert_status(200);
        ada.post("/api/v1/capture", json!({ "text": "note" })).await.assert_status(201);

        let cases: [(&str, &[&str]); 14] = [
            ("type=youtube", &["video"]),
            ("type=note", &["note"]),
            ("type=", &["note", "page", "video"]),
            ("tag=to%20read", &["page", "video"]),
            ("tag=TO+READ", &["page", "video"]),
            (&format!("tag={read}"), &["page", "video"]),
            (&format!("tag={read}&type=link"), &["page"]),
            ("tag=unknown", &[]),
            ("status=pending", &["page", "video"]),
            ("status=enriched", &["note"]),
            ("before=2026-03-03", &["video"]),
            ("after=2026-03-03T00:00:00%2B01:00", &["note", "page"]),
            ("trash=true", &["gone"]),
            ("trash=false&status=failed", &[]),
        ];
        for (query, expected) in cases {
            let page = ada.get(&format!("/api/v1/content?{query}")).await.assert_status(200).json();
            let found: Vec<&str> = page["content"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect();
            assert_eq!(found, expected, "{query}");
            assert_eq!(page["pagination"]["total"], expected.len(), "{query}");
        }
    }

    async fn a_query_that_makes_no_sense_is_told_which_field(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        for (query, field) in [
            ("limit=0", "limit"),
            ("limit=1001", "limit"),
            ("limit=-1", "limit"),
            ("limit=many", "limit"),
            ("skip=-1", "skip"),
            ("skip=99999999999", "skip"),
            ("cursor=%21%21", "cursor"),
            ("cursor=AAAA", "cursor"),
            ("type=vinyl", "type"),
            ("status=done", "status"),
            ("before=yesterday", "before"),
            ("after=2026-02-30", "after"),
            ("trash=perhaps", "trash"),
            ("tag=a%00b", "NUL"),
        ] {
            let refusal = ada.get(&format!("/api/v1/content?{query}")).await.assert_status(400).json();
            let message = refusal["message"].as_str().unwrap();
            assert!(message.contains(field), "{query}: {message}");
        }
    }
}
