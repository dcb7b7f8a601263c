//! The HTTP skin: extract, one action, respond.
//!
//! [`router`] is the whole surface: each route stands once in the list of its version, the layers around them in
//! [`layers`]. To add an endpoint: one file in `v1/`, one line in [`v1::routes`]; its OpenAPI entry comes from the
//! handler's own attribute.
//!
//! No SQL and no queue in here: what a handler wants done is an action.

pub mod error;
pub mod extract;
pub mod fields;
pub mod health;
pub mod layers;
pub mod metrics;
pub mod openapi;
pub mod refusals;
pub mod serve;
pub mod time;
pub mod v1;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub use error::{Error, Result};

/// Everything that Brainly answers over HTTP.
pub fn router(app: &App) -> Router {
    let (router, _) = described().split_for_parts();
    let router = router
        .fallback(|| async { Error::NoSuchRoute })
        .method_not_allowed_fallback(|| async { Error::MethodNotAllowed });
    layers::around(router, app).with_state(app.clone())
}

/// What a process answers that only works the queue: whether it lives, and what it counted.
pub fn health_router(app: &App) -> Router {
    let (router, _) = OpenApiRouter::new().merge(health::routes()).merge(metrics::routes()).split_for_parts();
    let router = router
        .fallback(|| async { Error::NoSuchRoute })
        .method_not_allowed_fallback(|| async { Error::MethodNotAllowed });
    layers::around(router, app).with_state(app.clone())
}

/// The routes with their OpenAPI description.
pub(crate) fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::document())
        .merge(health::routes())
        .merge(metrics::routes())
        .nest("/api/v1", v1::routes().merge(openapi::routes()))
}
