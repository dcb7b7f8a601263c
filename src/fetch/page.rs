//! What came back.

use std::fmt;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use url::Url;

use super::error::Error;
use super::fetcher::asked_to_wait;
use super::guard::bare_host;
use super::redirect::Redirect;
use crate::domain::Timestamp;

/// An answer: status 2xx, 304 to a conditional request, that of a redirect where [`super::Request::until`] ended the way, or what
/// else the request takes. Its `Debug` shows the host and sizes alone.
#[derive(Clone)]
pub struct Page {
    /// Where the body came from, after all redirects; without a fragment.
    pub final_url: Url,
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type` as sent, parameters included.
    pub content_type: Option<String>,
    /// `ETag` as sent, for [`super::Request::if_none_match`].
    pub etag: Option<String>,
    /// `Last-Modified` as sent, for [`super::Request::if_modified_since`].
    pub last_modified: Option<String>,
    /// The body, decompressed; empty with status 304.
    pub body: Bytes,
    /// Whether there is more of the body than was taken.
    pub is_cut: bool,
    /// The hops that led here, in order.
    pub redirects: Vec<Redirect>,
    headers: HeaderMap,
}

/// How the last request of a fetch was answered.
pub(super) struct Arrival {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) is_cut: bool,
}

impl Page {
    pub(super) fn new(url: Url, arrival: Arrival, redirects: Vec<Redirect>) -> Self {
        let Arrival { status, headers, body, is_cut } = arrival;
        let owned = |name| text(&headers, name).map(str::to_owned);
        let (content_type, etag, last_modified) = (owned("content-type"), owned("etag"), owned("last-modified"));
        Self { final_url: url, status, content_type, etag, last_modified, body, is_cut, redirects, headers }
    }

    /// The error that this answer is for whoever wants a page: that of its status, if that is 400 or more.
    pub fn refusal(&self, now: Timestamp) -> Option<Error> {
        let retry_after = asked_to_wait(self.status, &self.headers, now);
        (self.status >= 400).then(|| Error::Status {
            host: bare_host(&self.final_url),
            status: self.status,
            retry_after,
        })
    }

    /// The first header of this name, ignoring case; `None` when it is missing or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        text(&self.headers, name)
    }
}

/// The first header of this name as text; UTF-8 passes, since sites send it.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("host", &bare_host(&self.final_url))
            .field("status", &self.status)
            .field("size_bytes", &self.body.len())
            .field("redirects", &self.redirects)
            .finish_non_exhaustive()
    }
}
