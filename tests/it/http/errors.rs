//! Every error is JSON, and every answer carries its id and the security headers.

use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use axum::response::IntoResponse;
use brainly::actions;
use brainly::api::Error;
use brainly::db::Db;
use brainly::domain::{Clock, TagId};
use brainly::store::tags::Tag;

use super::client;
use crate::harness::{TestApp, on_both_engines};

/// The conflict that carries the other tag along.
fn tag_exists() -> Error {
    let now = Clock::system().now();
    let tag = Tag { id: TagId::new(now), name: "clay".into(), item_count: 0, created_at: now };
    actions::Error::TagExists(tag).into()
}

#[test]
fn every_error_has_its_status_and_its_code() {
    let text = || "why".to_owned();
    let errors = [
        (Error::Invalid(text()), 400, "invalid"),
        (Error::Malformed(text()), 400, "malformed_body"),
        (Error::UnsupportedMediaType, 415, "unsupported_media_type"),
        (Error::UnsupportedEncoding, 415, "unsupported_content_encoding"),
        (Error::TooLarge, 413, "body_too_large"),
        (Error::TooSlow, 408, "body_too_slow"),
        (Error::UriTooLong, 414, "uri_too_long"),
        (Error::NoToken, 401, "no_token"),
        (Error::InvalidToken, 401, "invalid_token"),
        (Error::Forbidden("no"), 403, "forbidden"),
        (Error::IncorrectCredentials, 403, "incorrect_credentials"),
        (Error::SignUpsClosed, 403, "sign_ups_closed"),
        (Error::NotFound(text()), 404, "not_found"),
        (Error::NoSuchRoute, 404, "no_such_route"),
        (Error::MethodNotAllowed, 405, "method_not_allowed"),
        (Error::UsernameTaken, 409, "username_taken"),
        (tag_exists(), 409, "tag_exists"),
        (Error::TooMany("many", Duration::from_secs(7)), 429, "too_many_requests"),
        (Error::GoogleFailed, 401, "google_failed"),
        (Error::GoogleNotConfigured, 503, "google_not_configured"),
        (Error::Busy, 503, "busy"),
        (Error::DatabaseUnavailable, 503, "database_unavailable"),
        (Error::ShuttingDown, 503, "shutting_down"),
        (Error::Internal, 500, "internal"),
    ];
    for (error, status, code) in errors {
        assert_eq!((error.status().as_u16(), error.code()), (status, code));
        assert!(!error.message().is_empty());
        let expected = match code {
            "too_many_requests" => Some("7"),
            "busy" | "database_unavailable" | "shutting_down" => Some("1"),
            _ => None,
        };
        let response = error.into_response();
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.headers().get("retry-after").map(|wait| wait.to_str().unwrap()), expected, "{code}");
    }
}

on_both_engines! {
    async fn a_panic_is_a_500_that_says_nothing_of_it_but_names_the_request(db: Db) {
        let app = TestApp::new(db).await;
        let client = client(&app).with_header("x-request-id", "abc.DEF_1-2").with_header("accept-encoding", "gzip");

        let answer = client.get("/panic").await.assert_status(500);

        assert_eq!(answer.json()["code"], "internal");
        assert_eq!(answer.json()["requestId"], "abc.DEF_1-2");
        assert_eq!(answer.header("x-request-id"), "abc.DEF_1-2");
        assert!(!answer.text().contains("kiln"));
        client.get("/small").await.assert_status(200);
    }

    async fn an_unknown_route_and_a_wrong_method_are_told_in_json(db: Db) {
        let app = TestApp::new(db).await;
        let client = app.anonymous();

        let lost = client.get("/api/v1/nothing?token=x").await.assert_status(404);
        let wrong = client.delete("/health").await.assert_status(405);
        let options = client.send(Method::OPTIONS, "/health", Body::empty()).await.assert_status(405);

        assert_eq!(lost.json()["code"], "no_such_route");
        assert_eq!(lost.json().get("requestId"), None);
        assert_eq!(wrong.json()["code"], "method_not_allowed");
        assert_eq!(wrong.header("allow"), "GET,HEAD");
        assert_eq!(options.header("allow"), "GET,HEAD");
        for answer in [lost, wrong, options] {
            assert_eq!(answer.header("content-type"), "application/json");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }

    async fn an_odd_address_is_never_our_fault(db: Db) {
        let app = TestApp::new(db).await;
        let client = app.anonymous();
        let long = format!("/health?q={}", "x".repeat(20_000));
        for (path, status) in [
            ("/%00", 404), ("/api/v1/%FF%FE", 404), ("/health?q=%00&q=%FF", 200), ("//", 404),
            ("/health/", 404), ("/..%2f..%2fetc/passwd", 404), (long.as_str(), 414),
        ] {
            let answer = client.get(path).await.assert_status(status);
            assert_eq!(answer.header("content-type"), "application/json", "{path}");
        }
    }

    async fn a_nul_in_a_query_is_refused(db: Db) {
        let app = TestApp::new(db).await;

        let answer = client(&app).get("/search?q=a%00b").await.assert_status(400);

        assert_eq!(answer.json()["message"], "Text must not contain the NUL character");
        client(&app).get("/search?q=a%FFb").await.assert_status(200);
    }

    async fn a_sane_request_id_is_kept_and_any_other_is_replaced(db: Db) {
        let app = TestApp::new(db).await;
        let longest = "x".repeat(128);
        for kept in ["a", "0d9-A_b.c", longest.as_str()] {
            let answer = app.anonymous().with_header("x-request-id", kept).get("/health/live").await;
            assert_eq!(answer.header("x-request-id"), kept);
        }
        let too_long = "x".repeat(129);
        for replaced in ["", "a b", "a\"b", "<script>", too_long.as_str()] {
            let answer = app.anonymous().with_header("x-request-id", replaced).get("/nowhere").await;
            let id = answer.header("x-request-id");
            assert!(uuid::Uuid::parse_str(id).is_ok(), "{replaced:?} became {id:?}");
        }
    }

    async fn every_answer_carries_helmets_headers_errors_and_panics_too(db: Db) {
        let app = TestApp::new(db).await;
        let expected = [
            ("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin"),
            ("origin-agent-cluster", "?1"), ("referrer-policy", "no-referrer"),
            ("strict-transport-security", "max-age=31536000; includeSubDomains"), ("x-content-type-options", "nosniff"),
            ("x-dns-prefetch-control", "off"), ("x-download-options", "noopen"), ("x-frame-options", "SAMEORIGIN"),
            ("x-permitted-cross-domain-policies", "none"), ("x-xss-protection", "0"),
        ];
        for path in ["/small", "/panic", "/nowhere", "/me/name"] {
            let answer = client(&app).get(path).await;
            for (name, value) in expected {
                assert_eq!(answer.header(name), value, "{path}");
            }
            assert!(answer.header("content-security-policy").starts_with("default-src 'self';"), "{path}");
        }
    }
}
