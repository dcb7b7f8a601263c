//! The other end of the wire: takes what a process sends to a collector or to Sentry, or hangs.

use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver as Channel, channel};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Uri};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use prost::Message as _;
use serde_json::Value;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server that takes everything.
pub(super) struct Receiver {
    pub(super) address: SocketAddr,
    received: Channel<Received>,
}

/// What came in one request.
pub(super) struct Received {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A span as it came, with what is said of its process.
#[derive(Debug, Clone)]
pub(super) struct Span {
    pub(super) name: String,
    pub(super) trace: String,
    pub(super) id: String,
    pub(super) parent: String,
    pub(super) kind: i32,
    pub(super) failed: bool,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) resource: Vec<(String, String)>,
}

impl Receiver {
    pub(super) fn start() -> Self {
        let (sender, received) = channel();
        let (ready, address) = channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                ready.send(listener.local_addr().unwrap()).unwrap();
                let take = move |uri: Uri, headers: HeaderMap, body: Bytes| {
                    // The test may be over.
                    drop(sender.send(Received { path: uri.path().to_owned(), headers, body }));
                    async { "" }
                };
                axum::serve(listener, Router::new().fallback(take)).await.unwrap();
            });
        });
        Self { address: address.recv().unwrap(), received }
    }

    /// Where a collector is, as the setting says it.
    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A DSN of it.
    pub(super) fn dsn(&self) -> String {
        format!("http://a-public-key@{}/42", self.address)
    }

    /// The next request.
    pub(super) fn next(&self) -> Received {
        self.received.recv_timeout(PATIENCE).expect("something is sent")
    }

    /// Every request so far.
    pub(super) fn so_far(&self) -> Vec<Received> {
        self.received.try_iter().collect()
    }

    /// Every span so far.
    pub(super) fn spans(&self) -> Vec<Span> {
        self.so_far().iter().flat_map(Received::spans).collect()
    }

    /// The events of Sentry so far.
    pub(super) fn events(&self) -> Vec<Value> {
        self.so_far().iter().map(Received::event).collect()
    }
}

/// The address of a server that takes connections and never answers.
pub(super) fn hanging() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let held: Vec<_> = listener.incoming().collect();
        drop(held);
    });
    address
}

impl Received {
    pub(super) fn spans(&self) -> Vec<Span> {
        assert_eq!(
            (self.path.as_str(), &self.headers["content-type"]),
            ("/v1/traces", &"application/x-protobuf".parse().unwrap())
        );
        let request = ExportTraceServiceRequest::decode(self.body.clone()).expect("it is OTLP");
        let of_one = request.resource_spans.into_iter().flat_map(|of_one| {
            let resource = pairs(&of_one.resource.unwrap().attributes);
            let spans = of_one.scope_spans.into_iter().flat_map(|scope| scope.spans);
            spans.map(move |span| (span, resource.clone())).collect::<Vec<_>>()
        });
        let spans = of_one.map(|(span, resource)| Span {
            name: span.name,
            trace: hex::encode(span.trace_id),
            id: hex::encode(span.span_id),
            parent: hex::encode(span.parent_span_id),
            kind: span.kind,
            failed: span.status.is_some_and(|status| status.code == 2),
            attributes: pairs(&span.attributes),
            resource,
        });
        spans.collect()
    }

    /// The event in an envelope: a header, then each item's header and its own line.
    pub(super) fn event(&self) -> Value {
        assert_eq!(self.path, "/api/42/envelope/");
        let auth = self.headers["x-sentry-auth"].to_str().unwrap();
        assert!(auth.contains("sentry_key=a-public-key"), "{auth}");
        let text = String::from_utf8(self.body.to_vec()).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
        let at = lines.iter().position(|line| line["type"] == "event").expect("it holds an event");
        lines[at + 1].clone()
    }
}

impl Span {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn of_process(&self, name: &str) -> Option<&str> {
        self.resource.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

fn pairs(attributes: &[KeyValue]) -> Vec<(String, String)> {
    let text = |value: &Option<AnyValue>| match value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text.clone(),
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    attributes.iter().map(|pair| (pair.key.clone(), text(&pair.value))).collect()
}
