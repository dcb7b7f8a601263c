//! One canonical line a request, and what every answer carries: its id and the security headers.
//!
//! The line shows the route, never the path or the query: those hold ids, share links and search words.

use std::net::IpAddr;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::authenticate::SignedIn;
use super::client_address::client_address;
use super::request_id::RequestId;
use super::security_headers;
use crate::app::App;
use crate::app::limiter::Client;
use crate::domain::{UserId, metric};

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
    };
    request.extensions_mut().insert(Sender(line.address.into()));
    metrics::gauge!(metric::HTTP_IN_FLIGHT).increment(1.0);

    let span = tracing::info_span!("api.request", request.id = line.id.as_str());
    let mut response = next.run(request).instrument(span).await;

    line.status = response.status().as_u16();
    line.user = response.extensions().get::<SignedIn>().map(|SignedIn(user)| *user);
    security_headers::add(response.headers_mut());
    line.id.mark(response)
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
}

impl Line {
    fn count(&self) {
        let (method, route) = (known(&self.method), self.route.as_ref().map_or("none", MatchedPath::as_str).to_owned());
        metrics::gauge!(metric::HTTP_IN_FLIGHT).decrement(1.0);
        metrics::histogram!(metric::HTTP_DURATION, "method" => method, "route" => route.clone())
            .record(self.begun.elapsed());
        metrics::counter!(metric::HTTP_REQUESTS, "method" => method, "route" => route, "status" => self.status.to_string())
            .increment(1);
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
        self.count();
        tracing::info!(
            target: "brainly::http",
            {
                http.method = %self.method,
                http.route = self.route.as_ref().map_or("none", MatchedPath::as_str),
                http.status = self.status,
                duration_ms = self.begun.elapsed().as_secs_f64() * 1000.0,
                user.id = self.user.map(tracing::field::display),
                request.id = self.id.as_str(),
                client.address = %self.address,
            },
            "request"
        );
    }
}
