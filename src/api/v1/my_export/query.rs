//! What may be said of an export.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// How it is to be written.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ExportFormat {
    /// One object with the account and all items, their texts included.
    #[default]
    Json,
    /// A bookmark file, which browsers and other services read: links, titles, notes, tags and dates.
    Html,
}

/// How it is to be written.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    #[serde(default)]
    #[param(inline)]
    pub(super) format: ExportFormat,
}
