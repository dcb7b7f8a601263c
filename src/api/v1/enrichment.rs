//! `/content/{id}/enrich…`: having an item read anew, and what came of reading it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::actions::{self, Attempt, Embedding};
use crate::api::Result;
use crate::api::extract::{CurrentUser, PathId};
use crate::api::fields::Message;
use crate::api::refusals::{AboutOne, Common, SignedIn};
use crate::api::time::Time;
use crate::app::App;
use crate::domain::ContentId;

/// What happened, attempt by attempt.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Enrichment)]
pub struct EnrichmentBody {
    status: String,
    /// Oldest first.
    attempts: Vec<AttemptBody>,
    embedding: EmbeddingBody,
}

/// One attempt to read an item.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Attempt)]
pub struct AttemptBody {
    at: Time,
    /// What read the page.
    extractor: String,
    duration_ms: i64,
    /// `enriched`, `partial`, `unchanged`, `failed`, `retry` or `skipped`.
    outcome: String,
    error: Option<String>,
}

/// How far the item's meaning is known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Embedding)]
pub struct EmbeddingBody {
    /// Pieces of its text.
    chunks: i32,
    model: Option<String>,
    /// `none` (no model is at work), `pending`, `embedded`, `retry` or `failed`.
    state: String,
    /// Why not further.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl From<Attempt> for AttemptBody {
    fn from(attempt: Attempt) -> Self {
        let Attempt { at, extractor, duration_ms, outcome, error } = attempt;
        Self { at: Time(at), extractor, duration_ms, outcome, error }
    }
}

impl From<Embedding> for EmbeddingBody {
    fn from(embedding: Embedding) -> Self {
        let Embedding { chunks, model, state, error } = embedding;
        Self { chunks, model, state, error }
    }
}

/// `POST /content/{id}/enrich`: has it read anew, ahead of others.
#[utoipa::path(
    post, path = "/content/{id}/enrich", tag = "content", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 202, body = Message), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.enrichment.request", skip_all, fields(user.id = %user.id))]
pub async fn request(
    State(app): State<App>,
    user: CurrentUser,
    id: PathId<ContentId>,
) -> Result<(StatusCode, Json<Message>)> {
    actions::request_enrichment(&app, user.id, id.or_not_found("Content")?).await?;
    Ok((StatusCode::ACCEPTED, Message::json("Enrichment queued")))
}

/// `GET /content/{id}/enrichment`: how it went.
#[utoipa::path(
    get, path = "/content/{id}/enrichment", tag = "content", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = EnrichmentBody), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.enrichment.read", skip_all, fields(user.id = %user.id))]
pub async fn read(State(app): State<App>, user: CurrentUser, id: PathId<ContentId>) -> Result<Json<EnrichmentBody>> {
    let found = actions::read_enrichment(&app, user.id, id.or_not_found("Content")?).await?;
    Ok(Json(EnrichmentBody {
        status: found.status,
        attempts: found.attempts.into_iter().map(AttemptBody::from).collect(),
        embedding: found.embedding.into(),
    }))
}
