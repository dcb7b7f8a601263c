//! What a client has already, and how answers are packed.

use std::io::Read;

use axum::body::Body;
use axum::http::Method;
use brainly::db::Db;
use flate2::read::GzDecoder;

use super::client;
use crate::harness::{Answer, TestApp, on_both_engines};

/// How often an answer says that it depends on the encodings the client takes.
fn varies(answer: &Answer) -> usize {
    answer.headers.get_all("vary").iter().filter(|value| *value == "accept-encoding").count()
}

on_both_engines! {
    async fn what_the_client_has_already_is_not_sent_again(db: Db) {
        let app = TestApp::new(db).await;
        let first = client(&app).get("/small").await.assert_status(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{tag}");
        assert_eq!(first.header("cache-control"), "private, no-cache");

        for list in [tag.clone(), tag.trim_start_matches("W/").to_owned(), format!("\"other\", {tag}"), "*".into()] {
            let again = client(&app).with_header("if-none-match", &list).get("/small").await.assert_status(304);
            assert_eq!(again.header("etag"), tag);
            assert_eq!(again.header("cache-control"), "private, no-cache");
            assert_eq!(varies(&again), 1);
            assert!(again.body.is_empty());
        }
        let other = client(&app).with_header("if-none-match", "\"other\"").get("/small").await.assert_status(200);
        assert_eq!(other.json(), first.json());
    }

    async fn head_says_what_get_would(db: Db) {
        let app = TestApp::new(db).await;
        let get = client(&app).get("/small").await;

        let head = client(&app).send(Method::HEAD, "/small", Body::empty()).await.assert_status(200);

        assert!(head.body.is_empty());
        assert_eq!(head.header("etag"), get.header("etag"));
        assert_eq!(head.header("content-length"), get.body.len().to_string());
    }

    async fn errors_and_writes_have_no_tag_and_are_not_stored(db: Db) {
        let app = TestApp::new(db).await;
        let post = client(&app).post("/echo", serde_json::json!({})).await.assert_status(200);
        let lost = client(&app).with_header("if-none-match", "*").get("/nowhere").await.assert_status(404);
        for answer in [post, lost] {
            assert_eq!((answer.header("etag"), answer.header("cache-control")), ("", "no-store"));
        }
    }

    async fn a_large_answer_is_compressed_when_asked_and_keeps_its_tag(db: Db) {
        let app = TestApp::new(db).await;
        let plain = client(&app).get("/large").await.assert_status(200);
        for encoding in ["gzip", "br", "zstd"] {
            let answer = client(&app).with_header("accept-encoding", encoding).get("/large").await.assert_status(200);
            assert_eq!(answer.header("content-encoding"), encoding);
            assert_eq!(varies(&answer), 1);
            assert_eq!(answer.header("etag"), plain.header("etag"));
            assert!(answer.body.len() < plain.body.len());
            if encoding == "gzip" {
                let mut text = String::new();
                GzDecoder::new(&answer.body[..]).read_to_string(&mut text).unwrap();
                assert_eq!(text, plain.text());
            }
        }
        assert_eq!(plain.header("content-encoding"), "");
        assert_eq!(varies(&plain), 1);
    }

    async fn a_small_answer_is_not_compressed(db: Db) {
        let app = TestApp::new(db).await;

        let answer = client(&app).with_header("accept-encoding", "gzip, br, zstd").get("/small").await;

        assert_eq!(answer.header("content-encoding"), "");
        assert_eq!(answer.json()["text"], "kiln");
    }
}
