//! Notion: public pages.

use brainly::db::Db;
use serde_json::{Value, json};

use super::{assert_enriched, assert_told, read};
use crate::harness::{TestApp, on_both_engines};

const LINK: &str = "https://ada.notion.site/Firing-a-kiln-0123456789abcdef0123456789abcdef";
const ID: &str = "01234567-89ab-cdef-0123-456789abcdef";
const CHUNK: &str = "/api/v3/loadCachedPageChunk";
const OLD_CHUNK: &str = "/api/v3/loadPageChunk";
const ROWS: &str = "/api/v3/queryCollection";
const PAGE: &str = "/0123456789abcdef0123456789abcdef";

async fn app(db: Db) -> TestApp {
    TestApp::with(db, &[("NOTION_API_URL", "{site}/api/v3")]).await
}

/// A block as Notion has told it since February 2026.
fn block(kind: &str, title: &str, more: &Value) -> Value {
    let mut value = json!({ "type": kind, "properties": { "title": [[title]] }, "alive": true });
    for (name, part) in more.as_object().unwrap() {
        match (name.as_str(), value[name].as_object_mut()) {
            ("properties", Some(properties)) => properties.extend(part.as_object().unwrap().clone()),
            _ => value[name] = part.clone(),
        }
    }
    json!({ "spaceId": "s", "value": { "value": value, "role": "reader" } })
}

fn text(title: &str) -> Value {
    block("text", title, &json!({}))
}

fn page(children: &[&str]) -> Value {
    block(
        "page",
        "Firing a kiln",
        &json!({
            "content": children, "created_time": 1_714_979_289_000_i64, "last_edited_time": 1_714_979_389_000_i64,
            "format": { "page_icon": "🔥", "page_cover": "/images/page-cover/clay.jpg" },
        }),
    )
}

fn answer(blocks: &Value, stack: &Value) -> Value {
    json!({ "recordMap": { "block": blocks }, "cursor": { "stack": stack } })
}

