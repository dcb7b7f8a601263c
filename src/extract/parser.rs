//! Turns bytes of strangers into an [`Extracted`], where they can do no harm: in processes of this program that hold nothing
//! else, within limits on memory and time.
//!
//! A process reads one page after the other and is replaced when it has grown, was killed by its limits, or answers
//! nonsense. What could not be read in bounds keeps what its head says and its first words. `pool` has the processes,
//! `serve` is what runs in one, `wire` how the two talk.
//!
//! Where no process can be started, pages are read in this one, within the limits on their trees alone
//! ([`crate::text::markup`]); documents are refused there.

mod limits;
mod pool;
mod process;
mod serve;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use url::Url;

use self::pool::{Pool, Verdict};
use super::{Extracted, ParseError, article};
use crate::config;
use crate::fetch::Page;

pub use serve::serve;

/// How long a page that could not be read may take once more, for its head and first words.
const CHEAPLY: Duration = Duration::from_secs(3);

/// Reads pages and documents. Cheap to clone; clones share their processes, which end with the last of them.
#[derive(Clone)]
pub struct Parser(Arc<Pool>);

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
    /// A parser whose processes keep to `config`. None is started before there is something to read.
    pub fn new(config: &config::Parse) -> Self {
        Self(Arc::new(Pool::new(config)))
    }

    /// Reads whatever `raw` is.
    ///
    /// # Errors
    /// [`ParseError`]; [`ParseError::TooCostly`] only where not even the head could be read.
    pub async fn read(&self, raw: Raw) -> Result<Extracted, ParseError> {
        match self.0.read(&raw).await {
            Verdict::Answered(outcome) => *outcome,
            Verdict::TooCostly => read_cheaply(raw).await,
            Verdict::Uncontained if article::is_document(&raw.body) => Err(ParseError::Uncontained),
            Verdict::Uncontained => {
                let read = spawn_blocking(move || article::read(&raw.body, raw.content_type.as_deref(), &raw.url));
                read.await.unwrap_or(Err(ParseError::Unreadable))
            }
        }
    }

    /// The processes that are there now, by their ids.
    pub fn processes(&self) -> Vec<u32> {
        self.0.ids()
    }
}

async fn read_cheaply(raw: Raw) -> Result<Extracted, ParseError> {
    let read = spawn_blocking(move || article::read_cheaply(&raw.body, raw.content_type.as_deref(), &raw.url));
    timeout(CHEAPLY, read).await.ok().and_then(Result::ok).flatten().ok_or(ParseError::TooCostly)
}

impl fmt::Debug for Parser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parser").field("processes", &self.processes()).finish_non_exhaustive()
    }
}
