//! `/tags`: the user's own names for what belongs together.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::actions::{self, Tag};
use crate::api::Result;
use crate::api::extract::{CurrentUser, PathId, ValidJson};
use crate::api::fields::Message;
use crate::api::refusals::{AboutOne, Common, Refusal, SignedIn, WithBody};
use crate::app::App;
use crate::domain::{TagId, TagName};

/// A tag.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Tag)]
pub struct TagBody {
    #[serde(rename = "_id")]
    old_id: Uuid,
    id: Uuid,
    /// Trimmed and lower-cased.
    name: String,
    /// Items that carry it, without those in the trash.
    count: i64,
}

/// All tags.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagList {
    /// By name.
    tags: Vec<TagBody>,
}

/// A tag's name.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewTag {
    #[schema(value_type = String, min_length = 1, max_length = 50)]
    name: TagName,
}

/// What became of a tag.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedTag {
    message: &'static str,
    tag: TagBody,
}

/// The name is taken, by this tag.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagTaken {
    #[serde(flatten)]
    #[schema(value_type = Refusal)]
    refusal: serde_json::Value,
    tag: TagBody,
}

impl From<Tag> for TagBody {
    fn from(tag: Tag) -> Self {
        Self { old_id: tag.id.0, id: tag.id.0, name: tag.name, count: tag.item_count }
    }
}

/// `GET /tags`: all of them, by name.
#[utoipa::path(
    get, path = "/tags", tag = "tags", security(("bearer" = [])),
    responses((status = 200, body = TagList), Common, SignedIn),
)]
#[tracing::instrument(name = "api.tags.list", skip_all, fields(user.id = %user.id))]
pub async fn list(State(app): State<App>, user: CurrentUser) -> Result<Json<TagList>> {
    let tags = actions::list_tags(&app, user.id).await?;
    Ok(Json(TagList { tags: tags.into_iter().map(TagBody::from).collect() }))
}

/// `POST /tags`: makes one.
#[utoipa::path(
    post, path = "/tags", tag = "tags", security(("bearer" = [])), request_body = NewTag,
    responses((status = 201, body = ChangedTag), (status = 409, body = TagTaken), Common, SignedIn, WithBody),
)]
#[tracing::instrument(name = "api.tags.create", skip_all, fields(user.id = %user.id))]
pub async fn create(
    State(app): State<App>,
    user: CurrentUser,
    ValidJson(body): ValidJson<NewTag>,
) -> Result<(StatusCode, Json<ChangedTag>)> {
    let tag = actions::create_tag(&app, user.id, &body.name).await?;
    Ok((StatusCode::CREATED, Json(ChangedTag { message: "Tag created successfully", tag: tag.into() })))
}

/// `PATCH /tags/{id}`: gives it another name.
#[utoipa::path(
    patch, path = "/tags/{id}", tag = "tags", security(("bearer" = [])), params(("id" = String, Path)), request_body = NewTag,
    responses((status = 200, body = ChangedTag), (status = 409, body = TagTaken), Common, SignedIn, AboutOne, WithBody),
)]
#[tracing::instrument(name = "api.tags.rename", skip_all, fields(user.id = %user.id))]
pub async fn rename(
    State(app): State<App>,
    user: CurrentUser,
    id: PathId<TagId>,
    ValidJson(body): ValidJson<NewTag>,
) -> Result<Json<ChangedTag>> {
    let tag = actions::rename_tag(&app, user.id, id.or_not_found("Tag")?, &body.name).await?;
    Ok(Json(ChangedTag { message: "Tag updated successfully", tag: tag.into() }))
}

/// `DELETE /tags/{id}`: removes it from its items and for good.
#[utoipa::path(
    delete, path = "/tags/{id}", tag = "tags", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = Message), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.tags.delete", skip_all, fields(user.id = %user.id))]
pub async fn delete(State(app): State<App>, user: CurrentUser, id: PathId<TagId>) -> Result<Json<Message>> {
    actions::delete_tag(&app, user.id, id.or_not_found("Tag")?).await?;
    Ok(Message::json("Tag deleted successfully"))
}