on_both_engines! {
    async fn a_public_page_is_read_block_by_block_as_markdown(db: Db) {
        let app = app(db).await;
        let order = ["h", "p", "l1", "l2", "n1", "n2", "t1", "t2", "q", "c", "b", "tb", "sub", "tog", "col"];
        app.site.json(CHUNK, &answer(&json!({
            ID: page(&order),
            "h": block("sub_header", "Before", &json!({})),
            "p": block("text", "", &json!({ "properties": { "title": [["Dry it "], ["well", [["b"]]], [", see "], ["this", [["a", "https://example.org/dry"]]]] } })),
            "l1": block("bulleted_list", "Clay", &json!({ "content": ["l1a"] })),
            "l1a": block("bulleted_list", "Stoneware", &json!({})),
            "l2": block("bulleted_list", "Glaze", &json!({})),
            "n1": block("numbered_list", "Load", &json!({})), "n2": block("numbered_list", "Close", &json!({})),
            "t1": block("to_do", "Buy cones", &json!({ "properties": { "checked": [["Yes"]] } })), "t2": block("to_do", "Fire", &json!({})),
            "q": block("quote", "Slow is fast", &json!({})),
            "c": block("code", "heat()\n  hold()", &json!({ "properties": { "language": [["Rust"]] } })),
            "b": block("bookmark", "Cones", &json!({ "properties": { "link": [["https://example.org/cones"]], "description": [["All of them"]] } })),
            "tb": block("table", "", &json!({ "format": { "table_block_column_order": ["x", "y"] }, "content": ["r1", "r2"] })),
            "r1": block("table_row", "", &json!({ "properties": { "x": [["Cone"]], "y": [["Degrees"]] } })),
            "r2": block("table_row", "", &json!({ "properties": { "x": [["6"]], "y": [["1222"]] } })),
            "sub": block("page", "Another page", &json!({ "content": ["never"] })),
            "tog": block("toggle", "More", &json!({ "content": ["hidden"] })), "hidden": text("Within a toggle"),
            "col": block("column_list", "", &json!({ "content": ["col1"] })), "col1": block("column", "", &json!({ "content": ["in"] })), "in": text("In a column"),
        }), &json!([])));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "notion");
        assert_eq!((&item["title"], &item["fullTextType"]), (&json!("Firing a kiln"), &json!("markdown")));
        assert_eq!(
            item["fullText"].as_str().unwrap(),
            "## Before\n\nDry it **well**, see [this](https://example.org/dry)\n- Clay\n  - Stoneware\n- Glaze\n1. Load\n2. Close\n\
             - [x] Buy cones\n- [ ] Fire\n\n> Slow is fast\n\n```rust\nheat()\n  hold()\n```\n\n[Cones](https://example.org/cones)\n\nAll of them\n\n\
             | Cone | Degrees |\n| --- | --- |\n| 6 | 1222 |\n\n- Another page\n- More\n\n  Within a toggle\n\nIn a column"
        );
        assert_eq!(item["metadata"]["publishedDate"], "2024-05-06T07:08:09.000Z");
        assert_eq!(item["metadata"]["thumbnailUrl"], json!(app.site.url("/images/page-cover/clay.jpg")));
        assert_eq!(item["providerData"]["icon"], "🔥");
        let asked: Value = serde_json::from_slice(&app.site.requests(CHUNK)[0].body).unwrap();
        assert_eq!(asked, json!({ "page": { "id": ID }, "limit": 100, "cursor": { "stack": [] }, "chunkNumber": 0, "verticalColumns": false }));
    }

    async fn a_long_page_is_followed_by_its_cursor_and_one_that_never_ends_is_cut(db: Db) {
        let app = app(db).await;
        let blocks = json!({ ID: page(&["a"]), "a": text("The beginning") });
        app.site.json(CHUNK, &answer(&blocks, &json!([[{ "table": "block", "id": ID, "index": 100 }]])));
        let item = read(&app, LINK).await;
        assert_enriched(&item, "notion");
        let asked = app.site.requests(CHUNK);
        let second: Value = serde_json::from_slice(&asked[1].body).unwrap();
        assert_eq!((asked.len(), &second["cursor"]["stack"][0][0]["index"], &second["chunkNumber"]), (2, &json!(100), &json!(1)), "the cursor came back");

        let mut newest = answer(&blocks, &json!([]));
        newest["cursors"] = json!([]);
        app.site.json(CHUNK, &newest);
        assert_enriched(&read(&app, LINK).await, "notion");
        assert_eq!(app.site.asked(CHUNK), 1);
    }

    async fn records_without_the_newer_nesting_are_read_too(db: Db) {
        let app = app(db).await;
        app.site.json(CHUNK, &answer(&json!({
            ID: { "role": "reader", "value": { "type": "page", "properties": { "title": [["Old"]] }, "content": ["a", ID] } },
            "a": { "role": "reader", "value": { "type": "text", "properties": { "title": [["As it was"]] }, "content": ["a"] } },
        }), &json!([])));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "notion");
        assert_eq!((&item["title"], &item["fullText"]), (&json!("Old"), &json!("As it was\n- Old")), "and circles are not walked");
    }

    async fn parts_that_are_missing_are_told(db: Db) {
        let app = app(db).await;
        app.site.json(CHUNK, &answer(&json!({ ID: page(&["a", "gone", "db"]), "a": text("Here"), "db": block("collection_view", "", &json!({})) }), &json!([])));

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "Some parts of this page on Notion could not be read");
        assert_eq!(item["fullText"], "Here");
    }

    async fn the_rows_of_a_database_become_a_table(db: Db) {
        let app = app(db).await;
        let database = block("collection_view", "", &json!({ "collection_id": "c", "view_ids": ["grouped", "v"] }));
        app.site.json(CHUNK, &answer(&json!({ ID: page(&["a", "db"]), "a": text("Before"), "db": database }), &json!([])));
        let row = |title: &str, cone: &str| block("page", title, &json!({ "properties": { "x": [[cone]] } }));
        let rows = json!({
            "result": { "reducerResults": { "collection_group_results": { "type": "results", "blockIds": ["r1", "r2"], "hasMore": false } } },
            "recordMap": {
                "block": { "r1": row("Celadon | green", "6"), "r2": row("Raku", "06") },
                "collection": { "c": { "value": { "value": { "name": [["Glazes"]], "schema": {
                    "title": { "name": "Glaze", "type": "title" }, "x": { "name": "Cone", "type": "text" }, "y": { "name": "Never", "type": "text" },
                } } } } },
            },
        });
        app.site.json(ROWS, &json!({ "result": { "reducerResults": { "table_groups": {} } }, "recordMap": {} }));
        app.site.then(ROWS, &[rows.to_string()]);

        let item = read(&app, LINK).await;

        assert_enriched(&item, "notion");
        assert_eq!(
            item["fullText"],
            "Before\n\n**Glazes**\n\n| Glaze | Cone |\n| --- | --- |\n| Celadon \\| green | 6 |\n| Raku | 06 |"
        );
        let asked: Vec<Value> = app.site.requests(ROWS).iter().map(|asked| serde_json::from_slice(&asked.body).unwrap()).collect();
        assert_eq!((&asked[0]["collection"]["id"], &asked[1]["collectionView"]["id"]), (&json!("c"), &json!("v")));
    }

    async fn a_page_that_is_a_database_is_its_table_and_says_when_rows_are_missing(db: Db) {
        let app = app(db).await;
        let root = block("collection_view_page", "", &json!({ "format": { "collection_pointer": { "id": "c" } }, "view_ids": ["v"] }));
        app.site.json(CHUNK, &answer(&json!({ ID: root }), &json!([])));
        app.site.json(ROWS, &json!({
            "result": { "reducerResults": { "collection_group_results": { "blockIds": ["r1"], "hasMore": true } } },
            "recordMap": { "block": { "r1": block("page", "Celadon", &json!({})) } },
        }));

        let item = read(&app, LINK).await;

        assert_told(&item, "enriched", "Some parts of this page on Notion could not be read");
        assert_eq!(item["fullText"], "| Name |\n| --- |\n| Celadon |");
        app.site.page(ROWS, 429, &[("retry-after", "7")], "");
        assert_told(&read(&app, LINK).await, "pending", "no more questions for now");
    }

    async fn a_private_page_is_told(db: Db) {
        let app = app(db).await;
        for blocks in [json!({}), json!({ ID: { "role": "none" } }), json!({ ID: { "value": { "role": "none" } } })] {
            app.site.json(CHUNK, &answer(&blocks, &json!([])));
            assert_told(&read(&app, LINK).await, "failed", "not shared with everybody");
        }
    }

    async fn the_older_question_is_asked_when_the_newer_one_is_unknown(db: Db) {
        let app = app(db).await;
        app.site.page(CHUNK, 400, &[("content-type", "application/json")], "{\"errorId\":\"e\",\"name\":\"ValidationError\"}");
        app.site.json(OLD_CHUNK, &answer(&json!({ ID: page(&["a"]), "a": text("Still here") }), &json!([])));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "notion");
        let asked: Value = serde_json::from_slice(&app.site.requests(OLD_CHUNK)[0].body).unwrap();
        assert_eq!(asked["pageId"], ID);
    }

    async fn without_its_blocks_a_page_keeps_what_its_head_says(db: Db) {
        let app = app(db).await;
        app.site.page(CHUNK, 400, &[], "");
        let html: &[(&str, &str)] = &[("content-type", "text/html")];
        app.site.page(PAGE, 200, html, "<html><head><title>Firing a kiln | Notion</title><meta property=og:title content=\"Firing a kiln\">\
            <meta property=og:description content=\"How it is done\"></head><body><p>JavaScript must be enabled in order to use Notion.</p></body></html>");
        let item = read(&app, LINK).await;
        assert_told(&item, "enriched", "text of this page could not be read");
        assert_eq!((&item["title"], &item["metadata"]["description"], &item["fullText"]), (&json!("Firing a kiln"), &json!("How it is done"), &json!(null)));

        app.site.page(PAGE, 200, html, "<html><head><title>Notion – One workspace. Every team.</title></head><body>JavaScript must be enabled</body></html>");
        let item = read(&app, LINK).await;
        assert_told(&item, "pending", "does not understand");
        assert_eq!(item["metadata"]["title"], json!(null), "Notion's own words are not the page's");
    }

    async fn a_service_that_is_busy_or_broken_is_asked_again_later(db: Db) {
        let app = app(db).await;
        app.site.page(CHUNK, 429, &[("retry-after", "20")], "");
        assert_told(&read(&app, LINK).await, "pending", "no more questions for now");
        app.clock.advance(std::time::Duration::from_mins(1));
        app.site.page(CHUNK, 502, &[], "<html>");
        app.site.page(OLD_CHUNK, 502, &[], "<html>");
        assert_told(&read(&app, LINK).await, "pending", "problem of its own");
        app.site.page(CHUNK, 200, &[], "<html>");
        app.site.json(OLD_CHUNK, &json!({ "nothing": true }));
        assert_told(&read(&app, LINK).await, "pending", "does not understand");
    }
}
