//! The description of the API.
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

/// What stands in it beside the routes.
pub fn document() -> OpenApi {
    OpenApiBuilder::new().info(InfoBuilder::new().title("Brainly").version("1").build()).build()
}

/// `/openapi.json`.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
