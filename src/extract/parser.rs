//! Turns bytes of strangers into an [`Extracted`], off the threads that serve requests.

use bytes::Bytes;
use url::Url;

use super::{Extracted, ParseError, article};
use crate::fetch::Page;

/// Reads pages and documents. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Parser {}

/// Bytes to be read, and what was said of them.
#[derive(Debug, Clone)]
pub struct Raw {
    /// The bytes.
    pub body: Bytes,
    /// `Content-Type` as sent.
    pub content_type: Option<String>,
    /// Where they came from, after all redirects.
    pub url: Url,
}

impl From<&Page> for Raw {
    fn from(page: &Page) -> Self {
        Self { body: page.body.clone(), content_type: page.content_type.clone(), url: page.final_url.clone() }
    }
}

impl Parser {
    /// Reads whatever `raw` is.
    ///
    /// # Errors
    /// [`ParseError::UnsupportedType`] for what is no text, [`ParseError::Unreadable`] when there is nothing in it.
    pub async fn read(&self, raw: Raw) -> Result<Extracted, ParseError> {
        let parsed =
            tokio::task::spawn_blocking(move || article::read(&raw.body, raw.content_type.as_deref(), &raw.url));
        parsed.await.unwrap_or(Err(ParseError::Unreadable))
    }
}
