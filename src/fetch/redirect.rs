//! From one hop to the next: where to, and no further than is sane.

use std::fmt;

use reqwest::Response;
use reqwest::header::LOCATION;
use url::Url;

use super::error::Error;
use super::guard::bare_host;

/// As many as a shortened link takes on an honest way, and a site that then moves to encryption, to its name and to its visitor's
/// language.
const MOST: usize = 5;

/// One hop that was followed.
#[derive(Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The status that sent us on: 301, 302, 303, 307 or 308.
    pub status: u16,
    /// Where to.
    pub to: Url,
}

/// Shows the host alone.
impl fmt::Debug for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redirect").field("status", &self.status).field("to", &bare_host(&self.to)).finish()
    }
}

/// The way so far.
pub(super) struct Trail {
    start: Url,
    hops: Vec<Redirect>,
}

impl Trail {
    pub(super) fn new(start: &Url) -> Self {
        Self { start: without_fragment(start), hops: Vec::new() }
    }

    /// Where we are.
    pub(super) fn here(&self) -> &Url {
        self.hops.last().map_or(&self.start, |hop| &hop.to)
    }

    /// Whether the way never left the origin it began at.
    pub(super) fn is_at_home(&self) -> bool {
        let home = self.start.origin();
        self.hops.iter().all(|hop| hop.to.origin() == home)
    }

    /// Goes where `response` says; `securely` not from an encrypted place to one that anybody may speak for.
    pub(super) fn follow(&mut self, response: &Response, securely: bool) -> Result<(), Error> {
        let host = || bare_host(self.here());
        let location = response.headers().get(LOCATION).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
        let to = location.and_then(|location| self.here().join(location).ok());
        let to = without_fragment(&to.ok_or_else(|| Error::BadRedirect { host: host() })?);
        if securely && self.here().scheme() == "https" && to.scheme() != "https" {
            return Err(Error::BadRedirect { host: host() });
        }
        if to == self.start || self.hops.iter().any(|hop| hop.to == to) {
            return Err(Error::RedirectLoop { host: host() });
        }
        if self.hops.len() == MOST {
            return Err(Error::TooManyRedirects { host: host() });
        }
        self.hops.push(Redirect { status: response.status().as_u16(), to });
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.hops.len()
    }

    pub(super) fn into_hops(self) -> Vec<Redirect> {
        self.hops
    }
}

/// Whether the answer names another place to look.
pub(super) fn is_redirect(response: &Response) -> bool {
    matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// A fragment is never sent, so two links that differ there are one place.
fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}
