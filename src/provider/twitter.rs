//! X, once Twitter: a post is known by its number; clients embed it under the old name.

use url::Url;

use super::{EmbedType, Found, Provider, segments};
use crate::domain::Kind;

pub(super) const PROVIDER: Provider = Provider {
    kind: Kind::Twitter,
    display_name: "Twitter",
    embed_type: EmbedType::Oembed,
    hostnames: &[
        "twitter.com",
        "www.twitter.com",
        "m.twitter.com",
        "mobile.twitter.com",
        "x.com",
        "www.x.com",
        "mobile.x.com",
    ],
    find,
};

/// Posts have 64-bit numbers, of 19 digits at most.
const MAX_DIGITS: usize = 19;

fn find(url: &Url) -> Option<Found> {
    let segments = segments(url);
    let [_, "status", number, ..] = segments.as_slice() else { return None };
    if number.len() > MAX_DIGITS || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let address = format!("https://twitter.com/i/status/{number}");
    Some(Found { content_id: (*number).to_owned(), embed_url: Some(address.clone()), canonical_url: address })
}
