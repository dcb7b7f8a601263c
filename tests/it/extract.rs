//! What is understood of a page?

mod charsets;
mod containment;
pub(crate) mod documents;
mod hostile;
mod kinds;
mod languages;
mod metadata;
mod properties;
mod reader;
mod robustness;
mod texts;
mod walls;

use brainly::extract::{Extracted, ParseError, article};
use url::Url;

/// Where the pages of these tests stand, unless a test says otherwise.
const LINK: &str = "https://www.example.org/posts/kiln";

fn read_at(link: &str, body: impl AsRef<[u8]>, content_type: Option<&str>) -> Result<Extracted, ParseError> {
    article::read(body.as_ref(), content_type, &Url::parse(link).expect("a link"))
}

/// Reads a page of UTF-8 at [`LINK`].
fn read(html: &str) -> Extracted {
    read_at(LINK, html, Some("text/html; charset=utf-8")).expect("a page that can be read")
}
