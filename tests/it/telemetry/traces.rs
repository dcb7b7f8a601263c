//! Traces, as a collector gets them from processes of their own.

use std::collections::HashSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::receiver::{Received, Receiver, Span, hanging};
use crate::cli::binary::{Binary, Serving};
use crate::harness::{Scratch, TestApp, on_both_engines};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";
const TEXT: &str = "A kiln is fired slowly until the witness cone 6 bends, and no faster than the clay allows.\n\n";
/// What a request or an end may take beside a collector that hangs; far more than it should, far less than waiting costs.
const BOUND: Duration = Duration::from_secs(9);

/// Sends a request over a connection of its own and returns the whole answer.
fn ask(serving: &Serving, request: &str, headers: &[(&str, &str)], body: &str) -> String {
    let mut connection = TcpStream::connect(serving.address).unwrap();
    let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    write!(
        connection,
        "{request} HTTP/1.1\r\nHost: brainly.test\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n{}\r\n{body}",
        body.len(),
        headers.concat()
    )
    .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

fn end(serving: Serving) -> String {
    serving.signal("TERM");
    let (code, log) = serving.wait();
    assert_eq!(code, Some(0), "{log}");
    log
}

fn named<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no span {name} in {names:?}"))
}

/// Whether `span` lies below `above`, at whatever depth.
fn is_below(spans: &[Span], span: &Span, above: &Span) -> bool {
    let parent = spans.iter().find(|other| other.id == span.parent);
    span.parent == above.id || parent.is_some_and(|parent| is_below(spans, parent, above))
}

on_both_engines! {
    async fn one_trace_goes_from_a_request_through_its_jobs_to_fetches_and_statements_of_another_process(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        app.sign_up("ada").await;
        let id = app.user("ada").await;
        let link = app.site.article("/private-kiln", "How to fire a kiln", &TEXT.repeat(6));
        app.site.page("/v1/embeddings", 503, &[], "");
        let collector = Receiver::start();
        let brainly = Binary::on(&scratch)
            .env("JWT_SECRET", "0123456789abcdef0123456789abcdef")
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint())
            .env("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20key")
            .env("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
            .env("WORKER_INLINE", "off")
            .env("EMBEDDING_PROVIDER", "openai")
            .env("EMBEDDING_DIMENSIONS", "8")
            .env("OPENAI_BASE_URL", &app.site.url("/v1"))
            .env("FETCH_ALLOW_PRIVATE", &app.site.authority())
            .env("FETCH_HOST_SPACING", "0s");
        let keys = brainly::auth::jwt::Keys::new(b"0123456789abcdef0123456789abcdef", None, Duration::from_hours(1)).unwrap();
        let token = format!("Bearer {}", keys.issue(id, brainly::domain::Clock::system().now(), None));
        let serving = brainly.serve(&[]);

        let parent = format!("00-{TRACE}-{CALLER}-01");
        let headers = [("traceparent", parent.as_str()), ("authorization", &token)];
        let body = json!({ "title": "very private title", "link": link }).to_string();
        let saved = ask(&serving, "POST /api/v1/content", &headers, &body);
        assert!(saved.starts_with("HTTP/1.1 201"), "{saved}");
        let log = end(serving);
        let level = "error,brainly::queue=info,brainly::fetch=debug";
        let worked = brainly.run(&["worker", "--once", "--log-level", level]).assert_code(0).stderr;

        let lines: Vec<Value> = worked.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
        let content = saved.rsplit("\r\n\r\n").next().and_then(|body| serde_json::from_str::<Value>(body).ok()).unwrap();
        let job = lines.iter().find(|line| line["message"] == "job" && line["job.kind"] == "enrich_content").expect(&worked);
        assert_eq!((&job["content.id"], &job["trace.id"]), (&content["content"]["id"], &json!(TRACE)), "{worked}");
        let fetched = lines.iter().find(|line| line["message"] == "fetched").expect(&worked);
        assert_eq!((&fetched["span"]["name"], &fetched["span"]["status"]), (&json!("fetch.get"), &json!(200)), "{worked}");
        let parts = ["brainly::queue", "brainly::fetch"];
        let others = lines.iter().filter(|line| !parts.iter().any(|part| line["target"].as_str().unwrap().starts_with(part)));
        assert!(others.clone().all(|line| line["level"] == "ERROR"), "{worked}");

        let requests = collector.so_far();
        assert!(requests.iter().all(|request| request.headers["x-key"] == "a key"));
        let spans: Vec<Span> = requests.iter().flat_map(Received::spans).filter(|span| span.trace == TRACE).collect();
        let request = named(&spans, "POST /api/v1/content");
        assert_eq!((request.parent.as_str(), request.kind), (CALLER, 2), "{request:?}");
        assert_eq!(request.attribute("http.response.status_code"), Some("201"));
        assert_eq!(request.attribute("http.route"), Some("/api/v1/content"));
        assert_eq!(request.attribute("user.id"), Some(id.to_string().as_str()));
        assert!(is_below(&spans, named(&spans, "api.content.create"), request));
        let insert = |table: &str| {
            spans.iter().find(|span| span.name == "db.insert" && span.attribute("db.collection.name") == Some(table))
        };
        assert!(is_below(&spans, insert("contents").expect("the item is written"), request));
        assert!(is_below(&spans, insert("jobs").expect("the job is written"), request));
        assert!(is_below(&spans, named(&spans, "db.commit"), request));
        let attempt = spans.iter().find(|span| span.attribute("job.kind") == Some("enrich_content")).expect("the job is done");
        assert!(is_below(&spans, attempt, request));
        let fetch = spans.iter().find(|span| span.name == "fetch.get" && is_below(&spans, span, attempt)).expect("the page is fetched");
        assert!(is_below(&spans, named(&spans, "job.enrich"), attempt));
        assert!(spans.iter().any(|span| span.name == "db.update" && is_below(&spans, span, attempt)));
        let embed = spans.iter().find(|span| span.attribute("job.kind") == Some("embed_content")).expect("its text is embedded");
        assert!(embed.failed && is_below(&spans, embed, attempt), "{embed:?}");
        assert!(is_below(&spans, named(&spans, "embed.passages"), embed));

        let process = |span: &Span| span.of_process("process.pid").unwrap().to_owned();
        assert_ne!(process(request), process(fetch));
        assert_eq!(request.of_process("service.name"), Some("brainly"));
        assert_eq!(request.of_process("service.version"), Some(env!("CARGO_PKG_VERSION")));
        assert_eq!(request.of_process("deployment.environment.name"), Some("test"));
        for span in &spans {
            let told = format!("{:?}", (&span.name, &span.attributes));
            assert!(["private", "cone", token.as_str(), "Bearer"].iter().all(|secret| !told.contains(secret)), "{told}");
        }
        assert!(app.site.requests("/private-kiln").iter().all(|page| !page.headers.contains_key("traceparent")));
        let asked = app.site.requests("/v1/embeddings");
        assert!(asked[0].headers["traceparent"].to_str().unwrap().contains(TRACE), "{:?}", asked[0].headers);
        assert!(log.contains(&format!("\"trace.id\":\"{TRACE}\"")), "{log}");
    }
}

