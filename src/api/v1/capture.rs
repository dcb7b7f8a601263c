//! `/capture`: whatever one has at hand.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::content::SavedContent;
use crate::actions::{self, Captured};
use crate::api::extract::{CurrentUser, ValidJson};
use crate::api::fields;
use crate::api::refusals::{Common, SignedIn, WithBody};
use crate::api::{Error, Result};
use crate::app::App;
use crate::domain::{Note, SourceUrl, TagName, Title};

/// A link or a text, and what you say about it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewCapture {
    #[serde(default, deserialize_with = "fields::optional_link")]
    #[schema(value_type = Option<String>, format = "uri")]
    link: Option<SourceUrl>,
    /// Becomes a note.
    #[schema(value_type = Option<String>, max_length = 100_000)]
    text: Option<Note>,
    /// Without one, the page's own title, or the text's first line.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    title: Option<Title>,
    /// Names of tags; new ones are made.
    #[schema(value_type = Option<Vec<String>>)]
    tags: Option<Vec<TagName>>,
    #[schema(value_type = Option<String>, max_length = 100_000)]
    note: Option<Note>,
}

impl NewCapture {
    fn read(self) -> Result<actions::Capture> {
        let what = match (self.link, self.text) {
            (Some(link), None) => Captured::Link(link),
            (None, Some(text)) => Captured::Text(text),
            (Some(_), Some(_)) => return Err(Error::Invalid("Give a link or a text, not both".into())),
            (None, None) => return Err(Error::Invalid("A link or a text is required".into())),
        };
        Ok(actions::Capture { what, title: self.title, tags: self.tags.unwrap_or_default(), note: self.note })
    }
}

/// `POST /capture`: saves a link without a title, or a text as a note.
#[utoipa::path(
    post, path = "/capture", tag = "content", security(("bearer" = [])), request_body = NewCapture,
    responses((status = 201, body = SavedContent), (status = 200, description = "You have it already", body = SavedContent), Common, SignedIn, WithBody),
)]
#[tracing::instrument(name = "api.capture", skip_all, fields(user.id = %user.id))]
pub async fn capture(
    State(app): State<App>,
    user: CurrentUser,
    ValidJson(body): ValidJson<NewCapture>,
) -> Result<(StatusCode, Json<SavedContent>)> {
    Ok(SavedContent::answer(actions::capture(&app, user.id, body.read()?).await?))
}
