//! `/content`: saving, listing, reading, changing and throwing away.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::item::{FullItemBody, ItemBody};
use super::page::{FilterQuery, PageQuery, Pagination};
use crate::actions::{self, Saved};
use crate::api::extract::{CurrentUser, PathId, ValidJson, ValidQuery};
use crate::api::fields::{self, Message, TagIds};
use crate::api::refusals::{AboutOne, Common, SignedIn, WithBody};
use crate::api::{Error, Result};
use crate::app::App;
use crate::domain::{ContentId, Note, SourceUrl, Title};

/// A link to save.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewContent {
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    title: Title,
    #[serde(deserialize_with = "fields::link")]
    #[schema(value_type = String, format = "uri")]
    link: SourceUrl,
    /// Ids of tags; those that are not yours are ignored.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    tags: TagIds,
    #[schema(value_type = Option<String>, max_length = 100_000)]
    note: Option<Note>,
    /// Keep it although you have it already.
    #[serde(default)]
    allow_duplicate: bool,
}

/// What stands after a save.
#[derive(Debug, Serialize, ToSchema)]
pub struct SavedContent {
    message: &'static str,
    content: ItemBody,
    /// It was there before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    duplicate: bool,
}

impl SavedContent {
    /// 201 for a new item, 200 for one that was there.
    pub(super) fn answer(saved: Saved) -> (StatusCode, Json<Self>) {
        let (status, message) = if saved.duplicate {
            (StatusCode::OK, "Content already exists")
        } else {
            (StatusCode::CREATED, "Content created successfully")
        };
        (status, Json(Self { message, content: saved.item.into(), duplicate: saved.duplicate }))
    }
}

/// One page of items.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContentPage {
    content: Vec<ItemBody>,
    pagination: Pagination,
}

/// What to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditContent {
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    title: Option<Title>,
    /// `null` or an empty text removes it.
    #[serde(default, deserialize_with = "fields::empty_when_null")]
    #[schema(value_type = Option<String>, max_length = 100_000)]
    note: Option<Note>,
    is_favorite: Option<bool>,
    is_archived: Option<bool>,
}

/// The item to throw away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContentToDelete {
    content_id: String,
}

/// The tags that an item is to have.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewTags {
    /// Ids of tags; those that are not yours are ignored.
    #[schema(value_type = Vec<String>)]
    tags: TagIds,
}

/// What became of an item.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedContent {
    message: &'static str,
    content: ItemBody,
}

/// `POST /content`: saves a link; its text arrives later, from the worker.
#[utoipa::path(
    post, path = "/content", tag = "content", security(("bearer" = [])), request_body = NewContent,
    responses((status = 201, body = SavedContent), (status = 200, description = "You have it already", body = SavedContent), Common, SignedIn, WithBody),
)]
#[tracing::instrument(name = "api.content.create", skip_all, fields(user.id = %user.id))]
pub async fn create(
    State(app): State<App>,
    user: CurrentUser,
    ValidJson(body): ValidJson<NewContent>,
) -> Result<(StatusCode, Json<SavedContent>)> {
    let NewContent { title, link, tags: TagIds(tags), note, allow_duplicate } = body;
    let new = actions::NewContent { title, link, tags, note, allow_duplicate };
    Ok(SavedContent::answer(actions::save_content(&app, user.id, new).await?))
}

/// `GET /content`: a page of items, newest first.
#[utoipa::path(
    get, path = "/content", tag = "content", security(("bearer" = [])), params(PageQuery, FilterQuery),
    responses((status = 200, body = ContentPage), Common, SignedIn),
)]
#[tracing::instrument(name = "api.content.list", skip_all, fields(user.id = %user.id))]
pub async fn list(
    State(app): State<App>,
    user: CurrentUser,
    ValidQuery(page): ValidQuery<PageQuery>,
    ValidQuery(filter): ValidQuery<FilterQuery>,
) -> Result<Json<ContentPage>> {
    let (start, limit) = page.bounds()?;
    let page = actions::list_contents(&app, user.id, &filter.into(), start, limit).await?;
    let pagination = Pagination::new(&page, start, limit);
    Ok(Json(ContentPage { content: page.items.into_iter().map(ItemBody::from).collect(), pagination }))
}

