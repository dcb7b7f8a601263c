//! From a saved link to an item that was understood, or one that says why not.

use std::time::Duration;

use brainly::actions;
use brainly::db::Db;
use serde_json::{Value, json};

use crate::extract::documents::{bytes, pdf};
use crate::harness::{Client, TestApp, on_both_engines};

async fn save(client: &Client, link: &str) -> String {
    let saved = client.post("/api/v1/content", json!({ "title": "t", "link": link })).await.assert_status(201).json();
    saved["content"]["id"].as_str().unwrap().to_owned()
}

async fn item(client: &Client, id: &str) -> Value {
    client.get(&format!("/api/v1/content/{id}")).await.assert_status(200).json()
}

async fn ledger(client: &Client, id: &str) -> Value {
    client.get(&format!("/api/v1/content/{id}/enrichment")).await.assert_status(200).json()
}

/// Lets every retry come due, one after the other.
async fn run_to_the_end(app: &TestApp) {
    for _ in 0..10 {
        app.run_jobs().await;
        app.clock.advance(Duration::from_hours(2));
    }
}

on_both_engines! {
    async fn the_ledger_tells_what_was_tried_and_what_came_of_it(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let id = save(&ada, &app.site.article("/a", "A", &"Plenty of words for a paragraph here.\n\n".repeat(8))).await;
        assert_eq!(ledger(&ada, &id).await, json!({ "status": "pending", "attempts": [], "embedding": { "chunks": 0, "model": null, "state": "none" } }));

        app.run_jobs().await;

        let told = ledger(&ada, &id).await;
        assert_eq!((&told["status"], &told["attempts"].as_array().unwrap().len()), (&json!("enriched"), &1));
        let attempt = &told["attempts"][0];
        assert_eq!((&attempt["extractor"], &attempt["outcome"], &attempt["error"]), (&json!("article"), &json!("enriched"), &json!(null)));
        assert!(attempt["durationMs"].is_u64() && attempt["at"].as_str().unwrap().starts_with("2026-03-02T08:00:00"));
    }

    async fn a_page_that_is_gone_fails_at_once_and_says_so(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let id = save(&ada, &app.site.page("/gone", 410, &[], "")).await;

        app.run_jobs().await;

        let item = item(&ada, &id).await;
        assert_eq!((&item["enrichmentStatus"], &item["enrichmentRetries"]), (&json!("failed"), &json!(1)));
        assert!(!item["enrichmentError"].as_str().unwrap().is_empty());
        assert_eq!(app.site.asked("/gone"), 1);
    }

    async fn a_link_into_the_private_network_is_told_as_refused_and_never_asked_for(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let port = app.site.authority().rsplit_once(':').unwrap().1.to_owned();
        app.site.page("/secret", 200, &[("content-type", "text/html")], "secret");
        app.site.page("/way-in", 302, &[("location", &format!("http://localhost:{port}/secret"))], "");
        for link in [format!("http://localhost:{port}/secret"), "http://169.254.169.254/latest/meta-data/".into(), app.site.url("/way-in")] {
            let id = save(&ada, &link).await;
            app.run_jobs().await;
            let item = item(&ada, &id).await;
            assert_eq!(item["enrichmentStatus"], "failed", "{link}");
            assert!(item["enrichmentError"].as_str().unwrap().contains("private"), "{link}: {}", item["enrichmentError"]);
        }
        assert_eq!(app.site.asked("/secret"), 0);
    }

    async fn a_page_that_fails_for_a_while_is_read_in_the_end(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let id = save(&ada, &app.site.page("/flaky", 503, &[], "")).await;
        app.run_jobs().await;
        assert_eq!(ledger(&ada, &id).await["attempts"][0]["outcome"], "retry");
        assert_eq!(item(&ada, &id).await["enrichmentStatus"], "pending");

        app.site.article("/flaky", "Back", &"The page is back and full of words.\n\n".repeat(8));
        app.clock.advance(Duration::from_hours(2));
        app.run_jobs().await;

        assert_eq!(item(&ada, &id).await["enrichmentStatus"], "enriched");
        assert!(item(&ada, &id).await["enrichmentError"].is_null());
    }

    async fn a_page_that_never_answers_well_is_given_up_after_its_attempts_and_can_be_asked_for_anew(db: Db) {
        let app = TestApp::with(db, &[("ENRICH_MAX_ATTEMPTS", "3")]).await;
        let ada = app.sign_up("ada").await;
        let id = save(&ada, &app.site.page("/down", 500, &[], "")).await;

        run_to_the_end(&app).await;

        assert_eq!(item(&ada, &id).await["enrichmentStatus"], "failed");
        assert_eq!(app.site.asked("/down"), 3);
        app.site.article("/down", "Up", &"Up again and readable for everybody.\n\n".repeat(8));
        ada.post(&format!("/api/v1/content/{id}/enrich"), json!({})).await.assert_status(202);
        assert_eq!(item(&ada, &id).await["enrichmentStatus"], "pending");
        app.run_jobs().await;
        assert_eq!(item(&ada, &id).await["enrichmentStatus"], "enriched");
    }

    async fn a_host_that_asks_us_to_wait_is_left_alone_so_long_and_costs_no_attempt(db: Db) {
        let app = TestApp::with(db, &[("ENRICH_MAX_ATTEMPTS", "1")]).await;
        let ada = app.sign_up("ada").await;
        let id = save(&ada, &app.site.page("/busy", 429, &[("retry-after", "120")], "")).await;
        app.run_jobs().await;
        app.clock.advance(Duration::from_mins(1));
        app.run_jobs().await;
        assert_eq!(app.site.asked("/busy"), 1);

        app.site.article("/busy", "Ready", &"Ready to be read by anybody at all.\n\n".repeat(8));
        app.clock.advance(Duration::from_mins(2));
        app.run_jobs().await;

        assert_eq!(item(&ada, &id).await["enrichmentStatus"], "enriched");
    }

    async fn what_is_no_page_is_skipped_and_a_login_wall_is_not_taken_for_the_article(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let video = save(&ada, &app.site.page("/x.mp4", 200, &[("content-type", "video/mp4")], b"\0\0\0\x18ftypmp42".to_vec())).await;
        let wall = "<html><head><title>Just a moment...</title></head><body><div id=\"cf-wrapper\">Checking your browser</div></body></html>";
        let walled = save(&ada, &app.site.page("/wall", 200, &[("content-type", "text/html")], wall)).await;

        app.run_jobs().await;

        assert_eq!(item(&ada, &video).await["enrichmentStatus"], "skipped");
        let walled = item(&ada, &walled).await;
        assert_eq!((&walled["enrichmentStatus"], &walled["fullText"]), (&json!("failed"), &json!(null)));
    }

    async fn a_site_that_takes_us_for_a_robot_is_told_whatever_status_it_sends(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let html = ("content-type", "text/html");
        let challenge = "<title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>";
        let robots = [
            app.site.page("/header", 403, &[html, ("cf-mitigated", "challenge")], ""),
            app.site.page("/waf", 405, &[html, ("x-amzn-waf-action", "captcha")], ""),
            app.site.page("/later", 202, &[html, ("x-amzn-waf-action", "challenge")], ""),
            app.site.page("/body", 503, &[html], challenge),
            app.site.page("/denied", 403, &[html], "<title>Access Denied</title><p>Reference #18.2</p>"),
        ];
        for link in &robots {
            let id = save(&ada, link).await;
            app.run_jobs().await;
            let item = item(&ada, &id).await;
            assert_eq!(item["enrichmentStatus"], "failed", "{link}");
            assert!(item["enrichmentError"].as_str().unwrap().contains("robots"), "{link}: {}", item["enrichmentError"]);
        }
        let forbidden = save(&ada, &app.site.page("/closed", 403, &[html], "<title>Closed</title><p>Members only</p>")).await;
        app.run_jobs().await;
        assert!(item(&ada, &forbidden).await["enrichmentError"].as_str().unwrap().contains("status 403"));
        let gone = save(&ada, &app.site.page("/gone", 404, &[html, ("x-datadome", "protected")], "<title>Gone</title>")).await;
        app.run_jobs().await;
        assert!(item(&ada, &gone).await["enrichmentError"].as_str().unwrap().contains("does not exist"));
    }

    async fn what_is_told_before_a_refusal_is_kept(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let html = ("content-type", "text/html");
        let head = "<meta property=og:title content='How cones melt'><meta property=og:description content='Celadon, told.'>";
        let robots = format!("{head}<title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>");
        let sign_in = format!("{head}<title>Log in | Shop</title><form><input type=password></form>");
        for (path, status, more, body, why) in [
            ("/check", 403, ("x", "y"), robots.as_str(), "robots"),
            ("/told", 403, ("cf-mitigated", "challenge"), robots.as_str(), "robots"),
            ("/closed", 401, ("www-authenticate", "Basic"), sign_in.as_str(), "signed in"),
            ("/vercel", 429, ("x-vercel-mitigated", "challenge"), robots.as_str(), "robots"),
            ("/linkedin", 999, ("x", "y"), robots.as_str(), "robots"),
        ] {
            let id = save(&ada, &app.site.page(path, status, &[html, more], body)).await;
            app.run_jobs().await;
            let item = item(&ada, &id).await;
            assert_eq!((&item["enrichmentStatus"], &item["metadata"]["title"]), (&json!("failed"), &json!("How cones melt")), "{path}");
            assert!(item["enrichmentError"].as_str().unwrap().contains(why), "{path}: {}", item["enrichmentError"]);
        }
        let found = ada.get("/api/v1/search?q=celadon").await.assert_status(200).json();
        assert_eq!(found["results"].as_array().unwrap().len(), 5);
        let paid = save(&ada, &app.site.page("/paid", 402, &[html], "<title>Pay</title>")).await;
        app.run_jobs().await;
        assert!(item(&ada, &paid).await["enrichmentError"].as_str().unwrap().contains("those who pay"));
    }

    async fn a_page_that_sends_its_visitors_on_is_read_where_it_sends_them(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let html = ("content-type", "text/html");
        let sent = |to: &str| format!("<title>Redirecting</title><meta http-equiv=refresh content='0; url={to}'>");
        app.site.article("/new", "Kilns", &"The celadon glaze runs when it is hot.\n\n".repeat(12));
        app.site.page("/c", 200, &[html], sent("/c2"));
        app.site.page("/c2", 200, &[html], sent("/c"));
        let old = save(&ada, &app.site.page("/old", 200, &[html, ("etag", "\"old\"")], sent("/new"))).await;
        let circle = save(&ada, &app.site.url("/c")).await;
        let inward = save(&ada, &app.site.page("/in", 200, &[html], sent("http://169.254.169.254/latest"))).await;

        app.run_jobs().await;

        let read = item(&ada, &old).await;
        assert_eq!((&read["enrichmentStatus"], &read["metadata"]["title"]), (&json!("enriched"), &json!("Kilns")));
        assert!(read["fullText"].as_str().unwrap().contains("celadon"));
        for (id, why) in [(circle, "circle"), (inward, "private network")] {
            let item = item(&ada, &id).await;
            assert!(item["enrichmentStatus"] == "failed" && item["enrichmentError"].as_str().unwrap().contains(why), "{item:#}");
        }
        let again = ada.post("/api/v1/content", json!({ "title": "t", "link": app.site.url("/new") })).await.assert_status(200).json();
        assert_eq!(again["content"]["id"], json!(old), "the page is known by both its links");
    }

    async fn a_page_that_is_larger_than_it_may_be_keeps_its_head_and_beginning(db: Db) {
        let app = TestApp::with(db, &[("FETCH_MAX_BYTES", "100KiB")]).await;
        let ada = app.sign_up("ada").await;
        let paragraph = "<p>The celadon glaze runs when it is hot, and the kiln must cool for a day before it is opened.</p>";
        let body = format!("<title>All of it</title><article>{}</article>", paragraph.repeat(2_000));
        let id = save(&ada, &app.site.page("/large", 200, &[("content-type", "text/html")], body)).await;
        let video = [b"\0\0\0\x18ftypmp42".as_slice(), &vec![0; 200_000]].concat();
        let video = save(&ada, &app.site.page("/x.mp4", 200, &[("content-type", "video/mp4")], video)).await;

        app.run_jobs().await;

        let item_of = item(&ada, &id).await;
        assert_eq!((&item_of["enrichmentStatus"], &item_of["metadata"]["title"]), (&json!("enriched"), &json!("All of it")));
        assert!(item_of["enrichmentError"].as_str().unwrap().contains("too large"), "{}", item_of["enrichmentError"]);
        assert!(item_of["fullText"].as_str().unwrap().contains("celadon"));
        assert_eq!(item(&ada, &video).await["enrichmentStatus"], "skipped");
    }

    async fn a_page_before_its_scripts_have_run_fails_with_what_it_says_of_itself(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let html = "<title>Board</title><meta property=og:description content='All tasks of the pottery.'><div id=root></div>";
        let id = save(&ada, &app.site.page("/app", 200, &[("content-type", "text/html")], html)).await;

        app.run_jobs().await;

        let item = item(&ada, &id).await;
        assert_eq!((&item["enrichmentStatus"], &item["metadata"]["title"]), (&json!("failed"), &json!("Board")));
        assert!(item["enrichmentError"].as_str().unwrap().contains("scripts"));
        let found = ada.get("/api/v1/search?q=pottery").await.assert_status(200).json();
        assert_eq!(found["results"][0]["id"], json!(id), "what could be had is found");
    }

    async fn an_article_comes_as_text_as_harmless_html_and_as_markdown(db: Db) {
        let app = TestApp::new(db).await;
        let (ada, eve) = (app.sign_up("ada").await, app.sign_up("eve").await);
        let words = "<p>The first firing is the one that people <em>remember</em>, since nobody can look inside the kiln.</p>".repeat(8);
        let html = format!("<title>Kilns</title><article><h2>Cones</h2>{words}<p onclick=x()>See <a href=/b>the table of all cones</a> \
            before you begin, and write down what you see there.<script>alert(1)</script></p></article>");
        let link = app.site.page("/a", 200, &[("content-type", "text/html")], html);
        let saved = ada.post("/api/v1/content", json!({ "title": "Kilns", "link": link })).await.assert_status(201).json();
        let id = saved["content"]["id"].as_str().unwrap().to_owned();
        ada.get(&format!("/api/v1/content/{id}/markdown")).await.assert_status(404);

        app.run_jobs().await;

        let item = item(&ada, &id).await;
        assert!(item["fullText"].as_str().unwrap().contains("people remember, since"), "{item}");
        let html = item["readerHtml"].as_str().unwrap();
        assert!(html.contains("<em>remember</em>") && html.contains(&format!("href=\"{}\"", app.site.url("/b"))), "{html}");
        assert!(!html.contains("script") && !html.contains("onclick"));
        let markdown = ada.get(&format!("/api/v1/content/{id}/markdown")).await.assert_status(200);
        assert_eq!(markdown.header("content-type"), "text/markdown; charset=utf-8");
        let markdown = markdown.text();
        assert!(markdown.starts_with(&format!("# Kilns\n\n<{link}>\n\n")) && markdown.contains("people *remember*"), "{markdown}");
        eve.get(&format!("/api/v1/content/{id}/markdown")).await.assert_status(404);
        let listed = ada.get("/api/v1/content").await.json();
        assert!(listed["content"][0].get("readerHtml").is_none(), "lists don't carry texts");
    }

    async fn an_item_thrown_away_before_its_turn_is_not_read_and_is_when_it_comes_back(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let id = save(&ada, &app.site.article("/late", "Late", &"Words that were waited for a long time.\n\n".repeat(8))).await;
        ada.delete(&format!("/api/v1/content/{id}")).await.assert_status(200);
        app.run_jobs().await;
        assert_eq!(app.site.asked("/late"), 0);

        ada.post(&format!("/api/v1/content/{id}/restore"), json!({})).await.assert_status(200);
        app.run_jobs().await;

        assert_eq!(item(&ada, &id).await["enrichmentStatus"], "enriched");
    }

    async fn a_note_can_not_be_read_anew(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let note = ada.post("/api/v1/capture", json!({ "text": "mine" })).await.json()["content"]["id"].as_str().unwrap().to_owned();
        ada.post(&format!("/api/v1/content/{note}/enrich"), json!({})).await.assert_status(400);
    }

    async fn a_paper_is_found_by_its_third_page(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let paper = pdf(&["On clay.", "On fire.", "On the pyrometric cone."], &[("Title", "Of kilns")]);
        let link = app.site.page("/kilns.pdf", 200, &[("content-type", "application/pdf")], bytes(paper));
        let saved = ada.post("/api/v1/content", json!({ "title": link, "link": link })).await.assert_status(201).json();
        app.run_jobs().await;

        let item = item(&ada, saved["content"]["id"].as_str().unwrap()).await;
        assert_eq!((&item["title"], &item["enrichmentStatus"]), (&json!("Of kilns"), &json!("enriched")), "{item}");
        let found = ada.get("/api/v1/search?q=pyrometric").await.assert_status(200).json();
        assert_eq!(found["results"][0]["link"], json!(link), "{found}");
    }

    async fn a_page_that_has_not_changed_is_left_as_it_is_by_a_refresh_and_read_by_all_else(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let (seen, words) = ([("etag", "\"v1\""), ("content-type", "text/html")], "<p>Wet clay.</p>".repeat(9));
        let link = app.site.page("/a", 200, &seen, format!("<title>Kilns</title>{words}"));
        let id = save(&ada, &link).await;
        let content = id.parse().unwrap();
        app.run_jobs().await;
        let text = |db| async move { brainly::store::contents::texts(db, content).await.unwrap().full_text };
        let before = (item(&ada, &id).await["metadata"]["title"].clone(), text(&app.app.db).await);
        app.site.page("/a", 304, &seen[..1], "");
        app.clock.advance(Duration::from_hours(1));

        actions::refresh_content(&app.app, content, 0).await.unwrap();

        let asked = app.site.requests("/a");
        assert_eq!(asked[0].headers["if-none-match"], "\"v1\"");
        let after = item(&ada, &id).await;
        assert_eq!((&after["enrichmentStatus"], &after["enrichmentError"]), (&json!("enriched"), &json!(null)));
        assert_eq!((after["metadata"]["title"].clone(), text(&app.app.db).await), before);
        let told = ledger(&ada, &id).await;
        let outcomes: Vec<&Value> = told["attempts"].as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
        assert_eq!(outcomes, ["enriched", "unchanged"]);
        let checked: (String,) = brainly::db::sql("SELECT CAST(checked_at AS TEXT) FROM contents").fetch_one(&app.app.db).await.unwrap();
        assert!(checked.0.contains("09:00:00"), "{}", checked.0);

        app.site.page("/a", 200, &[("etag", "\"v2\""), ("content-type", "text/html")], format!("<title>Ovens</title>{words}"));
        actions::refresh_content(&app.app, content, 0).await.unwrap();
        assert_eq!(item(&ada, &id).await["metadata"]["title"], "Ovens");
        app.site.page("/a", 200, &seen, format!("<title>Hearths</title>{words}"));
        actions::enrich_content(&app.app, content, 0).await.unwrap();
        assert!(!app.site.requests("/a")[0].headers.contains_key("if-none-match"), "a full reading asks for the page");
    }
}
