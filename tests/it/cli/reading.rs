//! `enrich-now` and `search` on pages of a site of the test's own.

use brainly::db::sql;
use serde_json::{Value, json};

use super::binary::Binary;
use crate::harness::{Client, Scratch, TestApp, on_both_engines};

const TEXT: &str = "A kiln is fired slowly until the witness cone 6 bends, and no faster than the clay allows.\n\n";

async fn save(client: &Client, link: &str) -> String {
    let saved = client.post("/api/v1/content", json!({ "title": "saved", "link": link })).await.assert_status(201);
    saved.json()["content"]["id"].as_str().unwrap().to_owned()
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

on_both_engines! {
    async fn what_was_read_in_this_process_is_found_from_the_terminal(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let (ada, grace) = (app.sign_up("ada").await, app.sign_up("grace").await);
        let link = app.site.article("/kiln", "How to fire a kiln", &TEXT.repeat(6));
        let id = save(&ada, &link).await;
        save(&grace, &link).await;
        let brainly = Binary::on(&scratch).env("FETCH_ALLOW_PRIVATE", &app.site.authority());

        let planned = brainly.run(&["enrich-now", "--pending", "--user", "ada", "--dry-run"]).assert_code(0);
        assert_eq!(planned.stdout, format!("{id}\n"));
        assert_eq!(app.site.asked("/kiln"), 0, "a dry run reads nothing");
        let read = brainly.run(&["enrich-now", "--pending", "--user", "ada", "--json"]).assert_code(0);
        assert_eq!(json_of(&read.stdout), json!({ "enriched": 1, "failed": 0, "left": 0 }));
        assert!(read.stderr.contains(&format!("1/1 {id} enriched")), "{}", read.stderr);
        brainly.run(&["worker", "--once", "--queues", "index"]).assert_code(0);

        let found = json_of(&brainly.run(&["search", "--user", "ada", "cone", "--json"]).assert_code(0).stdout);
        assert_eq!((&found["results"][0]["id"], &found["results"][0]["link"]), (&json!(id), &json!(link)), "{found}");
        let shown = brainly.run(&["search", "--user", "ada", "cone"]).assert_code(0).stdout;
        assert!(shown.lines().any(|line| line == format!("  {link}")), "{shown}");
        assert!(shown.contains("cone 6") && !shown.contains("<mark>") && !shown.contains('\x1b'), "{shown}");
        let unknown = brainly.run(&["search", "--user", "ada", "zeppelin"]).assert_code(0);
        assert_eq!((unknown.stdout.as_str(), unknown.stderr.as_str()), ("", "nothing found\n"));
        let whose = brainly.run(&["search", "cone"]).assert_code(1);
        assert!(whose.stderr.contains("--user NAME"), "{}", whose.stderr);
    }

    async fn what_cannot_be_read_is_told_item_by_item_and_read_again_when_asked(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let ada = app.sign_up("ada").await;
        let good = save(&ada, &app.site.article("/kiln", "Kiln", &TEXT.repeat(6))).await;
        let gone = save(&ada, &app.site.page("/gone", 410, &[], "")).await;
        let brainly = Binary::on(&scratch).env("FETCH_ALLOW_PRIVATE", &app.site.authority());

        let read = brainly.run(&["enrich-now", "--all"]).assert_code(1);
        assert_eq!(read.stdout, "1 enriched, 1 failed\n");
        assert!(read.stderr.contains(&format!("{gone}: ")) && read.stderr.contains("1 item(s) could not be read"), "{}", read.stderr);
        assert!(!read.stderr.contains(&format!("{good}: ")), "{}", read.stderr);
        app.site.article("/gone", "Back again", &TEXT.repeat(6));
        let again = brainly.run(&["enrich-now", &gone]).assert_code(0);

        assert_eq!(again.stdout, "1 enriched, 0 failed\n");
        let item = ada.get(&format!("/api/v1/content/{gone}")).await.assert_status(200).json();
        assert_eq!(item["enrichmentStatus"], "enriched");
    }

    async fn what_is_read_now_is_a_job_like_any_other_also_when_their_queue_is_paused(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let ada = app.sign_up("ada").await;
        let id = save(&ada, &app.site.page("/busy", 503, &[], "")).await;
        let brainly = Binary::on(&scratch).env("FETCH_ALLOW_PRIVATE", &app.site.authority()).env("ENRICH_MAX_ATTEMPTS", "2");
        brainly.run(&["queue", "pause", "enrich"]).assert_code(0);
        let jobs = async || -> Vec<(String, i32, i32)> {
            let states = sql("SELECT state, attempt, priority FROM jobs WHERE kind = 'enrich_content' ORDER BY id");
            states.fetch_all(&scratch.db).await.unwrap()
        };
        assert_eq!(jobs().await, [("available".to_owned(), 0, 10)]);
        let mut tx = scratch.db.begin().await.unwrap();
        sql("UPDATE jobs SET max_attempts = 2").execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();

        let read = brainly.run(&["enrich-now", &id]).assert_code(1);

        assert_eq!(read.stdout, "0 enriched, 1 failed\n");
        assert_eq!(jobs().await, [("discarded".to_owned(), 2, 0)]);
        let item = ada.get(&format!("/api/v1/content/{id}")).await.assert_status(200).json();
        assert_eq!(item["enrichmentStatus"], "failed");
        app.site.article("/busy", "At last", &TEXT.repeat(6));
        brainly.run(&["enrich-now", "--failed"]).assert_code(0);
        assert_eq!(jobs().await[1], ("completed".to_owned(), 1, 0));
    }

    async fn a_refresh_asks_for_changes_only_and_no_proxy_of_the_environment_gets_between(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let ada = app.sign_up("ada").await;
        let html = [("content-type", "text/html"), ("etag", "\"v1\"")];
        let id = save(&ada, &app.site.page("/kiln", 200, &html, format!("<title>Kiln</title><p>{TEXT}</p>"))).await;
        save(&ada, &app.site.page("/other", 410, &[], "")).await;
        let proxy = "http://127.0.0.1:9";
        let proxies = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
        let brainly = Binary::on(&scratch).env("FETCH_ALLOW_PRIVATE", &app.site.authority()).env("FETCH_HOST_SPACING", "0s");
        let brainly = proxies.iter().fold(brainly, |brainly, name| brainly.env(name, proxy));

        brainly.run(&["enrich-now", &id]).assert_code(0);
        app.site.page("/kiln", 304, &html[1..], "");
        let planned = brainly.run(&["enrich-now", "--refresh", "--dry-run"]).assert_code(0);
        assert_eq!(planned.stdout, format!("{id}\n"), "what was never read can't be refreshed");
        let read = brainly.run(&["enrich-now", "--refresh", "--json"]).assert_code(0);

        assert_eq!(json_of(&read.stdout), json!({ "enriched": 1, "failed": 0, "left": 0 }));
        assert_eq!(app.site.requests("/kiln")[0].headers["if-none-match"], "\"v1\"");
    }
}
