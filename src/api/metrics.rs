//! `/metrics` for Prometheus.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use ring::hmac;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Error, Result};
use crate::actions;
use crate::app::App;

/// The text format, version 0.0.4.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// `/metrics`.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read))
}

/// What this instance counted and what the queue holds, as Prometheus reads it. Needs `METRICS_TOKEN` as bearer when that is
/// set.
#[utoipa::path(get, path = "/metrics", tag = "health", security((), ("bearer" = [])), responses(
    (status = 200, description = "The metrics", body = String, content_type = "text/plain"),
    (status = 401, description = "The token is missing or wrong", body = super::refusals::Refusal),
    (status = 404, description = "`METRICS` is off", body = super::refusals::Refusal),
))]
async fn read(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    if !app.config.observability.metrics {
        return Err(Error::NoSuchRoute);
    }
    if let Some(token) = &app.config.observability.metrics_token {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or(Error::NoToken)?;
        let (scheme, given) = given.split_once(' ').ok_or(Error::NoToken)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Error::NoToken);
        }
        if !is_same(token.expose().as_bytes(), given.trim().as_bytes()) {
            return Err(Error::InvalidToken);
        }
    }
    let text = actions::measure(&app).await;
    Ok(([(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, "no-store")], text).into_response())
}

/// Compares in a time that tells nothing of where they differ.
fn is_same(token: &[u8], given: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, token);
    hmac::verify(&key, given, hmac::sign(&key, token).as_ref()).is_ok()
}
