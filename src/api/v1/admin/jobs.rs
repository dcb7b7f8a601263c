//! `/admin/jobs`: the jobs of all users: to look at, to retry, to cancel, to remove.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::filter::{JobQuery, JobsToRetry};
use super::job::{JobBody, JobDetailsBody};
use crate::actions::{self, Cancelled, Retried};
use crate::api::Result;
use crate::api::extract::{AdminUser, PathId, ValidJson, ValidQuery};
use crate::api::fields::Message;
use crate::api::refusals::{AboutOne, Common, InThatState, SignedIn, WithBody};
use crate::app::App;
use crate::domain::JobId;

/// A page of jobs.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = JobPage)]
pub struct JobPageBody {
    /// The newest first.
    jobs: Vec<JobBody>,
    /// Where the next page begins; none after the last one.
    next_cursor: Option<Uuid>,
}

/// What came of retrying many.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RetriedJobs)]
pub struct RetriedJobsBody {
    /// Jobs that are available now.
    retried: u64,
    /// Jobs that were left, since another one that waits or runs does the same.
    same: u64,
    /// When more may match: where to go on.
    next_cursor: Option<Uuid>,
}

/// What became of a job.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedJob {
    message: &'static str,
    /// As it stands now.
    job: JobDetailsBody,
}

/// `GET /admin/jobs`: jobs of all users, newest first.
#[utoipa::path(
    get, path = "/admin/jobs", tag = "admin", security(("bearer" = [])), params(JobQuery),
    responses((status = 200, body = JobPageBody), Common, SignedIn),
)]
#[tracing::instrument(name = "api.admin.jobs.list", skip_all, fields(user.id = %user.id))]
pub async fn list(
    State(app): State<App>,
    user: AdminUser,
    ValidQuery(query): ValidQuery<JobQuery>,
) -> Result<Json<JobPageBody>> {
    let (filter, before, limit) = query.bounds()?;
    let page = actions::list_jobs(&app, &filter, before, limit).await?;
    let jobs = page.jobs.into_iter().map(JobBody::from).collect();
    Ok(Json(JobPageBody { jobs, next_cursor: page.next.map(|id| id.0) }))
}

/// `GET /admin/jobs/{id}`: a job with its attempts.
#[utoipa::path(
    get, path = "/admin/jobs/{id}", tag = "admin", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = JobDetailsBody), Common, SignedIn, AboutOne),
)]
#[tracing::instrument(name = "api.admin.jobs.read", skip_all, fields(user.id = %user.id))]
pub async fn read(State(app): State<App>, user: AdminUser, id: PathId<JobId>) -> Result<Json<JobDetailsBody>> {
    Ok(Json(actions::read_job(&app, id.or_not_found("Job")?).await?.into()))
}

/// `DELETE /admin/jobs/{id}`: removes a job that does not run, with its history.
#[utoipa::path(
    delete, path = "/admin/jobs/{id}", tag = "admin", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = Message), Common, SignedIn, AboutOne, InThatState),
)]
#[tracing::instrument(name = "api.admin.jobs.remove", skip_all, fields(user.id = %user.id))]
pub async fn remove(State(app): State<App>, user: AdminUser, id: PathId<JobId>) -> Result<Json<Message>> {
    actions::remove_job(&app, id.or_not_found("Job")?).await?;
    Ok(Message::json("Job deleted successfully"))
}

/// `POST /admin/jobs/{id}/retry`: makes a job available that failed, was cancelled, or waits for its time.
///
/// When the same is to be done by another job already, that one is the answer.
#[utoipa::path(
    post, path = "/admin/jobs/{id}/retry", tag = "admin", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = ChangedJob), Common, SignedIn, AboutOne, InThatState),
)]
#[tracing::instrument(name = "api.admin.jobs.retry", skip_all, fields(user.id = %user.id))]
pub async fn retry(State(app): State<App>, user: AdminUser, id: PathId<JobId>) -> Result<Json<ChangedJob>> {
    let (retried, job) = actions::retry_job(&app, id.or_not_found("Job")?).await?;
    let message = match retried {
        Retried::Same(_) => "Another job does the same",
        Retried::Waits => "The job is available already",
        _ => "Job queued again",
    };
    Ok(Json(ChangedJob { message, job: job.into() }))
}

/// `POST /admin/jobs/{id}/cancel`: cancels a job; one that runs is stopped by its worker within a second or so.
#[utoipa::path(
    post, path = "/admin/jobs/{id}/cancel", tag = "admin", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = ChangedJob), Common, SignedIn, AboutOne, InThatState),
)]
#[tracing::instrument(name = "api.admin.jobs.cancel", skip_all, fields(user.id = %user.id))]
pub async fn cancel(State(app): State<App>, user: AdminUser, id: PathId<JobId>) -> Result<Json<ChangedJob>> {
    let (cancelled, job) = actions::cancel_job(&app, id.or_not_found("Job")?).await?;
    let message = if cancelled == Cancelled::Requested { "Job is being cancelled" } else { "Job cancelled" };
    Ok(Json(ChangedJob { message, job: job.into() }))
}

/// `POST /admin/jobs/retry`: the same for all that match.
#[utoipa::path(
    post, path = "/admin/jobs/retry", tag = "admin", security(("bearer" = [])), request_body = JobsToRetry,
    responses((status = 200, body = RetriedJobsBody), Common, SignedIn, WithBody),
)]
#[tracing::instrument(name = "api.admin.jobs.retry_many", skip_all, fields(user.id = %user.id))]
pub async fn retry_many(
    State(app): State<App>,
    user: AdminUser,
    ValidJson(body): ValidJson<JobsToRetry>,
) -> Result<Json<RetriedJobsBody>> {
    let (filter, cursor, limit) = body.bounds()?;
    let done = actions::retry_jobs(&app, &filter, cursor, limit).await?;
    Ok(Json(RetriedJobsBody { retried: done.retried, same: done.same, next_cursor: done.next.map(|id| id.0) }))
}
