//! One canonical line a request, and what every answer carries: its id and the security headers.
//!
//! The line shows the route, never the path or the query: those hold ids, share links and search words.

use std::net::IpAddr;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, Span};

use super::authenticate::SignedIn;
use super::client_address::client_address;
use super::count_requests;
use super::request_id::RequestId;
use super::security_headers;
use crate::app::App;
use crate::app::limiter::Client;
use crate::domain::UserId;
use crate::domain::fault::{self, Fault};
use crate::domain::trace::{self, KeyValue};
use crate::telemetry;

/// The status of a request whose client was gone before its answer was ready, as nginx writes it.
const CLIENT_GONE: u16 = 499;

/// Who counts as the sender when nobody is signed in; for the layers further in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sender(pub(super) Client);

/// Names the request, has it answered, and says so in the log.
pub(super) async fn log_request(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let mut line = Line {
        begun: Instant::now(),
        id: RequestId::of(request.headers()),
        method: request.method().clone(),
        route: request.extensions().get::<MatchedPath>().cloned(),
        address: client_address(request.headers(), request.extensions(), &app.config.http.trusted_proxies),
        status: CLIENT_GONE,
        user: None,
        cause: None,
        span: Span::none(),
    };
    request.extensions_mut().insert(Sender(line.address.into()));
    count_requests::begun();

    line.span = span(request.headers(), &line.id);
    let (mut response, cause) = telemetry::asked(next.run(request)).instrument(line.span.clone()).await;

    line.cause = cause;
    line.status = response.status().as_u16();
    line.user = response.extensions().get::<SignedIn>().map(|SignedIn(user)| *user);
    security_headers::add(response.headers_mut());
    line.id.mark(response)
}

/// The span of a request; it continues the trace that came with it.
fn span(headers: &HeaderMap, id: &RequestId) -> Span {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    trace::continuing(header(trace::TRACEPARENT), header(trace::TRACESTATE), || {
        tracing::info_span!("api.request", request.id = id.as_str())
    })
}

/// The line, written when it is dropped: a request is dropped unanswered when its client goes away.
struct Line {
    begun: Instant,
    id: RequestId,
    method: Method,
    route: Option<MatchedPath>,
    address: IpAddr,
    status: u16,
    user: Option<UserId>,
    cause: Option<String>,
    span: Span,
}

impl Line {
    fn route(&self) -> &str {
        self.route.as_ref().map_or("none", MatchedPath::as_str)
    }

    /// Completes the span of the request, tells of it when the fault is ours, and says which trace it belongs to.
    fn tell(&self) -> Option<String> {
        let (method, route, status) = (known(&self.method), self.route(), self.status);
        let is_fault = status >= 500;
        let describe = || {
            let mut attributes = vec![
                KeyValue::new("http.request.method", method),
                KeyValue::new("http.route", route.to_owned()),
                KeyValue::new("http.response.status_code", i64::from(status)),
            ];
            attributes.extend(self.user.map(|user| KeyValue::new("user.id", user.to_string())));
            (format!("{method} {route}"), attributes)
        };
        self.span.in_scope(|| {
            let trace = trace::describe(is_fault, describe);
            if is_fault {
                let (id, user, cause) = (self.id.as_str(), self.user, self.cause.as_deref());
                fault::tell(&Fault::Request { method, route, status, id, user, cause });
            }
            trace
        })
    }
}

/// A method as a label: clients may make up as many others as they like.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        count_requests::ended(known(&self.method), self.route(), self.status, self.begun.elapsed());
        let trace = if trace::is_on() || self.status >= 500 { self.tell() } else { None };
        tracing::info!(
            target: "brainly::http",
            {
                http.method = %self.method,
                http.route = self.route(),
                http.status = self.status,
                duration_ms = self.begun.elapsed().as_secs_f64() * 1000.0,
                user.id = self.user.map(tracing::field::display),
                request.id = self.id.as_str(),
                trace.id = trace,
                client.address = %self.address,
            },
            "request"
        );
    }
}
