//! A link as a person gave it, and the form by which two links to one page are known to be the same.
//!
//! Pure and total: parsing never touches the network, and what is accepted always has a canonical form that is itself a
//! link and its own canonical form. The original is what people see and open; the canonical form is only a key.
//!
//! To teach it a site's habits: a row in `sites`; a redirector: an arm in `redirectors`; a tracking parameter: a name in
//! `tracking`. Each with pairs, same and different, in `tests/it/canonical_links/pairs.rs`.
//!
//! Which site a link belongs to is `provider`'s business; whether its host may be reached is that of `fetch`.

mod canonical;
mod host;
mod invalid_link;
mod percent;
mod redirectors;
mod sites;
mod tracking;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};
use url::{ParseError, Url};

pub use invalid_link::InvalidLink;
pub(crate) use sites::is_video_id;

use canonical::Parts;

/// An `http` or `https` link.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SourceUrl {
    original: String,
    url: Url,
    /// Only where it differs from `url`: most links lead where they say.
    target: Option<Url>,
    canonical: String,
}

impl SourceUrl {
    /// The longest link that is accepted, in bytes of what was given, without the white space around it.
    pub const MAX_BYTES: usize = 4096;

    /// Reads a link. White space around it is dropped, and so are line breaks and tabs inside (the URL standard's rule:
    /// mail programs break long links). Credentials are accepted here; `fetch` refuses to send them.
    ///
    /// # Errors
    /// [`InvalidLink`] says in a person's words what is wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidLink> {
        // A zero-width space or a byte order mark comes along when one copies from a page or a file.
        let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}'));
        if text.is_empty() {
            return Err(InvalidLink::Empty);
        }
        if text.len() > Self::MAX_BYTES {
            return Err(InvalidLink::TooLong);
        }
        let original: String = text.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
        if original.contains(char::is_control) {
            return Err(InvalidLink::ControlCharacter);
        }
        let url = Url::parse(&original).map_err(|error| match error {
            ParseError::EmptyHost => InvalidLink::NoHost,
            other => InvalidLink::NotALink(other),
        })?;
        if !is_web(&url) {
            return Err(InvalidLink::UnsupportedScheme);
        }
        if !url.has_host() {
            return Err(InvalidLink::NoHost);
        }
        let target = redirectors::unwrap(&url);
        let canonical = Parts::of(target.as_ref().unwrap_or(&url)).canonical();
        Ok(Self { original, url, target, canonical })
    }

    /// The link as it was given, trimmed.
    pub fn as_str(&self) -> &str {
        &self.original
    }

    /// The link, parsed and serialised as the URL standard says.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Where the link leads: what a search engine's or a social network's redirector wraps, else [`SourceUrl::url`].
    /// This is what is worth recognising and fetching.
    pub fn target(&self) -> &Url {
        self.target.as_ref().unwrap_or(&self.url)
    }

    /// The key under which the same link, written in another way, is found again. Always `https`, whatever was given.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// SHA-256 of [`SourceUrl::canonical`].
    pub fn canonical_hash(&self) -> [u8; 32] {
        Sha256::digest(self.canonical.as_bytes()).into()
    }

    /// The host as the URL standard serialises it: lower case, Punycode, IPv6 in brackets.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Do both links lead to the same registrable domain (`example.co.uk`)? Hosts known to be equal count as one
    /// (`twitter.com` and `x.com`); hosts without such a domain (addresses, `localhost`, a public suffix itself) are the
    /// same site only when they are equal.
    pub fn same_site(&self, other: &Self) -> bool {
        self.site() == other.site()
    }

    /// The link that a page gives for itself (`rel=canonical`, relative or not), or the end of its redirects, where it
    /// may serve as a second key: on the same site and not the home page, which many sites name on every page.
    pub fn canonical_of_page(&self, candidate: &str) -> Option<Self> {
        let absolute = self.target().join(candidate.trim()).ok()?;
        let candidate = Self::parse(absolute.as_str()).ok()?;
        (self.same_site(&candidate) && !candidate.is_home_page()).then_some(candidate)
    }

    /// Is nothing left of the link but its host?
    fn is_home_page(&self) -> bool {
        self.split_canonical().1 == "/"
    }

    fn site(&self) -> &str {
        let (authority, _) = self.split_canonical();
        match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => host::site(host),
            _ => host::site(authority),
        }
    }

    /// The canonical form, cut into host with port, and what follows.
    fn split_canonical(&self) -> (&str, &str) {
        let authority = self.canonical.strip_prefix("https://").unwrap_or(&self.canonical);
        authority.split_at(authority.find('/').unwrap_or(authority.len()))
    }
}

/// Shows neither credentials nor query: a link ends up in logs by way of its `Debug`.
impl fmt::Debug for SourceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = if self.url.query().is_some() { "?…" } else { "" };
        write!(f, "SourceUrl({}://{}{}{hidden})", self.url.scheme(), self.host(), self.url.path())
    }
}

impl FromStr for SourceUrl {
    type Err = InvalidLink;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for SourceUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.original)
    }
}

impl<'de> Deserialize<'de> for SourceUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}
