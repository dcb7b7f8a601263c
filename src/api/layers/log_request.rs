//! One canonical line a request, and what every answer carries: its id and the security headers.
//!
//! The line shows the route, never the path or the query: those hold ids, share links and search words.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::authenticate::SignedIn;
use super::client_address::client_address;
use super::request_id::RequestId;
use super::security_headers;
use crate::app::App;
use crate::app::limiter::Client;

/// Who counts as the sender when nobody is signed in; for the layers further in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sender(pub(super) Client);

/// Names the request, has it answered, and says so in the log.
pub(super) async fn log_request(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = RequestId::of(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let trusted = &app.config.http.trusted_proxies;
    let address = client_address(request.headers(), request.extensions(), trusted);
    let extensions = request.extensions_mut();
    extensions.insert(Sender(address.into()));
    extensions.insert(id.clone());

    let span = tracing::info_span!("api.request", request.id = id.as_str());
    let mut response = next.run(request).instrument(span).await;

    security_headers::add(response.headers_mut());
    let user = response.extensions().get::<SignedIn>().map(|SignedIn(user)| tracing::field::display(user));
    tracing::info!(
        target: "brainly::http",
        {
            http.method = %method,
            http.route = route.as_ref().map_or("none", MatchedPath::as_str),
            http.status = response.status().as_u16(),
            duration_ms = begun.elapsed().as_secs_f64() * 1000.0,
            user.id = user,
            request.id = id.as_str(),
            client.address = %address,
        },
        "request"
    );
    id.mark(response)
}
