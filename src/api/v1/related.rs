//! `/content/{id}/related`: what else is kept on the same matter.

use std::time::Instant;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use super::page::parsed;
use super::search::SearchAnswer;
use crate::actions;
use crate::api::extract::{CurrentUser, PathId, ValidQuery};
use crate::api::refusals::{AboutOne, Common, SignedIn};
use crate::api::{Error, Result};
use crate::app::App;
use crate::domain::ContentId;

/// The most answers, and how many one gets who doesn't say.
const MAX_LIMIT: u32 = 50;
const DEFAULT_LIMIT: u32 = 10;

/// How many.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RelatedQuery {
    /// Items at most.
    #[serde(default, deserialize_with = "parsed")]
    #[param(minimum = 1, maximum = 50, default = 10)]
    limit: Option<u32>,
}

/// `GET /content/{id}/related`: your items that are closest to one of yours.
#[utoipa::path(
    get, path = "/content/{id}/related", tag = "content", security(("bearer" = [])),
    params(("id" = String, Path), RelatedQuery),
    responses((status = 200, body = SearchAnswer), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.content.related", skip_all, fields(user.id = %user.id))]
pub async fn related(
    State(app): State<App>,
    user: CurrentUser,
    id: PathId<ContentId>,
    ValidQuery(query): ValidQuery<RelatedQuery>,
) -> Result<Json<SearchAnswer>> {
    let asked = Instant::now();
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Error::Invalid(format!("limit must be between 1 and {MAX_LIMIT}")));
    }
    let answer = actions::related_contents(&app, user.id, id.or_not_found("Content")?, limit).await?;
    Ok(Json(SearchAnswer::new(answer, asked, false)))
}