#[test]
fn what_a_caller_does_not_keep_is_not_kept_and_a_share_can_be_chosen() {
    let collector = Receiver::start();
    let brainly = Binary::new().env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint());
    let serving = brainly.serve(&[]);
    let unsampled = format!("00-{TRACE}-{CALLER}-00");
    ask(&serving, "GET /health", &[("traceparent", unsampled.as_str())], "");
    ask(&serving, "GET /api/v1/tags", &[("traceparent", "00-nonsense")], "");
    end(serving);

    let spans = collector.spans();
    assert!(spans.iter().all(|span| span.trace != TRACE), "{spans:?}");
    let roots: HashSet<&str> =
        spans.iter().filter(|span| span.parent.is_empty()).map(|span| span.name.as_str()).collect();
    assert!(roots.contains("GET /api/v1/tags"), "{roots:?}");

    let none = brainly.env("OTEL_TRACES_SAMPLER", "parentbased_traceidratio").env("OTEL_TRACES_SAMPLER_ARG", "0");
    let serving = none.serve(&[]);
    ask(&serving, "GET /api/v1/tags", &[], "");
    ask(&serving, "GET /api/v1/tags", &[("traceparent", &format!("00-{TRACE}-{CALLER}-01"))], "");
    end(serving);
    let spans = collector.spans();
    assert!(!spans.is_empty() && spans.iter().all(|span| span.trace == TRACE), "{spans:?}");
}

#[test]
fn a_second_signal_ends_what_waits_for_a_collector_that_hangs_at_once() {
    let address = hanging();
    let brainly = Binary::new().env("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{address}"));
    let mut serving = brainly.serve(&[]);
    assert_eq!(serving.get("/health"), 200);
    serving.signal("TERM");
    // All is done, and only the last words are to be sent.
    serving.await_line("stopped");

    serving.signal("TERM");

    let (code, log) = serving.wait();
    assert!(code == Some(1) && log.contains("stopped at once"), "{code:?} {log}");
}

#[test]
fn a_collector_that_hangs_or_is_dead_holds_up_neither_requests_nor_the_end_and_is_spoken_of_once() {
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for address in [hanging(), dead] {
        let brainly = Binary::new()
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{address}"))
            .env("SENTRY_DSN", &format!("http://key@{address}/42"))
            .env("OTEL_BSP_SCHEDULE_DELAY", "1")
            .env("OTEL_BSP_MAX_QUEUE_SIZE", "16")
            .env("RATE_LIMIT_GLOBAL", "off");
        let serving = brainly.serve(&[]);
        let begun = Instant::now();
        for _ in 0..100 {
            assert_eq!(serving.get("/health/live"), 200);
        }
        assert!(begun.elapsed() < BOUND, "a hundred requests took {:?}", begun.elapsed());

        let asked = Instant::now();
        let log = end(serving);
        assert!(asked.elapsed() < BOUND, "the end took {:?}", asked.elapsed());
        assert!(log.matches("the collector does not take traces").count() <= 1, "{log}");
    }
}
