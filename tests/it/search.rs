//! `GET /search`.

use brainly::db::Db;
use serde_json::{Value, json};

use crate::harness::{Client, TestApp, on_both_engines};

/// Saves a page that says `text`.
async fn keep(app: &TestApp, client: &Client, title: &str, text: &str) -> Value {
    let link = app.site.article(&format!("/{}", title.replace(' ', "-")), title, text);
    client.post("/api/v1/content", json!({ "title": title, "link": link })).await.assert_status(201).json()["content"]
        .take()
}

/// The titles that a query finds, best first.
async fn found(client: &Client, query: &str) -> Vec<String> {
    let answer = client.get(&format!("/api/v1/search?{query}")).await.assert_status(200).json();
    answer["results"].as_array().unwrap().iter().map(|result| result["title"].as_str().unwrap().to_owned()).collect()
}

async fn three_pages(app: &TestApp) -> Client {
    let ada = app.sign_up("ada").await;
    let filler = "It rained for most of the long afternoon, and nobody in the village minded at all.\n\n".repeat(8);
    keep(app, &ada, "Bread", &format!("Sourdough needs a patient baker and a warm oven.\n\n{filler}")).await;
    keep(app, &ada, "Ovens", &format!("An oven, and another oven: every baker wants a bigger oven.\n\n{filler}")).await;
    keep(app, &ada, "Rivers", &format!("The river runs cold and quick below the old mill.\n\n{filler}")).await;
    app.run_jobs().await;
    ada
}

on_both_engines! {
    async fn the_item_that_says_it_most_comes_first_and_the_others_that_say_it_follow(db: Db) {
        let app = TestApp::new(db).await;
        let ada = three_pages(&app).await;
        assert_eq!(found(&ada, "q=ovens").await, ["Ovens", "Bread"]);
        assert_eq!(found(&ada, "q=running+rivers").await, ["Rivers"]);
        assert_eq!(found(&ada, "q=submarine").await, [""; 0]);
        assert_eq!(found(&ada, "q=ovens&limit=1").await, ["Ovens"]);
    }

    async fn a_phrase_must_stand_there_and_an_excluded_word_must_not(db: Db) {
        let app = TestApp::new(db).await;
        let ada = three_pages(&app).await;
        assert_eq!(found(&ada, "q=%22warm+oven%22").await, ["Bread"]);
        assert_eq!(found(&ada, "q=%22oven+warm%22").await, [""; 0]);
        assert_eq!(found(&ada, "q=baker+-sourdough").await, ["Ovens"]);
        assert_eq!(found(&ada, "q=baker+-%22bigger+oven%22").await, ["Bread"]);
    }

    async fn the_snippet_shows_why_and_is_safe_to_put_into_a_page(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        ada.post("/api/v1/capture", json!({ "text": "Careful: <script>alert('kelp')</script> & kelp" })).await.assert_status(201);
        let answer = ada.get("/api/v1/search?q=kelp").await.assert_status(200).json();
        let snippet = answer["results"][0]["snippet"].as_str().unwrap();
        assert!(snippet.contains("&lt;script&gt;") && snippet.contains("<mark>kelp</mark>"), "{snippet}");
        assert_eq!(answer["results"][0]["matched"], json!(["words"]));
        assert!(answer["tookMs"].is_u64());
    }

    async fn filters_and_modes_are_those_of_lists(db: Db) {
        let app = TestApp::new(db).await;
        let ada = three_pages(&app).await;
        ada.post("/api/v1/capture", json!({ "text": "my oven", "tags": ["home"] })).await.assert_status(201);
        assert_eq!(found(&ada, "q=oven&type=note").await, ["my oven"]);
        assert_eq!(found(&ada, "q=oven&tag=home").await, ["my oven"]);
        assert_eq!(found(&ada, "q=oven&before=2026-01-01").await, [""; 0]);
        for mode in ["hybrid", "semantic", "text"] {
            let answer = ada.get(&format!("/api/v1/search?q=river&mode={mode}")).await.assert_status(200).json();
            assert_eq!((&answer["mode"], &answer["results"][0]["title"]), (&json!("text"), &json!("Rivers")));
        }
        for query in ["", "q=", "q=%20", "q=x&limit=0", "q=x&limit=101", "q=x&mode=psychic", "q=a%00b"] {
            ada.get(&format!("/api/v1/search?{query}")).await.assert_status(400);
        }
    }

    async fn a_filter_that_lets_only_the_last_of_many_through_still_finds_it(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        ada.post("/api/v1/capture", json!({ "text": "A bowl, a jug, a cup and an oven.", "tags": ["home"] })).await.assert_status(201);
        for number in 0..12 {
            let text = format!("oven oven oven {number}");
            ada.post("/api/v1/capture", json!({ "text": text })).await.assert_status(201);
        }
        let best = found(&ada, "q=oven&limit=1").await;
        assert!(best[0].starts_with("oven"), "{best:?}");
        assert_eq!(found(&ada, "q=oven&limit=1&tag=home").await, ["A bowl, a jug, a cup and an oven."]);
        let others: Vec<String> = (0..12).map(|number| format!("-{number}")).collect();
        assert_eq!(found(&ada, &format!("q=oven+{}&limit=1", others.join("+"))).await, ["A bowl, a jug, a cup and an oven."]);
    }

    async fn a_question_of_any_length_and_shape_is_answered(db: Db) {
        let app = TestApp::new(db).await;
        let ada = three_pages(&app).await;
        for question in ["-", "\"", "\"\"", "--", "\u{202e}", "💥", "' OR 1=1 --", "%", "a:b:c", "NEAR(a b)", &"oven ".repeat(2000)] {
            let encoded: String = url::form_urlencoded::byte_serialize(question.as_bytes()).collect();
            ada.get(&format!("/api/v1/search?q={encoded}")).await.assert_status(200);
        }
    }
}
