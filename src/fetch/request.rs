//! What to fetch, and what will do as an answer.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use url::Url;

use super::guard::bare_host;
use super::pace::Visitor;

/// A GET of one link, or a POST to a service that wants its question so. Its `Debug` shows the host alone.
#[derive(Clone)]
#[must_use = "a request does nothing until a fetcher gets it"]
#[expect(clippy::struct_excessive_bools, reason = "each is a permission of its own")]
pub struct Request {
    pub(super) url: Url,
    accept: Option<String>,
    any_type: bool,
    pub(super) max_bytes: Option<u64>,
    pub(super) timeout: Option<Duration>,
    /// Ours to say anywhere.
    pub(super) shared: HeaderMap,
    /// For the link's own origin alone.
    pub(super) private: HeaderMap,
    pub(super) is_malformed: bool,
    pub(super) visitor: Option<Visitor>,
    /// The link's own host is no stranger.
    pub(super) to_service: bool,
    /// What is posted; a GET without.
    pub(super) body: Option<Bytes>,
    any_status: bool,
    /// Its host is told which trace it belongs to.
    pub(super) traced: bool,
    /// An answer that is a document may be as large as one.
    pub(super) or_document: bool,
    /// Of an answer that is too large, its beginning will do.
    pub(super) or_beginning: bool,
    /// Where the way ends before anybody is asked.
    pub(super) until: Option<fn(&Url) -> bool>,
}

impl Request {
    /// A request for `url` that takes any answer.
    pub fn get(url: &Url) -> Self {
        Self {
            url: url.clone(),
            accept: None,
            any_type: false,
            max_bytes: None,
            timeout: None,
            shared: HeaderMap::new(),
            private: HeaderMap::new(),
            is_malformed: false,
            visitor: None,
            to_service: false,
            body: None,
            any_status: false,
            traced: false,
            or_document: false,
            or_beginning: false,
            until: None,
        }
    }

    /// A request that posts `question` as JSON. It goes to the link's own origin alone: a redirect is an error.
    pub fn post_json(url: &Url, question: &serde_json::Value) -> Self {
        let mut request = Self::get(url).header(CONTENT_TYPE, "application/json");
        request.body = Some(Bytes::from(question.to_string()));
        request
    }

    /// Asks for these media ranges (an `Accept` header) and takes no other answer but one without a type.
    pub fn accept(mut self, ranges: &str) -> Self {
        self.accept = Some(ranges.to_owned());
        match HeaderValue::from_str(ranges) {
            Ok(value) => drop(self.shared.insert(ACCEPT, value)),
            Err(_) => self.is_malformed = true,
        }
        self
    }

    /// Takes an answer of any type, whatever [`Request::accept`] asks for.
    pub fn any_type(mut self) -> Self {
        self.any_type = true;
        self
    }

    /// Decoded bytes at most; never more than `FETCH_MAX_BYTES`, or what [`Request::or_document`] allows.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// Lets an answer that begins as a PDF or a zip be as large as `FETCH_MAX_DOCUMENT_BYTES`, whatever it calls itself.
    pub fn or_document(mut self) -> Self {
        self.or_document = true;
        self
    }

    /// Takes the beginning of an answer that is too large, as long as it is no document: of text as much as is allowed, of
    /// anything else enough to tell what it is. [`super::Page::is_cut`] says so.
    pub fn or_beginning(mut self) -> Self {
        self.or_beginning = true;
        self
    }

    /// Ends where a redirect leads to a place that `is_there` knows, without a request to it: the answer is the redirect's.
    pub fn until(mut self, is_there: fn(&Url) -> bool) -> Self {
        self.until = Some(is_there);
        self
    }

    /// Time in all; never more than `FETCH_TIMEOUT`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// On whose behalf; decides whose turn it is when hosts are asked for more than they should be.
    pub fn on_behalf_of(mut self, visitor: Visitor) -> Self {
        self.visitor = Some(visitor);
        self
    }

    /// The link was named by us or by the operator, not by a stranger, and leads to a service that answers many: no turns are
    /// taken with its host, unless that is known to want more peace than others, and it is left alone when it asks for that.
    /// Where it redirects to, turns are taken, and a way without encryption is not gone when this one has it.
    pub fn to_service(mut self) -> Self {
        self.to_service = true;
        self
    }

    /// Takes an answer with a status of 400 or more as a [`super::Page`] too, for services that say there what is wrong.
    pub fn any_status(mut self) -> Self {
        self.any_status = true;
        self
    }

    /// Tells the link's own origin which trace the request belongs to, so that its spans join ours. Only for a service that the
    /// operator runs or named: to any other, the ids would be a mark by which to tell who reads.
    pub fn traced(mut self) -> Self {
        self.traced = true;
        self
    }

    /// Takes status 304 when the page still has this entity tag.
    pub fn if_none_match(self, etag: &str) -> Self {
        self.header(IF_NONE_MATCH, etag)
    }

    /// Takes status 304 when the page has not changed since this HTTP date.
    pub fn if_modified_since(self, date: &str) -> Self {
        self.header(IF_MODIFIED_SINCE, date)
    }

    /// Adds a header for the link's own origin: it is dropped for good by the first redirect that leaves it, and never logged.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.private.insert(name, value);
            }
            Err(_) => self.is_malformed = true,
        }
        self
    }

    pub(super) fn is_conditional(&self) -> bool {
        self.private.contains_key(IF_NONE_MATCH) || self.private.contains_key(IF_MODIFIED_SINCE)
    }

    pub(super) fn takes_status(&self, status: u16) -> bool {
        matches!(status, 200..=299) || status == 304 && self.is_conditional() || status >= 400 && self.any_status
    }

    /// Whether an answer of the media type `essence` (lower case, no parameters) will do.
    pub(super) fn takes(&self, essence: &str) -> bool {
        let Some(accept) = self.accept.as_deref().filter(|_| !self.any_type) else { return true };
        accept.split(',').any(|range| {
            let range = range.split(';').next().unwrap_or_default().trim();
            match range.strip_suffix("/*") {
                Some("*") => true,
                Some(kind) => essence.split('/').next().is_some_and(|own| own.eq_ignore_ascii_case(kind)),
                None => range.eq_ignore_ascii_case(essence),
            }
        })
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("host", &bare_host(&self.url)).finish_non_exhaustive()
    }
}
