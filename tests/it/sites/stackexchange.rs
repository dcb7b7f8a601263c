//! Stack Exchange: a question and its answers.

use brainly::db::Db;
use serde_json::{Value, json};

use super::{assert_enriched, assert_told, read};
use crate::harness::{TestApp, on_both_engines};

const LINK: &str = "https://stackoverflow.com/questions/4242/how-to-fire-a-kiln";
const QUESTION: &str = "/se/questions/4242";
const ANSWERS: &str = "/se/questions/4242/answers";

async fn app(db: Db) -> TestApp {
    TestApp::with(db, &[("STACKEXCHANGE_API_URL", "{site}/se")]).await
}

fn question(more: &Value) -> Value {
    let mut question = json!({
        "question_id": 4242, "title": "How to fire a &quot;kiln&quot;?", "body": "<p>Mine stays cold.</p>", "score": 7,
        "tags": ["kiln", "cone-6"], "answer_count": 2, "creation_date": 1_714_979_289, "is_answered": true,
        "owner": { "display_name": "Ada &amp; Co", "link": "https://stackoverflow.com/users/1/ada" },
        "link": "https://stackoverflow.com/questions/4242/how-to-fire-a-kiln",
    });
    question.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "items": [question], "has_more": false, "quota_max": 300, "quota_remaining": 250 })
}

fn answer(id: u64, score: i64, is_accepted: bool, body: &str) -> Value {
    json!({ "answer_id": id, "question_id": 4242, "score": score, "is_accepted": is_accepted, "body": body, "owner": { "display_name": "potter" } })
}

fn answers(items: &[Value]) -> Value {
    json!({ "items": items, "has_more": false })
}

on_both_engines! {
    async fn a_question_is_read_with_its_answers_the_accepted_one_first(db: Db) {
        let app = app(db).await;
        app.site.json(QUESTION, &question(&json!({ "accepted_answer_id": 1, "closed_reason": "Opinion-based" })));
        let code = "<p>Use a ramp:</p><pre><code>for hour in 0..8 {\n    heat(hour);\n}</code></pre>";
        app.site.json(ANSWERS, &answers(&[answer(2, 90, false, "<p>Wait a day.</p>"), answer(1, 3, true, code)]));

        let item = read(&app, LINK).await;

        assert_enriched(&item, "stackexchange");
        assert_eq!((&item["type"], &item["title"]), (&json!("stackexchange"), &json!("How to fire a \"kiln\"?")));
        let metadata = &item["metadata"];
        assert_eq!((&metadata["author"], &metadata["siteName"]), (&json!("Ada & Co"), &json!("Stack Overflow")));
        assert_eq!((&metadata["tags"], &metadata["publishedDate"]), (&json!(["kiln", "cone-6"]), &json!("2024-05-06T07:08:09.000Z")));
        let text = item["fullText"].as_str().unwrap();
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} is missing: {text}"));
        assert!(at("Mine stays cold") < at("(accepted, score 3)") && at("\n    heat(hour);") < at("Wait a day."));
        assert_eq!((&item["providerData"]["closedReason"], &item["providerData"]["score"]), (&json!("Opinion-based"), &json!(7)));
        let asked = app.site.requests(ANSWERS).remove(0).target;
        assert!(asked.contains("site=stackoverflow.com") && asked.contains("filter=withbody") && asked.contains("sort=votes"));
    }

    async fn an_accepted_answer_with_few_votes_is_asked_for_by_itself(db: Db) {
        let app = app(db).await;
        app.site.json(QUESTION, &question(&json!({ "accepted_answer_id": 99, "answer_count": 40 })));
        let voted: Vec<Value> = (0..10).map(|id| answer(id, 10, false, &format!("<p>popular {id}</p>"))).collect();
        app.site.json(ANSWERS, &answers(&voted));
        app.site.json("/se/answers/99", &answers(&[answer(99, 0, true, "<p>correct</p>")]));

        let item = read(&app, LINK).await;

        let text = item["fullText"].as_str().unwrap();
        assert!(text.find("correct").unwrap() < text.find("popular 0").unwrap());
        assert_eq!(text.matches("Answer by").count(), 10);
    }

    async fn a_link_to_an_answer_is_read_as_its_question(db: Db) {
        let app = app(db).await;
        app.site.json("/se/answers/7", &answers(&[answer(7, 1, false, "")]));
        app.site.json(QUESTION, &question(&json!({ "answer_count": 0 })));

        let item = read(&app, "https://unix.stackexchange.com/a/7").await;

        assert_enriched(&item, "stackexchange");
        assert_eq!((&item["contentId"], &item["fullText"]), (&json!("unix.stackexchange.com/a/7"), &json!("Mine stays cold.")));
        assert_eq!(app.site.asked(ANSWERS), 0, "there are none");
    }

    async fn what_is_gone_is_told_as_gone(db: Db) {
        let app = app(db).await;
        app.site.json(QUESTION, &answers(&[]));
        app.site.json("/se/answers/7", &answers(&[]));
        assert_told(&read(&app, LINK).await, "failed", "This question is gone");
        assert_told(&read(&app, "https://stackoverflow.com/a/7").await, "failed", "This answer is gone");
        let unknown_site = json!({ "error_id": 400, "error_name": "bad_parameter", "error_message": "No site found for name `no`" });
        app.site.page(QUESTION, 400, &[("content-type", "application/json")], unknown_site.to_string());
        assert_told(&read(&app, LINK).await, "failed", "gone");
    }

    async fn a_service_that_asks_for_a_rest_gets_it_and_the_item_waits(db: Db) {
        let app = app(db).await;
        let mut good = question(&json!({}));
        good["backoff"] = json!(30);
        app.site.json(QUESTION, &good);
        let item = read(&app, LINK).await;
        assert_told(&item, "pending", "no more questions for now");
        assert_eq!((&item["attempts"][0]["outcome"], app.site.asked(ANSWERS)), (&json!("retry"), 0));

        for (status, why) in [(400, "too many requests from this IP, more requests available in 17524 seconds"), (400, "Violation of backoff parameter")] {
            let refusal = json!({ "error_id": 502, "error_name": "throttle_violation", "error_message": why });
            app.site.page(QUESTION, status, &[("content-type", "application/json")], refusal.to_string());
            assert_told(&read(&app, LINK).await, "pending", "no more questions for now");
        }
        app.site.page(QUESTION, 429, &[], "slow down");
        assert_told(&read(&app, LINK).await, "pending", "no more questions for now");
    }

    async fn an_answer_in_a_form_that_nobody_knows_is_tried_again_and_told(db: Db) {
        let app = app(db).await;
        for (status, body) in [(200, "<html>"), (200, "{\"items\":[{\"title\":5}]}"), (500, "oops"), (400, "{\"error_name\":\"internal_error\"}")] {
            app.site.page(QUESTION, status, &[("content-type", "application/json")], body);
            assert_told(&read(&app, LINK).await, "pending", "does not understand");
        }
    }
}
