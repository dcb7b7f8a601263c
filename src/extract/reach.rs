//! What extractors share: the way out, where services are, and for whom they read.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Error, MAX_LINK, Parser, Result};
use crate::config::Services;
use crate::domain::Timestamp;
use crate::fetch::{Fetcher, Page, Request, Visitor};

/// What an extractor may use while it reads one link.
#[derive(Debug, Clone)]
pub struct Reach<'a> {
    /// The way out.
    pub fetcher: &'a Fetcher,
    /// Where services are, and the keys to them.
    pub services: &'a Services,
    /// Reads what is too dangerous to be read in this process.
    pub parser: &'a Parser,
    /// On whose behalf.
    pub visitor: Visitor,
    /// The owner's languages as primary subtags of BCP 47, the likeliest first; may be empty.
    pub languages: Vec<String>,
    /// Now.
    pub now: Timestamp,
    /// What the page said of its state when it was last read, if only a change is of interest.
    pub seen: Option<Seen>,
}

/// What a page said of its state: `ETag` and `Last-Modified`, as sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

impl Reach<'_> {
    /// A request for a stranger's link, polite to its host. What is there may be a document.
    pub fn page(&self, url: &Url) -> Request {
        Request::get(url).or_document().on_behalf_of(self.visitor.clone())
    }

    /// The answer of a service.
    ///
    /// # Errors
    /// [`Error::Fetch`]; [`Error::Unchanged`] for status 304.
    pub async fn ask(&self, request: Request) -> Result<Page> {
        let page = self.fetcher.get(&request.on_behalf_of(self.visitor.clone()).to_service()).await?;
        if page.status == 304 { Err(Error::Unchanged) } else { Ok(page) }
    }

    /// The answer of `service` as JSON.
    ///
    /// # Errors
    /// See [`Reach::ask`]; [`Error::Unexpected`] when it is none, or of another shape.
    pub async fn ask_json<T: DeserializeOwned>(&self, service: &'static str, request: Request) -> Result<T> {
        let page = self.ask(request.accept("application/json").any_type()).await?;
        json(service, &page.body)
    }
}

/// `body` as `service`'s JSON.
///
/// # Errors
/// [`Error::Unexpected`], which says where it is not as expected and shows nothing of it.
pub fn json<T: DeserializeOwned>(service: &'static str, body: &[u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let what = match error.inner().classify() {
            serde_json::error::Category::Data => format!("{} is not as expected", error.path()),
            _ => "no JSON".to_owned(),
        };
        Error::Unexpected { service, what }
    })
}

/// `base` with `segments` added to its path, each escaped.
pub fn at(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

/// `link` as it may be stored: of the web, and of a sane length.
pub fn web_link(link: &str) -> Option<String> {
    let url = Url::parse(link).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    (url.as_str().len() <= MAX_LINK).then(|| url.into())
}
