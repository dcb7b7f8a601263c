//! `/signup`: an account with a name and a password.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::actions;
use crate::api::Result;
use crate::api::extract::ValidJson;
use crate::api::fields::Message;
use crate::api::refusals::{Common, Refusal, WithBody};
use crate::app::App;
use crate::auth::Password;
use crate::domain::Username;

/// A new account.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewAccount {
    /// Unique, whatever the case of its letters.
    #[schema(value_type = String, min_length = 3, max_length = 30, pattern = "^[A-Za-z0-9_]+$")]
    username: Username,
    /// All of it counts.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    password: Password,
}

/// `POST /signup`: makes an account; the first one of a server becomes its admin.
#[utoipa::path(
    post, path = "/signup", tag = "account", request_body = NewAccount,
    responses(
        (status = 201, body = Message),
        (status = 403, description = "Sign-ups are closed", body = Refusal),
        (status = 409, description = "The name is taken", body = Refusal),
        Common, WithBody,
    ),
)]
#[tracing::instrument(name = "api.account.sign_up", skip_all)]
pub async fn sign_up(
    State(app): State<App>,
    ValidJson(body): ValidJson<NewAccount>,
) -> Result<(StatusCode, Json<Message>)> {
    actions::sign_up(&app, &body.username, &body.password).await?;
    Ok((StatusCode::CREATED, Message::json("Account created successfully")))
}
