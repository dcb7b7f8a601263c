//! `/signin` and `/auth/google`: a proof of who one is for a session token.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actions;
use crate::api::extract::ValidJson;
use crate::api::refusals::{Common, Refusal, WithBody};
use crate::api::{Error, Result};
use crate::app::App;

/// A name and its password.
#[derive(Deserialize, ToSchema)]
pub struct SignIn {
    #[schema(min_length = 1)]
    username: String,
    #[schema(format = Password, min_length = 1)]
    password: String,
}

/// What Google's sign-in gave to the page.
#[derive(Deserialize, ToSchema)]
pub struct GoogleCredential {
    /// An ID token.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1)]
    credential: Option<String>,
}

/// Signed in.
#[derive(Serialize, ToSchema)]
pub struct SessionToken {
    /// A bearer token.
    token: String,
}

/// `POST /signin`: a session token for a name and its password.
#[utoipa::path(
    post, path = "/signin", tag = "account", request_body = SignIn,
    responses(
        (status = 200, body = SessionToken),
        (status = 403, description = "Wrong name or password", body = Refusal),
        Common, WithBody,
    ),
)]
#[tracing::instrument(name = "api.account.sign_in", skip_all)]
pub async fn sign_in(State(app): State<App>, ValidJson(body): ValidJson<SignIn>) -> Result<Json<SessionToken>> {
    let token = actions::sign_in(&app, &body.username, &body.password).await?;
    Ok(Json(SessionToken { token }))
}

/// `POST /auth/google`: a session token for Google's ID token; the first visit makes the account.
#[utoipa::path(
    post, path = "/auth/google", tag = "account", request_body = GoogleCredential,
    responses(
        (status = 200, body = SessionToken),
        (status = 401, description = "The credential does not hold", body = Refusal),
        (status = 403, description = "Sign-ups are closed", body = Refusal),
        Common, WithBody,
    ),
)]
#[tracing::instrument(name = "api.account.sign_in_with_google", skip_all)]
pub async fn sign_in_with_google(
    State(app): State<App>,
    ValidJson(body): ValidJson<GoogleCredential>,
) -> Result<Json<SessionToken>> {
    let credential = body.credential.filter(|text| !text.trim().is_empty());
    let credential = credential.ok_or_else(|| Error::Invalid("Google credential is required".into()))?;
    let token = actions::sign_in_with_google(&app, credential.trim()).await?;
    Ok(Json(SessionToken { token }))
}
