//! Bodies that are too large, broken, packed or nested beyond reason.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use axum::http::Method;
use brainly::db::Db;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::client;
use crate::harness::{Answer, TestApp, on_both_engines};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn echo(app: &TestApp, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let client = headers.iter().fold(client(app), |client, (name, value)| client.with_header(name, value));
    client.send(Method::POST, "/echo", body).await
}

const JSON: (&str, &str) = ("content-type", "application/json");
const TEXT: (&str, &str) = ("content-type", "text/plain");
const GZIP: (&str, &str) = ("content-encoding", "gzip");

on_both_engines! {
    async fn a_body_may_be_gzip_and_nothing_else(db: Db) {
        let app = TestApp::new(db).await;

        let packed = echo(&app, &[JSON, GZIP], gzip(b"{\"a\":1}")).await.assert_status(200);
        let broken = echo(&app, &[JSON, GZIP], "{\"a\":1}").await.assert_status(400);
        let cut = echo(&app, &[JSON, GZIP], gzip(b"{\"a\":1}")[..12].to_vec()).await.assert_status(400);
        let brotli = echo(&app, &[JSON, ("content-encoding", "br")], "x").await.assert_status(415);

        assert_eq!(packed.json()["a"], 1);
        assert_eq!(broken.json()["code"], "malformed_body");
        assert_eq!(cut.json()["code"], "malformed_body");
        assert_eq!(brotli.json()["code"], "unsupported_content_encoding");
    }

    async fn a_body_over_one_mebibyte_is_refused_however_it_arrives(db: Db) {
        let app = TestApp::new(db).await;
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
        let chunks = large.as_bytes().chunks(4096).map(|chunk| Ok::<_, std::io::Error>(Bytes::copy_from_slice(chunk)));
        let streamed = Body::from_stream(futures::stream::iter(chunks.collect::<Vec<_>>()));
        let fits = format!("{{\"a\":\"{}\"}}", "x".repeat(1024 * 1024 - 8));

        let announced = echo(&app, &[JSON, ("content-length", "2097160")], large.clone()).await.assert_status(413);
        let streamed = echo(&app, &[JSON], streamed).await.assert_status(413);
        let packed = echo(&app, &[JSON, GZIP], gzip(large.as_bytes())).await.assert_status(413);
        echo(&app, &[JSON], fits).await.assert_status(200);

        for answer in [announced, streamed, packed] {
            assert_eq!(answer.json()["code"], "body_too_large");
        }
    }

    async fn a_gzip_bomb_is_left_unread_beyond_the_limit(db: Db) {
        let app = TestApp::new(db).await;
        let bomb = gzip(&vec![b' '; 64 * 1024 * 1024]);
        let (read, body) = counted(&bomb);

        echo(&app, &[JSON, GZIP], body).await.assert_status(413);

        let read = read.load(Ordering::SeqCst);
        assert!(read < bomb.len() / 2, "{read} of {} bytes were read", bomb.len());
    }

    async fn json_nested_a_hundred_thousand_deep_is_refused_not_followed(db: Db) {
        let app = TestApp::new(db).await;

        let answer = echo(&app, &[JSON], "[".repeat(100_000)).await.assert_status(400);

        assert_eq!(answer.json()["code"], "malformed_body");
    }

    async fn a_body_that_is_not_json_is_told_so(db: Db) {
        let app = TestApp::new(db).await;
        for (headers, body, status) in [
            (&[][..], "{}", 415), (&[TEXT][..], "{}", 415), (&[JSON][..], "{", 400), (&[JSON][..], "", 400),
            (&[JSON][..], "{\"a\":\"\\u0000\"}", 400), (&[JSON][..], "{\"a\":\"\\ud800\"}", 400),
        ] {
            let answer = echo(&app, headers, body).await.assert_status(status);
            assert!(answer.json()["message"].is_string(), "{body}");
        }
        echo(&app, &[JSON], vec![b'"', 0xff, b'"']).await.assert_status(400);
    }
}

/// A body that counts the bytes which are taken from it.
fn counted(bytes: &[u8]) -> (Arc<AtomicUsize>, Body) {
    let read = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&read);
    let chunks: Vec<Vec<u8>> = bytes.chunks(1024).map(<[u8]>::to_vec).collect();
    let stream = futures::stream::iter(chunks.into_iter().map(move |chunk| {
        counter.fetch_add(chunk.len(), Ordering::SeqCst);
        Ok::<_, std::io::Error>(Bytes::from(chunk))
    }));
    (read, Body::from_stream(stream))
}
