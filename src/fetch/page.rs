//! What came back.

use std::fmt;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use url::Url;

use super::guard::bare_host;
use super::redirect::Redirect;

/// An answer: status 2xx, 304 to a conditional request, or what else the request takes. Its `Debug` shows the host and sizes alone.
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
    /// The hops that led here, in order.
    pub redirects: Vec<Redirect>,
    headers: HeaderMap,
}

impl Page {
    pub(super) fn new(url: Url, status: u16, headers: HeaderMap, body: Bytes, redirects: Vec<Redirect>) -> Self {
        let owned = |name| text(&headers, name).map(str::to_owned);
        let (content_type, etag, last_modified) = (owned("content-type"), owned("etag"), owned("last-modified"));
        Self { final_url: url, status, content_type, etag, last_modified, body, redirects, headers }
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