/// `GET /content/{id}`: an item with all that its page says.
#[utoipa::path(
    get, path = "/content/{id}", tag = "content", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = FullItemBody), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.content.read", skip_all, fields(user.id = %user.id))]
pub async fn read(State(app): State<App>, user: CurrentUser, id: PathId<ContentId>) -> Result<Json<FullItemBody>> {
    let found = actions::read_content(&app, user.id, id.or_not_found("Content")?).await?;
    Ok(Json(FullItemBody::new(found)))
}

/// `PATCH /content/{id}`: changes what its owner may change.
#[utoipa::path(
    patch, path = "/content/{id}", tag = "content", security(("bearer" = [])), params(("id" = String, Path)), request_body = EditContent,
    responses((status = 200, body = FullItemBody), Common, SignedIn, AboutOne, WithBody),
)]
#[tracing::instrument(name = "api.content.edit", skip_all, fields(user.id = %user.id))]
pub async fn edit(
    State(app): State<App>,
    user: CurrentUser,
    id: PathId<ContentId>,
    ValidJson(body): ValidJson<EditContent>,
) -> Result<Json<FullItemBody>> {
    let EditContent { title, note, is_favorite, is_archived } = body;
    let edit = actions::EditContent { title, note, is_favorite, is_archived };
    let edited = actions::edit_content(&app, user.id, id.or_not_found("Content")?, edit).await?;
    Ok(Json(FullItemBody::new(edited)))
}

/// `DELETE /content/{id}`: into the trash.
#[utoipa::path(
    delete, path = "/content/{id}", tag = "content", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = Message), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.content.trash", skip_all, fields(user.id = %user.id))]
pub async fn trash(State(app): State<App>, user: CurrentUser, id: PathId<ContentId>) -> Result<Json<Message>> {
    actions::trash_content(&app, user.id, id.or_not_found("Content")?).await?;
    Ok(Message::json("Content deleted successfully"))
}

/// `DELETE /content`: the same, with the id in the body, as old clients send it.
#[utoipa::path(
    delete, path = "/content", tag = "content", security(("bearer" = [])), request_body = ContentToDelete,
    responses((status = 200, body = Message), Common, SignedIn, AboutOne, WithBody),
)]
#[tracing::instrument(name = "api.content.trash_by_body", skip_all, fields(user.id = %user.id))]
pub async fn trash_by_body(
    State(app): State<App>,
    user: CurrentUser,
    ValidJson(body): ValidJson<ContentToDelete>,
) -> Result<Json<Message>> {
    let id = body.content_id.parse().map_err(|_| Error::NotFound("Content not found".into()))?;
    actions::trash_content(&app, user.id, id).await?;
    Ok(Message::json("Content deleted successfully"))
}

/// `POST /content/{id}/restore`: out of the trash.
#[utoipa::path(
    post, path = "/content/{id}/restore", tag = "content", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = ChangedContent), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.content.restore", skip_all, fields(user.id = %user.id))]
pub async fn restore(State(app): State<App>, user: CurrentUser, id: PathId<ContentId>) -> Result<Json<ChangedContent>> {
    let item = actions::restore_content(&app, user.id, id.or_not_found("Content")?).await?;
    Ok(Json(ChangedContent { message: "Content restored successfully", content: item.into() }))
}

/// `PUT /content/{id}/tags`: replaces its tags.
#[utoipa::path(
    put, path = "/content/{id}/tags", tag = "content", security(("bearer" = [])), params(("id" = String, Path)), request_body = NewTags,
    responses((status = 200, body = ChangedContent), Common, SignedIn, AboutOne, WithBody),
)]
#[tracing::instrument(name = "api.content.set_tags", skip_all, fields(user.id = %user.id))]
pub async fn set_tags(
    State(app): State<App>,
    user: CurrentUser,
    id: PathId<ContentId>,
    ValidJson(body): ValidJson<NewTags>,
) -> Result<Json<ChangedContent>> {
    let item = actions::set_tags(&app, user.id, id.or_not_found("Content")?, &body.tags.0).await?;
    Ok(Json(ChangedContent { message: "Tags updated successfully", content: item.into() }))
}
