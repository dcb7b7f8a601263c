//! Which pages may call the API.

use axum::body::Body;
use axum::http::Method;
use brainly::db::Db;

use super::client;
use crate::harness::{Answer, TestApp, on_both_engines};

const ORIGINS: (&str, &str) = ("CORS_ORIGIN", "https://app.example.org,http://localhost:5173");

fn cors_headers(answer: &Answer) -> Vec<String> {
    answer.headers.keys().map(ToString::to_string).filter(|name| name.starts_with("access-control-")).collect()
}

on_both_engines! {
    async fn a_preflight_of_an_allowed_origin_is_told_what_it_may_do(db: Db) {
        let app = TestApp::with(db, &[ORIGINS]).await;
        let browser = client(&app)
            .with_header("origin", "https://app.example.org")
            .with_header("access-control-request-method", "POST")
            .with_header("access-control-request-headers", "authorization, content-type");

        let answer = browser.send(Method::OPTIONS, "/echo", Body::empty()).await.assert_status(204);

        assert_eq!(answer.header("access-control-allow-origin"), "https://app.example.org");
        assert_eq!(answer.header("access-control-allow-credentials"), "true");
        assert!(answer.header("access-control-allow-methods").contains("PATCH"));
        for name in ["Authorization", "Content-Type", "If-None-Match"] {
            assert!(answer.header("access-control-allow-headers").contains(name), "{name}");
        }
        assert!(answer.headers.get_all("vary").iter().any(|value| value == "origin"));
    }

    async fn an_allowed_origin_sees_answers_errors_and_panics(db: Db) {
        let app = TestApp::with(db, &[ORIGINS]).await;
        let browser = client(&app).with_header("origin", "http://localhost:5173");
        for path in ["/small", "/nowhere", "/panic"] {
            let answer = browser.get(path).await;
            assert_eq!(answer.header("access-control-allow-origin"), "http://localhost:5173", "{path}");
            for name in ["RateLimit-Remaining", "Retry-After", "X-Request-Id", "ETag"] {
                assert!(answer.header("access-control-expose-headers").contains(name), "{name}");
            }
        }
    }

    async fn another_origin_gets_no_cors_header(db: Db) {
        let app = TestApp::with(db, &[ORIGINS]).await;
        for origin in ["https://evil.example", "https://app.example.org.evil", "http://app.example.org", "null"] {
            let browser = client(&app).with_header("origin", origin);
            let plain = browser.get("/small").await.assert_status(200);
            let browser = browser.with_header("access-control-request-method", "POST");
            let preflight = browser.send(Method::OPTIONS, "/echo", Body::empty()).await.assert_status(405);
            assert_eq!(cors_headers(&plain), Vec::<String>::new(), "{origin}");
            assert_eq!(cors_headers(&preflight), Vec::<String>::new(), "{origin}");
            assert!(plain.headers.get_all("vary").iter().any(|value| value == "origin"));
        }
    }
}
