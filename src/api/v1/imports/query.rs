//! What may be said of an import and of its rows.

use serde::Deserialize;
use utoipa::IntoParams;

/// What a file is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NewImport {
    /// `netscape`, `pocket`, `raindrop`, `instapaper`, `readwise`, `omnivore`, `linkding`, `linkwarden`, `karakeep` or `links`;
    /// found out when it is left out.
    pub(super) format: Option<String>,
    /// The file's name.
    pub(super) name: Option<String>,
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RowQuery {
    /// Only those of this outcome.
    pub(super) outcome: Option<String>,
    /// Only those after this place.
    #[serde(default)]
    pub(super) after: i64,
    /// At most so many; 1 to 1000.
    #[serde(default = "most")]
    #[param(minimum = 1, maximum = 1000)]
    pub(super) limit: u32,
}

const fn most() -> u32 {
    1000
}
