//! What a link, a header or an answer holds stays out of errors and `Debug`.

use std::error::Error as _;
use std::io;
use std::sync::{Arc, Mutex};

use brainly::fetch::HeaderName;
use tracing_subscriber::fmt::format::FmtSpan;

use super::site::{Reply, Site, head, page, redirect};
use super::*;

/// Everything that an error can say, its causes included.
fn all_words(error: &Error) -> String {
    let own = format!("{error} {error:?} {}", error.for_people());
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.map(|cause| format!(" {cause} {cause:?}")).fold(own, |words, more| words + &more)
}

#[tokio::test]
async fn no_error_shows_more_of_a_link_than_its_host() {
    let site = Site::start(|path| match path.split('?').next().unwrap_or_default() {
        "/hush/status" => page("500 Broken", &[], "hush"),
        "/hush/loop" => redirect(302, path),
        "/hush/nowhere" => redirect(302, "http://[hush"),
        "/hush/refused" => redirect(302, "http://10.0.0.1/hush?token=hush"),
        "/hush/type" => page("200 OK", &[("content-type", "image/png")], "hush"),
        "/hush/gzip" => page("200 OK", &[("content-encoding", "gzip")], "hush"),
        "/hush/large" => page("200 OK", &[("content-length", "9999999")], ""),
        "/hush/slow" => Reply::Silence(vec![]),
        "/hush/headers" => Reply::Endless(b"HTTP/1.1 200 OK\r\nx-hush: ".to_vec(), b"hush".repeat(1000)),
        "/hush/short" => Reply::Silence(head("200 OK", &[("content-length", "100")])),
        _ => Reply::Bytes(vec![]),
    })
    .await;
    let fetcher = fetcher(&settings(vec![site.exception()]));
    for path in ["status", "loop", "nowhere", "refused", "type", "gzip", "large", "slow", "headers", "short", "broken"]
    {
        let url = link(&site.url(&format!("/hush/{path}?token=hush")));
        let timeout = Duration::from_millis(if matches!(path, "slow" | "short") { 200 } else { 60_000 });
        let request = Request::get(&url).accept("text/html").timeout(timeout);
        let request = request.header(HeaderName::from_static("authorization"), "Bearer hush");

        let error = fetcher.get(&request).await.expect_err(path);

        let words = all_words(&error) + &format!("{request:?}");
        assert!(!words.contains("hush"), "{path}: {words}");
    }
}

#[tokio::test]
async fn a_page_shows_neither_its_link_nor_its_text() {
    let site = Site::start(|path| match path {
        "/" => redirect(302, "/?token=hush"),
        _ => page("200 OK", &[("etag", "hush")], "hush"),
    })
    .await;

    let page = get(&fetcher_for(&site), &site.url("/")).await.expect("a page");

    assert!(!format!("{page:?}").contains("hush"), "{page:?}");
}

#[tokio::test]
async fn a_header_that_can_not_be_written_is_an_error_and_not_a_second_header() {
    let site = Site::start(|_| page("200 OK", &[], "")).await;
    let request = Request::get(&link(&site.url("/"))).header(HeaderName::from_static("x-token"), "hush\r\nx-evil: 1");

    let error = fetcher_for(&site).get(&request).await.expect_err("no such header");

    assert!(matches!(error, Error::BadRequest { .. }) && !all_words(&error).contains("hush"), "{error:?}");
    assert!(site.seen().is_empty());
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_log_tells_how_a_fetch_went_and_not_what_was_fetched() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::DEBUG)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let site = Site::start(|path| match path {
        "/hush?token=hush" => redirect(302, "/hush/too"),
        "/hush/too" => page("200 OK", &[("content-type", "text/html")], "hush"),
        _ => page("404 Not Found", &[], "hush"),
    })
    .await;
    let fetcher = fetcher_for(&site);

    get(&fetcher, &site.url("/hush?token=hush")).await.expect("a page");
    get(&fetcher, &site.url("/gone?token=hush")).await.expect_err("no page");

    let text = String::from_utf8(log.0.lock().expect("no panic").clone()).expect("text");
    assert!(!text.contains("hush"), "{text}");
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let spans: Vec<_> =
        lines.iter().filter(|line| line["fields"]["message"] == "close").map(|line| &line["span"]).collect();
    let [found, gone] = spans[..] else { panic!("two spans expected: {text}") };
    assert_eq!((&found["name"], &found["host"]), (&"fetch.get".into(), &"127.0.0.1".into()));
    assert_eq!((&found["status"], &found["size_bytes"], &found["redirects"]), (&200.into(), &4.into(), &1.into()));
    assert!(found["duration_ms"].is_u64(), "{found}");
    assert_eq!((&gone["status"], &gone["redirects"]), (&404.into(), &0.into()));
}
