//! What GitHub says instead of an answer, and what has not changed.

use brainly::db::Db;
use brainly::domain::SourceUrl;
use brainly::extract::{self, Error, Reach, Seen};
use brainly::fetch::{Retry, Visitor};
use serde_json::json;
use uuid::Uuid;

use super::{app, app_with_token, assert_enriched, assert_told, put_up_repository, read};
use crate::harness::{TestApp, on_both_engines};

const LINK: &str = "https://github.com/ada/kiln";
const PATH: &str = "/api/v3/repos/ada/kiln";

/// What the extractor itself says, given what was seen before.
async fn outcome(app: &TestApp, etag: Option<&str>) -> extract::Result<extract::Extracted> {
    let reach = Reach {
        fetcher: &app.app.fetcher,
        services: &app.app.config.services,
        parser: &app.app.parser,
        visitor: Visitor::new(Uuid::nil(), Uuid::nil(), 0),
        languages: Vec::new(),
        now: app.clock.now(),
        seen: etag.map(|etag| Seen { etag: Some(etag.into()), last_modified: None }),
    };
    extract::read(&reach, &SourceUrl::parse(LINK).unwrap()).await.outcome
}

on_both_engines! {
    async fn a_repository_that_is_as_it_was_is_not_read_again(db: Db) {
        let app = app(db).await;
        put_up_repository(&app);
        let first = outcome(&app, None).await.unwrap();
        assert_eq!(first.seen.unwrap().etag.as_deref(), Some("W/\"one\""));
        assert!(!app.site.requests(PATH)[0].headers.contains_key("if-none-match"));

        app.site.page(PATH, 304, &[("etag", "W/\"one\"")], "");
        assert!(matches!(outcome(&app, Some("W/\"one\"")).await, Err(Error::Unchanged)));
        assert_eq!(app.site.requests(PATH)[0].headers["if-none-match"], "W/\"one\"");
    }

    async fn a_used_up_hour_is_waited_for_as_long_as_github_says(db: Db) {
        let app = app(db).await;
        let reset = (app.clock.now().timestamp() + 600).to_string();
        for (status, headers, seconds) in [
            (403, vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset.as_str())], 601),
            (429, vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "99999999999")], 3_600),
            (403, vec![("retry-after", "17")], 17),
            (429, vec![], 60),
        ] {
            app.site.page(PATH, status, &headers, "{\"message\":\"API rate limit exceeded\"}");
            let error = outcome(&app, None).await.unwrap_err();
            // GitHub is left alone for so long.
            app.clock.advance(std::time::Duration::from_hours(2));
            assert_eq!(error.retry(), Retry::After(std::time::Duration::from_secs(seconds)), "{status} {headers:?}");
        }
        app.site.page(PATH, 403, &[], "{\"message\":\"You have exceeded a secondary rate limit.\"}");
        let item = read(&app, LINK).await;
        assert_told(&item, "pending", "GitHub answers no more questions for now");
        assert_eq!(item["attempts"][0]["outcome"], "retry");
    }

    async fn a_refusal_that_is_no_limit_is_final(db: Db) {
        let app = app(db).await;
        app.site.page(PATH, 403, &[("x-ratelimit-remaining", "12")], "{\"message\":\"Repository access blocked\"}");
        assert_told(&read(&app, LINK).await, "failed", "does not let Brainly read this");
    }

    async fn a_token_that_is_refused_is_left_out(db: Db) {
        let app = app_with_token(db).await;
        app.site.page(PATH, 401, &[], "{\"message\":\"Bad credentials\"}");

        let item = read(&app, LINK).await;

        assert_told(&item, "failed", "does not let Brainly read this");
        let asked = app.site.requests(PATH);
        let signed: Vec<bool> = asked.iter().map(|asked| asked.headers.contains_key("authorization")).collect();
        assert_eq!(signed, [true, false]);
    }

    async fn an_answer_in_a_form_that_nobody_knows_is_tried_again_and_told(db: Db) {
        let app = app(db).await;
        app.site.page(PATH, 200, &[], "<html>a unicorn</html>");
        assert_told(&read(&app, LINK).await, "pending", "does not understand");
        app.site.json(PATH, &json!({ "name": "kiln" }));
        assert_told(&read(&app, LINK).await, "pending", "does not understand");
        app.site.page(PATH, 502, &[], "<html>a unicorn</html>");
        assert_told(&read(&app, LINK).await, "pending", "problem of its own");
        put_up_repository(&app);
        assert_enriched(&read(&app, LINK).await, "github");
    }
}
