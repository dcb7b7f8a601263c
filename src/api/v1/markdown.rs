//! `/content/{id}/markdown`: an item's text to take along.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use crate::actions;
use crate::api::Result;
use crate::api::extract::{CurrentUser, PathId};
use crate::api::refusals::{AboutOne, Common, SignedIn};
use crate::app::App;
use crate::domain::ContentId;

/// `GET /content/{id}/markdown`: its text as a Markdown document, under its title and link.
#[utoipa::path(
    get, path = "/content/{id}/markdown", tag = "content", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/markdown"), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.content.markdown", skip_all, fields(user.id = %user.id))]
pub async fn read(State(app): State<App>, user: CurrentUser, id: PathId<ContentId>) -> Result<impl IntoResponse> {
    let text = actions::read_markdown(&app, user.id, id.or_not_found("Content")?).await?;
    Ok(([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], text))
}
