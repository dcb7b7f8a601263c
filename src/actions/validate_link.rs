//! What is known of a link before it is saved.

use super::{Error, Result};
use crate::domain::{Kind, SourceUrl};
use crate::provider;

pub use crate::provider::{Provider, Recognized};

/// The site that `link` leads to, and what it names there.
///
/// # Errors
/// [`Error::Invalid`] when it is no link that can be saved.
pub fn validate_link(link: &str) -> Result<Recognized> {
    let link = SourceUrl::parse(link).map_err(|error| Error::Invalid(error.to_string()))?;
    Ok(provider::recognize(&link))
}

/// Every site that is more than a link to us.
pub fn providers() -> &'static [Provider] {
    provider::all()
}

/// The site whose items are of `kind`; none for plain links and notes.
pub fn provider_of(kind: Kind) -> Option<&'static Provider> {
    provider::all().iter().find(|provider| provider.kind == kind)
}
