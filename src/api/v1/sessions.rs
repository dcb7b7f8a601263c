//! `/me/password` and `/me/sessions`: what ends the tokens that are out there.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::me::CurrentPassword;
use crate::actions;
use crate::api::Result;
use crate::api::extract::{SessionUser, ValidJson};
use crate::api::refusals::{Common, SignedIn, WithBody};
use crate::app::App;
use crate::auth::Password;

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewPassword {
    /// Not for somebody who came by Google and has none yet.
    #[schema(format = Password)]
    current_password: Option<String>,
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    new_password: Password,
}

/// Every older token has ended; this one goes on.
#[derive(Serialize, ToSchema)]
pub struct FreshToken {
    message: &'static str,
    token: String,
}

/// `PUT /me/password`: another password; ends every older session and API token.
#[utoipa::path(
    put, path = "/me/password", tag = "account", security(("bearer" = [])), request_body = NewPassword,
    responses((status = 200, body = FreshToken), Common, SignedIn, WithBody),
)]
#[tracing::instrument(name = "api.password.change", skip_all, fields(user.id = %user.id))]
pub async fn change_password(
    State(app): State<App>,
    user: SessionUser,
    ValidJson(body): ValidJson<NewPassword>,
) -> Result<Json<FreshToken>> {
    let current = body.current_password.as_deref();
    let token = actions::change_password(&app, user.id, current, &body.new_password).await?;
    Ok(Json(FreshToken { message: "Password changed successfully", token }))
}

/// `POST /me/sessions/revoke`: ends every session and API token, and hands out a new session.
#[utoipa::path(
    post, path = "/me/sessions/revoke", tag = "account", security(("bearer" = [])),
    request_body = Option<CurrentPassword>,
    responses((status = 200, body = FreshToken), Common, SignedIn, WithBody),
)]
#[tracing::instrument(name = "api.sessions.revoke", skip_all, fields(user.id = %user.id))]
pub async fn revoke(
    State(app): State<App>,
    user: SessionUser,
    body: Option<ValidJson<CurrentPassword>>,
) -> Result<Json<FreshToken>> {
    let proof = body.map(|ValidJson(body)| body).unwrap_or_default();
    let token = actions::revoke_sessions(&app, user.id, proof.current_password.as_deref()).await?;
    Ok(Json(FreshToken { message: "All other sessions have ended", token }))
}
