//! Health.
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

/// `/health` and `/health/live`.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
