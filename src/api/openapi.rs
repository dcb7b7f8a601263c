//! The description of the API, at `/api/v1/openapi.json` and in `docs/openapi.json`.
//!
//! Each handler describes itself; here stands what is true of all of them. A handler's own words win.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Response,
    ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let (_, mut document) = super::described().split_for_parts();
    document.paths.paths.values_mut().flat_map(operations).for_each(complete);
    // Only a map with keys that are no text can't be written, and there is none.
    document.to_pretty_json().unwrap_or_default() + "\n"
});

/// The body of every error.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Error)]
struct ErrorSchema {
    /// For people.
    message: String,
    /// For programs: stable.
    code: String,
    /// Names the request in the server's log; only when the server is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

/// What stands in it beside the routes.
pub fn document() -> OpenApi {
    let license = LicenseBuilder::new().name(env!("CARGO_PKG_LICENSE")).identifier(Some(env!("CARGO_PKG_LICENSE")));
    let info = InfoBuilder::new()
        .title("Brainly")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(env!("CARGO_PKG_DESCRIPTION")))
        .license(Some(license.build()));
    let mut components = Components::new();
    components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    components.schemas.insert("Error".into(), ErrorSchema::schema());
    OpenApiBuilder::new().info(info.build()).components(Some(components)).build()
}

/// `/openapi.json`.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(openapi))
}

/// The whole document, indented, with a line feed at its end; the same text each time.
pub fn json() -> String {
    DOCUMENT.clone()
}

/// This description.
#[utoipa::path(get, path = "/openapi.json", tag = "api", security(()), responses(
    (status = 200, description = "OpenAPI 3.1", body = serde_json::Value),
))]
async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut path.get, &mut path.put, &mut path.post, &mut path.delete, &mut path.patch].into_iter().flatten()
}

/// Adds the answers that come from around the handlers.
fn complete(operation: &mut Operation) {
    let limited = operation.tags.as_ref().is_none_or(|tags| !tags.iter().any(|tag| tag == "health"));
    let read = operation.request_body.is_some();
    let common = [
        ("408", read, "The body did not arrive in time"),
        ("413", read, "The body is larger than 1 MiB"),
        ("415", read, "The body is not JSON, or compressed with something other than gzip"),
        ("429", limited, "Too many requests; `Retry-After` says when to come back"),
        ("default", true, "Any other error"),
    ];
    for (status, _, description) in common.into_iter().filter(|(_, applies, _)| *applies) {
        let responses = &mut operation.responses.responses;
        responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(error(description)));
    }
}

fn error(description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Error"))).build();
    ResponseBuilder::new().description(description).content("application/json", content).build()
}
