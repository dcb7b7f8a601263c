//! `/admin/queues`: how deep the queues are, how fast they move, and whether they do.

use axum::Json;
use axum::extract::State;

use super::queue::{QueueBody, QueueStatusBody};
use crate::actions;
use crate::api::Result;
use crate::api::extract::{AdminUser, PathId};
use crate::api::refusals::{AboutOne, Common, SignedIn};
use crate::app::App;

/// `GET /admin/queues`: all queues and schedules.
#[utoipa::path(
    get, path = "/admin/queues", tag = "admin", security(("bearer" = [])),
    responses((status = 200, body = QueueStatusBody), Common, SignedIn),
)]
#[tracing::instrument(name = "api.admin.queues.list", skip_all, fields(user.id = %user.id))]
pub async fn list(State(app): State<App>, user: AdminUser) -> Result<Json<QueueStatusBody>> {
    let status = actions::queue_stats(&app).await?;
    Ok(Json(QueueStatusBody::new(status, app.clock.now())))
}

/// `POST /admin/queues/{name}/pause`: lets no worker begin jobs of the queue; those that run go on.
#[utoipa::path(
    post, path = "/admin/queues/{name}/pause", tag = "admin", security(("bearer" = [])), params(("name" = String, Path)),
    responses((status = 200, body = QueueBody), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.admin.queues.pause", skip_all, fields(user.id = %user.id))]
pub async fn pause(State(app): State<App>, user: AdminUser, name: PathId<String>) -> Result<Json<QueueBody>> {
    let name = name.or_not_found("Queue")?;
    let queue = actions::pause_queue(&app, &name).await?;
    Ok(Json(QueueBody::new(queue, app.clock.now())))
}

/// `POST /admin/queues/{name}/resume`: lets workers go on.
#[utoipa::path(
    post, path = "/admin/queues/{name}/resume", tag = "admin", security(("bearer" = [])), params(("name" = String, Path)),
    responses((status = 200, body = QueueBody), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.admin.queues.resume", skip_all, fields(user.id = %user.id))]
pub async fn resume(State(app): State<App>, user: AdminUser, name: PathId<String>) -> Result<Json<QueueBody>> {
    let name = name.or_not_found("Queue")?;
    let queue = actions::resume_queue(&app, &name).await?;
    Ok(Json(QueueBody::new(queue, app.clock.now())))
}
