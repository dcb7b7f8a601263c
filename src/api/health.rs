//! `/health` for monitors and load balancers, `/health/live` for what restarts a process that hangs.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Error;
use super::error::ErrorBody;
use super::serve::Leaving;
use super::time::Time;
use crate::actions::{self, Health};
use crate::app::App;

/// A Brainly that serves.
#[derive(Debug, Serialize, ToSchema)]
struct HealthBody {
    #[schema(example = "ok")]
    status: &'static str,
    timestamp: Time,
    /// Whole seconds.
    uptime: u64,
    version: &'static str,
    database: DatabaseBody,
}

/// The database that answered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DatabaseBody {
    /// `sqlite` or `postgresql`.
    engine: &'static str,
    /// Milliseconds, to the hundredth.
    latency_ms: f64,
}

/// A Brainly that can't serve.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UnhealthyBody {
    #[schema(example = "error")]
    status: &'static str,
    message: String,
    code: &'static str,
    /// Also in the header `X-Request-Id`.
    request_id: Option<String>,
}

/// A process that lives.
#[derive(Debug, Serialize, ToSchema)]
struct LiveBody {
    #[schema(example = "ok")]
    status: &'static str,
}

/// `/health` and `/health/live`.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(live))
}

/// Whether Brainly can serve, and goes on to: asks the database, for less than two seconds.
#[utoipa::path(get, path = "/health", tag = "health", security(()), responses(
    (status = 200, description = "It can", body = HealthBody),
    (status = 503, description = "The database does not answer, or this server is about to stop", body = UnhealthyBody),
))]
async fn health(State(app): State<App>, leaving: Option<Extension<Leaving>>) -> Response {
    if leaving.is_some() {
        return unavailable(&Error::ShuttingDown);
    }
    match actions::check_health(&app).await {
        Ok(health) => fresh(Json(HealthBody::from(health))),
        Err(error) => {
            // The mapping logs the cause; monitors hear the same, whatever it was.
            let _ = Error::from(error);
            unavailable(&Error::DatabaseUnavailable)
        }
    }
}

/// Whether the process lives; asks nobody.
#[utoipa::path(get, path = "/health/live", tag = "health", security(()), responses(
    (status = 200, description = "It does", body = LiveBody),
))]
async fn live() -> Response {
    fresh(Json(LiveBody { status: "ok" }))
}

impl From<Health> for HealthBody {
    fn from(health: Health) -> Self {
        let latency_ms = (health.latency.as_secs_f64() * 100_000.0).round() / 100.0;
        Self {
            status: "ok",
            timestamp: health.at.into(),
            uptime: health.uptime.as_secs(),
            version: env!("CARGO_PKG_VERSION"),
            database: DatabaseBody { engine: health.engine.name(), latency_ms },
        }
    }
}

fn fresh(body: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], body).into_response()
}

fn unavailable(error: &Error) -> Response {
    let body = json!({ "status": "error", "message": error.message(), "code": error.code() });
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, Json(&body)).into_response();
    response.extensions_mut().insert(ErrorBody(body));
    response
}
