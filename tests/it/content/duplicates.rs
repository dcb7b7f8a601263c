//! The same link saved again.

use brainly::db::Db;
use futures::future::join_all;
use serde_json::json;

use super::{save, save_with, tag, titles};
use crate::harness::{TestApp, on_both_engines};

on_both_engines! {
    async fn the_same_page_by_another_link_is_the_same_item_and_gains_the_tags(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let (one, two) = (tag(&ada, "one").await, tag(&ada, "two").await);
        let first = save_with(&ada, json!({ "title": "First", "link": "https://www.example.org/a/?utm_source=x", "tags": [one] })).await;

        let again = ada.post("/api/v1/content", json!({ "title": "Second", "link": "http://example.org/a#top", "tags": [two] })).await;

        let again = again.assert_status(200).json();
        assert_eq!(again["duplicate"], true);
        assert_eq!((&again["content"]["id"], &again["content"]["title"]), (&first["id"], &json!("First")));
        assert_eq!(again["content"]["tags"].as_array().unwrap().len(), 2);
        assert_eq!(titles(&ada, "").await, ["First"]);
    }

    async fn a_second_one_can_be_forced(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        save(&ada, "First", "https://example.org/").await;

        let second = json!({ "title": "Second", "link": "https://example.org/", "allowDuplicate": true });
        ada.post("/api/v1/content", second).await.assert_status(201);

        assert_eq!(titles(&ada, "").await, ["Second", "First"]);
    }

    async fn the_names_that_a_page_gives_itself_lead_to_its_item(db: Db) {
        let app = TestApp::new(db).await;
        let (ada, eve) = (app.sign_up("ada").await, app.sign_up("eve").await);
        let text = "<p>The first firing is the one that people remember, since nobody can look inside the kiln.</p>".repeat(8);
        let head = "<title>Kilns</title><link rel=canonical href='/kilns'>";
        app.site.page("/2025/kilns", 200, &[("content-type", "text/html")], format!("{head}<article>{text}</article>"));
        let first = save(&ada, "First", &app.site.page("/k", 302, &[("location", "/2025/kilns")], "")).await;
        app.run_jobs().await;

        for path in ["/kilns", "/2025/kilns", "/k"] {
            let again = ada.post("/api/v1/content", json!({ "title": "Again", "link": app.site.url(path) })).await;
            let again = again.assert_status(200).json();
            assert_eq!((&again["duplicate"], &again["content"]["id"]), (&json!(true), &first["id"]), "{path}");
        }
        let forced = json!({ "title": "Forced", "link": app.site.url("/kilns"), "allowDuplicate": true });
        ada.post("/api/v1/content", forced).await.assert_status(201);
        eve.post("/api/v1/content", json!({ "title": "Mine", "link": app.site.url("/kilns") })).await.assert_status(201);

        ada.delete(&format!("/api/v1/content/{}", first["id"].as_str().unwrap())).await.assert_status(200);
        let anew = json!({ "title": "Anew", "link": app.site.url("/2025/kilns") });
        ada.post("/api/v1/content", anew).await.assert_status(201);
    }

    async fn a_page_that_names_another_site_or_its_home_page_is_known_by_its_link_alone(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let text = "<p>The first firing is the one that people remember, since nobody can look inside the kiln.</p>".repeat(8);
        for (path, canonical) in [("/a", "/"), ("/b", "https://example.org/kilns"), ("/c", "javascript:1")] {
            let page = format!("<title>Kilns</title><link rel=canonical href='{canonical}'><article>{text}</article>");
            save(&ada, path, &app.site.page(path, 200, &[("content-type", "text/html")], page)).await;
        }
        app.run_jobs().await;

        for link in [app.site.page("/", 404, &[], ""), "https://example.org/kilns".to_owned()] {
            ada.post("/api/v1/content", json!({ "title": "Other", "link": link, "tags": [] })).await.assert_status(201);
        }
    }

    async fn two_items_that_turn_out_to_be_one_page_stay_two(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let text = "<p>The first firing is the one that people remember, since nobody can look inside the kiln.</p>".repeat(8);
        let page = format!("<title>Kilns</title><link rel=canonical href='/kilns'><article>{text}</article>");
        for path in ["/one", "/two"] {
            save(&ada, path, &app.site.page(path, 200, &[("content-type", "text/html")], page.clone())).await;
        }
        app.run_jobs().await;

        assert_eq!(titles(&ada, "").await, ["/two", "/one"]);
        let third = ada.post("/api/v1/content", json!({ "title": "Third", "link": app.site.url("/kilns") })).await;
        assert_eq!(third.assert_status(200).json()["content"]["title"], "/one", "the oldest stands for the page");
    }

    async fn another_users_item_is_no_duplicate(db: Db) {
        let app = TestApp::new(db).await;
        let (ada, eve) = (app.sign_up("ada").await, app.sign_up("eve").await);
        save(&ada, "Hers", "https://example.org/").await;
        eve.post("/api/v1/content", json!({ "title": "Mine", "link": "https://example.org/" })).await.assert_status(201);
    }

    async fn of_sixty_saves_of_one_link_at_once_one_makes_the_item(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;

        let answers = join_all((0..60).map(|n| {
            let ada = ada.clone();
            async move { ada.post("/api/v1/content", json!({ "title": format!("{n}"), "link": "https://example.org/x" })).await }
        }))
        .await;

        let made = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!((made, answers.iter().filter(|answer| answer.status == 200).count()), (1, 59));
        assert_eq!(titles(&ada, "").await.len(), 1);
    }
}
