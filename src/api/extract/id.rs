//! Ids in paths.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::api::Error;

/// The one id of a path. What is not a UUID names nothing: the handler sees none and answers as for a stranger's.
#[derive(Debug)]
pub struct PathId<T>(pub Option<T>);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for PathId<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let text = Path::<String>::from_request_parts(parts, state).await.map(|Path(text)| text).unwrap_or_default();
        Ok(Self(text.parse().ok()))
    }
}

impl<T> PathId<T> {
    /// The id.
    ///
    /// # Errors
    /// 404, naming `what` was looked for.
    pub fn or_not_found(self, what: &str) -> Result<T, Error> {
        self.0.ok_or_else(|| Error::NotFound(format!("{what} not found")))
    }
}
