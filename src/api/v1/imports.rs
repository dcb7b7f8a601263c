//! `/imports`: links from browsers and other services, brought in by the file, and taken back if need be.

mod query;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use query::{NewImport, RowQuery};

use crate::actions::import_links::{self, Format, Import, Row, Source};
use crate::api::extract::{CurrentUser, PathId, Upload, ValidQuery};
use crate::api::refusals::{AboutOne, Common, SignedIn, WithBody};
use crate::api::time::Time;
use crate::api::{Error, Result};
use crate::app::App;

/// An import and how far it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Import)]
pub struct ImportBody {
    #[serde(rename = "_id")]
    old_id: Uuid,
    id: Uuid,
    /// The file's name.
    name: String,
    /// The format that it was read as.
    format: String,
    /// `reading`, `saving`, `done`, `failed`, `undoing` or `undone`.
    state: String,
    /// Entries in the file.
    entries: i64,
    /// Entries that became items.
    accepted: i64,
    /// Entries that you had already.
    duplicates: i64,
    /// Entries that could not be saved.
    rejected: i64,
    /// Why it failed.
    error: Option<String>,
    created_at: Time,
    finished_at: Option<Time>,
}

/// All imports.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportList {
    /// The newest first, at most 100.
    imports: Vec<ImportBody>,
}

/// An entry of a file and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportRow)]
pub struct RowBody {
    /// Its place in the file, from 1.
    entry: i64,
    link: String,
    /// `accepted`, `duplicate`, `rejected` or `undone`; none while it waits.
    outcome: Option<String>,
    /// Why it was rejected.
    reason: Option<String>,
    /// The item that it became, or was found to be.
    content_id: Option<Uuid>,
}

/// Entries, in the order of the file.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportRows {
    rows: Vec<RowBody>,
    /// What to give as `after` for the next; none after the last.
    next_after: Option<i64>,
}

impl From<Import> for ImportBody {
    fn from(import: Import) -> Self {
        Self {
            old_id: import.id,
            id: import.id,
            name: import.name,
            format: import.format,
            state: import.state,
            entries: import.entries,
            accepted: import.accepted,
            duplicates: import.duplicates,
            rejected: import.rejected,
            error: import.error,
            created_at: Time(import.created_at),
            finished_at: import.finished_at.map(Time),
        }
    }
}

impl From<Row> for RowBody {
    fn from(row: Row) -> Self {
        let Row { entry, link, outcome, reason, content_id } = row;
        Self { entry, link, outcome, reason, content_id: content_id.map(|id| id.0) }
    }
}

/// `POST /imports`: takes a file of up to 1 GiB; a worker saves what is in it.
#[utoipa::path(
    post, path = "/imports", tag = "imports", security(("bearer" = [])), params(NewImport),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file as it is, of any content type"),
    responses((status = 202, body = ImportBody), Common, SignedIn, WithBody),
)]
#[tracing::instrument(name = "api.imports.create", skip_all, fields(user.id = %user.id))]
pub async fn create(
    State(app): State<App>,
    user: CurrentUser,
    ValidQuery(new): ValidQuery<NewImport>,
    upload: Upload,
) -> Result<(StatusCode, Json<ImportBody>)> {
    let format = new.format.filter(|format| format != "auto").map(|name| name.parse::<Format>()).transpose();
    let format = format.map_err(Error::Invalid)?;
    let name = new.name.unwrap_or_else(|| "links".to_owned());
    let source = Source { path: upload.path().to_owned(), name, format };
    let import = import_links::read_file(&app, user.id, &source).await?;
    Ok((StatusCode::ACCEPTED, Json(import.into())))
}

/// `GET /imports`: all imports.
#[utoipa::path(
    get, path = "/imports", tag = "imports", security(("bearer" = [])),
    responses((status = 200, body = ImportList), Common, SignedIn),
)]
#[tracing::instrument(name = "api.imports.list", skip_all, fields(user.id = %user.id))]
pub async fn list(State(app): State<App>, user: CurrentUser) -> Result<Json<ImportList>> {
    let imports = import_links::list_imports(&app, user.id).await?;
    Ok(Json(ImportList { imports: imports.into_iter().map(ImportBody::from).collect() }))
}

/// `GET /imports/{id}`: how far an import is.
#[utoipa::path(
    get, path = "/imports/{id}", tag = "imports", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = ImportBody), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.imports.read", skip_all, fields(user.id = %user.id))]
pub async fn read(State(app): State<App>, user: CurrentUser, id: PathId<Uuid>) -> Result<Json<ImportBody>> {
    Ok(Json(import_links::find_import(&app, user.id, id.or_not_found("Import")?).await?.into()))
}

/// `GET /imports/{id}/rows`: what became of each entry.
#[utoipa::path(
    get, path = "/imports/{id}/rows", tag = "imports", security(("bearer" = [])), params(("id" = String, Path), RowQuery),
    responses((status = 200, body = ImportRows), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.imports.rows", skip_all, fields(user.id = %user.id))]
pub async fn rows(
    State(app): State<App>,
    user: CurrentUser,
    id: PathId<Uuid>,
    ValidQuery(query): ValidQuery<RowQuery>,
) -> Result<Json<ImportRows>> {
    if !(1..=1000).contains(&query.limit) {
        return Err(Error::Invalid("limit must be from 1 to 1000".into()));
    }
    let id = id.or_not_found("Import")?;
    let rows = import_links::import_rows(&app, user.id, id, query.outcome.as_deref(), query.after, query.limit).await?;
    let next_after = rows.last().filter(|_| rows.len() == query.limit as usize).map(|row| row.entry);
    Ok(Json(ImportRows { rows: rows.into_iter().map(RowBody::from).collect(), next_after }))
}

/// `DELETE /imports/{id}`: puts everything that it saved into the trash; a worker does it.
#[utoipa::path(
    delete, path = "/imports/{id}", tag = "imports", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 202, body = ImportBody), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.imports.undo", skip_all, fields(user.id = %user.id))]
pub async fn undo(
    State(app): State<App>,
    user: CurrentUser,
    id: PathId<Uuid>,
) -> Result<(StatusCode, Json<ImportBody>)> {
    let import = import_links::undo_import(&app, user.id, id.or_not_found("Import")?).await?;
    Ok((StatusCode::ACCEPTED, Json(import.into())))
}
