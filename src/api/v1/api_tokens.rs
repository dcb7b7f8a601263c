//! `/me/tokens`: personal API tokens, for scripts and apps.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, SubsecRound as _};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::actions::{self, ApiToken};
use crate::api::Result;
use crate::api::extract::{PathId, SessionUser, ValidJson};
use crate::api::fields::Message;
use crate::api::refusals::{AboutOne, Common, SignedIn, WithBody};
use crate::api::time::Time;
use crate::app::App;
use crate::domain::{ApiTokenId, Scope, Scopes, Timestamp, TokenName};

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewApiToken {
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: TokenName,
    /// `read` to look, `write` to change; neither contains the other.
    #[schema(value_type = Vec<String>, min_items = 1)]
    scopes: Scopes,
    /// Void from then on; never when left out.
    #[serde(default, deserialize_with = "expiry")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// A token, without its text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiToken)]
pub struct ApiTokenBody {
    #[serde(rename = "_id")]
    old_id: Uuid,
    id: Uuid,
    name: String,
    scopes: Vec<&'static str>,
    expires_at: Option<Time>,
    /// To the minute.
    last_used_at: Option<Time>,
    created_at: Time,
}

/// All tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiTokenList {
    /// Oldest first.
    tokens: Vec<ApiTokenBody>,
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
pub struct MadeApiToken {
    /// Its text; it is shown this once.
    token: String,
    #[serde(flatten)]
    about: ApiTokenBody,
}

impl From<ApiToken> for ApiTokenBody {
    fn from(token: ApiToken) -> Self {
        let scopes = token.scopes.parse::<Scopes>().map(Vec::<Scope>::from).unwrap_or_default();
        Self {
            old_id: token.id.0,
            id: token.id.0,
            name: token.name,
            scopes: scopes.into_iter().map(Scope::as_str).collect(),
            expires_at: token.expires_at.map(Time),
            last_used_at: token.last_used_at.map(Time),
            created_at: token.created_at.into(),
        }
    }
}

fn expiry<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Option<Timestamp>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let time = DateTime::parse_from_rfc3339(&text)
        .map_err(|_| D::Error::custom("Expiry (expiresAt) must be a time such as 2030-01-31T00:00:00Z"))?;
    Ok(Some(time.to_utc().trunc_subsecs(3)))
}

/// `GET /me/tokens`: the caller's tokens.
#[utoipa::path(
    get, path = "/me/tokens", tag = "account", security(("bearer" = [])),
    responses((status = 200, body = ApiTokenList), Common, SignedIn),
)]
#[tracing::instrument(name = "api.tokens.list", skip_all, fields(user.id = %user.id))]
pub async fn list(State(app): State<App>, user: SessionUser) -> Result<Json<ApiTokenList>> {
    let tokens = actions::list_api_tokens(&app, user.id).await?;
    Ok(Json(ApiTokenList { tokens: tokens.into_iter().map(Into::into).collect() }))
}

/// `POST /me/tokens`: makes a token and shows its text, this once.
#[utoipa::path(
    post, path = "/me/tokens", tag = "account", security(("bearer" = [])), request_body = NewApiToken,
    responses((status = 201, body = MadeApiToken), Common, SignedIn, WithBody),
)]
#[tracing::instrument(name = "api.tokens.create", skip_all, fields(user.id = %user.id))]
pub async fn create(
    State(app): State<App>,
    user: SessionUser,
    ValidJson(body): ValidJson<NewApiToken>,
) -> Result<(StatusCode, Json<MadeApiToken>)> {
    let NewApiToken { name, scopes, expires_at } = body;
    let new = actions::NewApiToken { name, scopes, expires_at };
    let made = actions::create_api_token(&app, &user.caller.user, new).await?;
    let body = MadeApiToken { token: made.text.as_str().to_owned(), about: made.token.into() };
    Ok((StatusCode::CREATED, Json(body)))
}

/// `DELETE /me/tokens/{id}`: voids a token.
#[utoipa::path(
    delete, path = "/me/tokens/{id}", tag = "account", security(("bearer" = [])),
    params(("id" = String, Path, description = "The token's id")),
    responses((status = 200, body = Message), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.tokens.delete", skip_all, fields(user.id = %user.id))]
pub async fn delete(State(app): State<App>, user: SessionUser, id: PathId<ApiTokenId>) -> Result<Json<Message>> {
    actions::delete_api_token(&app, user.id, id.or_not_found("Token")?).await?;
    Ok(Message::json("Token deleted successfully"))
}
