//! Rate limits: which one a route falls under, and what a client is told of it.
//!
//! Headers follow the IETF draft's version 6 (`RateLimit-Policy: 10;w=900` and one header a number), as the clients of
//! the old server know them.

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::authenticate::Authenticated;
use super::log_request::Sender;
use crate::actions::{self, Counted};
use crate::api::Error;
use crate::app::App;
use crate::app::limiter::{Client, Limit};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// Counts the request; one too many is not handled.
pub(super) async fn limit_rate(State(app): State<App>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let Some(limit) = limit_of(request.method(), route.unwrap_or_default()) else { return next.run(request).await };
    let Some(client) = client(&request, limit) else { return next.run(request).await };
    let Some(counted) = actions::rate_limit(&app, limit, client).await else { return next.run(request).await };
    let mut response = if counted.allowed {
        next.run(request).await
    } else {
        Error::TooMany(text(limit), Duration::from_secs(counted.reset_seconds)).into_response()
    };
    describe(&counted, response.headers_mut());
    response
}

/// The limit of a route, by the path that it was declared with; none for health, which monitors ask all the time.
fn limit_of(method: &Method, route: &str) -> Option<Limit> {
    let posts = method == Method::POST;
    match route {
        "/health" | "/health/live" => None,
        "/api/v1/signup" | "/api/v1/signin" | "/api/v1/auth/google" if posts => Some(Limit::Auth),
        "/api/v1/content" | "/api/v1/capture" | "/api/v1/content/{id}/enrich" if posts => Some(Limit::Content),
        _ => Some(Limit::Global),
    }
}

/// The user when signed in, else the address. Who signs in is always counted by address.
fn client(request: &Request, limit: Limit) -> Option<Client> {
    match request.extensions().get::<Authenticated>() {
        Some(Authenticated::As(caller)) if limit != Limit::Auth => Some(Client::User(caller.user.id)),
        _ => request.extensions().get::<Sender>().map(|Sender(client)| *client),
    }
}

const fn text(limit: Limit) -> &'static str {
    match limit {
        Limit::Auth => "Too many authentication attempts, please try again after 15 minutes.",
        Limit::Content => "Too many content submissions, please try again later.",
        Limit::Global => "Too many requests, please try again later.",
    }
}

fn describe(counted: &Counted, headers: &mut HeaderMap) {
    let policy = format!("{};w={}", counted.limit.max, counted.limit.window.as_secs());
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(POLICY, policy);
    }
    headers.insert(LIMIT, counted.limit.max.into());
    headers.insert(REMAINING, counted.remaining.into());
    headers.insert(RESET, counted.reset_seconds.into());
}
