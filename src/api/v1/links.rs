//! `/content/validate` and `/content/providers`: what we know of links before they are saved.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actions::{self, Provider, Recognized};
use crate::api::Result;
use crate::api::extract::{CurrentUser, ValidJson};
use crate::api::refusals::{Common, SignedIn, WithBody};

/// A link to judge.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LinkToValidate {
    #[serde(default)]
    link: String,
}

/// What is known of a link.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValidLink {
    valid: bool,
    #[serde(flatten)]
    #[schema(value_type = Object)]
    recognized: Recognized,
}

/// Why a link can't be saved.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvalidLink {
    /// `false`; not there when the body itself can't be read.
    #[schema(required = false)]
    valid: bool,
    message: String,
    code: &'static str,
}

/// The sites that are more than a link to us.
#[derive(Debug, Serialize, ToSchema)]
pub struct Providers {
    /// `{type, displayName, supportsEmbed, embedType, hostnames}` each.
    #[schema(value_type = Vec<Object>)]
    providers: &'static [Provider],
}

/// `POST /content/validate`: which site is it, and can it be embedded?
#[utoipa::path(
    post, path = "/content/validate", tag = "content", security(("bearer" = [])), request_body = LinkToValidate,
    responses((status = 200, body = ValidLink), Common, SignedIn, WithBody, (status = 400, body = InvalidLink)),
)]
#[tracing::instrument(name = "api.content.validate", skip_all, fields(user.id = %user.id))]
pub async fn validate(user: CurrentUser, ValidJson(body): ValidJson<LinkToValidate>) -> Result<Response> {
    Ok(match actions::validate_link(&body.link) {
        Ok(recognized) => Json(ValidLink { valid: true, recognized }).into_response(),
        Err(error) => {
            let refusal = InvalidLink { valid: false, message: error.to_string(), code: "invalid" };
            (StatusCode::BAD_REQUEST, Json(refusal)).into_response()
        }
    })
}

/// `GET /content/providers`: the sites that we know.
#[utoipa::path(get, path = "/content/providers", tag = "content", responses((status = 200, body = Providers), Common))]
pub async fn providers() -> Json<Providers> {
    Json(Providers { providers: actions::providers() })
}
