//! Version 1 of the API: every route once.

pub mod tags;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

/// The routes below `/api/v1`.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
