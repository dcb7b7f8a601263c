//! `/me`: the caller's own account.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::actions::{self, User};
use crate::api::Result;
use crate::api::extract::{CurrentUser, SessionUser, ValidJson};
use crate::api::fields::Message;
use crate::api::refusals::{Common, SignedIn, WithBody};
use crate::api::time::Time;
use crate::app::App;

/// A user, as they see themselves.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = User)]
pub struct UserBody {
    #[serde(rename = "_id")]
    old_id: Uuid,
    id: Uuid,
    /// None for somebody who came by Google.
    username: Option<String>,
    email: Option<String>,
    profile_picture: Option<String>,
    /// `local` or `google`.
    auth_provider: String,
    is_admin: bool,
    created_at: Time,
}

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    user: UserBody,
}

/// A proof that it is really them, for those who have a password.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CurrentPassword {
    #[serde(alias = "password")]
    #[schema(format = Password)]
    pub(super) current_password: Option<String>,
}

impl From<User> for UserBody {
    fn from(user: User) -> Self {
        Self {
            old_id: user.id.0,
            id: user.id.0,
            username: user.username,
            email: user.email,
            profile_picture: user.profile_picture,
            auth_provider: user.auth_provider,
            is_admin: user.is_admin,
            created_at: user.created_at.into(),
        }
    }
}

/// `GET /me`: who is asking.
#[utoipa::path(
    get, path = "/me", tag = "account", security(("bearer" = [])),
    responses((status = 200, body = Me), Common, SignedIn),
)]
#[tracing::instrument(name = "api.me.read", skip_all, fields(user.id = %user.id))]
pub async fn read(user: CurrentUser) -> Json<Me> {
    Json(Me { user: user.caller.user.into() })
}

/// `DELETE /me`: removes the account and all that is in it.
#[utoipa::path(
    delete, path = "/me", tag = "account", security(("bearer" = [])), request_body = Option<CurrentPassword>,
    responses((status = 200, body = Message), Common, SignedIn, WithBody),
)]
#[tracing::instrument(name = "api.me.delete", skip_all, fields(user.id = %user.id))]
pub async fn delete(
    State(app): State<App>,
    user: SessionUser,
    body: Option<ValidJson<CurrentPassword>>,
) -> Result<Json<Message>> {
    let proof = body.map(|ValidJson(body)| body).unwrap_or_default();
    actions::delete_account(&app, user.id, proof.current_password.as_deref()).await?;
    Ok(Message::json("Account deleted successfully"))
}
