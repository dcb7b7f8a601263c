//! Why there is no vector.

use std::time::Duration;

use crate::fetch::{self, Retry};

/// The result of embedding.
pub type Result<T> = std::result::Result<T, Error>;

/// Why there is no vector. Never holds a text or a key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server can't be reached, or answered with an error.
    #[error("the embedding server does not answer as it should")]
    Server(#[from] fetch::Error),
    /// An answer of another size than the space has.
    #[error(
        "the model gives vectors of {got} numbers where {wanted} were expected; set EMBEDDING_DIMENSIONS to {got}, or choose another EMBEDDING_MODEL"
    )]
    WrongDimensions {
        /// Numbers that a vector should have.
        wanted: usize,
        /// Numbers that it has.
        got: usize,
    },
    /// An answer that is none.
    #[error("the model's answer can't be used: {0}")]
    Garbage(&'static str),
    /// It took too long.
    #[error("the model did not answer in time")]
    Slow,
    /// It did not answer a moment ago, and is not asked again so soon.
    #[error("the model did not answer a moment ago")]
    Resting,
    /// Too many texts at once.
    #[error("too many texts are being embedded at once")]
    Busy,
    /// The model failed in this process.
    #[error("the local model failed: {0}")]
    Local(String),
    /// It can't be used here.
    #[error("{0}")]
    Setup(&'static str),
}

impl Error {
    /// For how long the server wants to be left alone, when it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Server(error) => match error.retry() {
                Retry::After(after) => Some(after),
                Retry::Later | Retry::Never => None,
            },
            _ => None,
        }
    }

    /// A sentence for the owner of the text, without a full stop.
    pub fn for_people(&self) -> String {
        match self {
            Self::Server(fetch::Error::Status { status: 401 | 403, .. }) => {
                "The embedding server refuses our key; see OPENAI_API_KEY".to_owned()
            }
            Self::Server(fetch::Error::Status { status: 404, .. }) => {
                "The embedding server does not know the model or the address; see EMBEDDING_MODEL and OPENAI_BASE_URL"
                    .to_owned()
            }
            Self::Server(fetch::Error::Status { status: 429, .. } | fetch::Error::Throttled { .. }) => {
                "The embedding server wants to be left alone for a while".to_owned()
            }
            Self::Server(fetch::Error::Status { status, .. }) => {
                format!("The embedding server answered with status {status}")
            }
            Self::Server(_) => "The embedding server can't be reached".to_owned(),
            other => {
                let text = other.to_string();
                let mut letters = text.chars();
                letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
            }
        }
    }
}
