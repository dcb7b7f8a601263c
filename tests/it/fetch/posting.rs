//! Questions that are posted.

use brainly::db::Db;
use brainly::fetch::{Error, Request};
use serde_json::json;

use crate::harness::{TestApp, on_both_engines};

on_both_engines! {
    async fn a_question_is_posted_as_json_to_its_own_host_and_to_no_other(db: Db) {
        let app = TestApp::new(db).await;
        let ask = app.site.json("/ask", &json!({ "answer": 42 }));
        let moved = app.site.page("/moved", 307, &[("location", "/ask")], "");

        let question = |link: &str| Request::post_json(&link.parse().unwrap(), &json!({ "question": "?" }));
        let answer = app.app.fetcher.get(&question(&ask)).await.unwrap();
        let sent_on = app.app.fetcher.get(&question(&moved)).await.unwrap_err();

        assert_eq!(answer.body.as_ref(), br#"{"answer":42}"#);
        assert!(matches!(sent_on, Error::BadRedirect { .. }), "{sent_on}");
        let asked = app.site.requests("/ask");
        assert_eq!(asked.len(), 1);
        assert_eq!((asked[0].method.as_str(), asked[0].target.as_str(), asked[0].body.as_ref()), ("POST", "/ask", br#"{"question":"?"}"#.as_slice()));
        assert_eq!(asked[0].headers["content-type"], "application/json");
    }

    async fn an_answer_with_an_error_is_a_page_only_for_who_takes_any(db: Db) {
        let app = TestApp::new(db).await;
        let link = app.site.page("/quota", 403, &[("content-type", "application/json")], "{}").parse().unwrap();

        assert!(matches!(app.app.fetcher.get(&Request::get(&link)).await, Err(Error::Status { status: 403, .. })));
        assert_eq!(app.app.fetcher.get(&Request::get(&link).any_status()).await.unwrap().status, 403);
    }
}
