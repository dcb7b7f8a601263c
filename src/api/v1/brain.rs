//! `/brain`: a whole brain behind one public link.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::item::PublicItemBody;
use super::page::{PageQuery, Pagination};
use crate::actions;
use crate::api::Result;
use crate::api::extract::{CurrentUser, ValidJson, ValidQuery};
use crate::api::fields::Message;
use crate::api::refusals::{AboutOne, Common, SignedIn, WithBody};
use crate::app::App;

/// Share or not.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Sharing {
    share: bool,
}

/// What became of the public link.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ShareLink {
    /// It is there.
    Made {
        /// Its end: 20 hexadecimal digits, the same ones each time.
        hash: String,
    },
    /// It leads nowhere any more.
    Removed(Message),
}

/// A public brain.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SharedBrain)]
pub struct SharedBrainBody {
    /// Whose; none for somebody who came by Google.
    username: Option<String>,
    content: Vec<PublicItemBody>,
    pagination: Pagination,
}

/// `POST /brain/share`: makes the brain public, or private again.
#[utoipa::path(
    post, path = "/brain/share", tag = "brain", security(("bearer" = [])), request_body = Sharing,
    responses((status = 200, description = "The hash of the link, or a message that it is gone", body = ShareLink), Common, SignedIn, WithBody),
)]
#[tracing::instrument(name = "api.brain.share", skip_all, fields(user.id = %user.id))]
pub async fn share(
    State(app): State<App>,
    user: CurrentUser,
    ValidJson(body): ValidJson<Sharing>,
) -> Result<Json<ShareLink>> {
    if body.share {
        return Ok(Json(ShareLink::Made { hash: actions::share_brain(&app, user.id).await? }));
    }
    actions::unshare_brain(&app, user.id).await?;
    Ok(Json(ShareLink::Removed(Message::new("removed link"))))
}

/// `GET /brain/{hash}`: what is public of a brain. Needs no token.
#[utoipa::path(
    get, path = "/brain/{hash}", tag = "brain", params(("hash" = String, Path), PageQuery),
    responses((status = 200, body = SharedBrainBody), Common, AboutOne),
)]
#[tracing::instrument(name = "api.brain.read", skip_all)]
pub async fn read(
    State(app): State<App>,
    Path(hash): Path<String>,
    ValidQuery(page): ValidQuery<PageQuery>,
) -> Result<Json<SharedBrainBody>> {
    let (start, limit) = page.bounds()?;
    let shared = actions::read_shared_brain(&app, &hash, start, limit).await?;
    let pagination = Pagination::new(&shared.page, start, limit);
    let content = shared.page.items.into_iter().map(PublicItemBody::from).collect();
    Ok(Json(SharedBrainBody { username: shared.username, content, pagination }))
}
