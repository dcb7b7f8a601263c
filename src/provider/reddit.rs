//! Reddit: a post is known by its id, whatever its community and the title behind it.
//!
//! Share links (`/r/…/s/…`) hide the id behind a redirect, so they stay plain links.

use url::Url;

use super::{EmbedType, Found, Provider, segments};
use crate::domain::Kind;

pub(super) const PROVIDER: Provider = Provider {
    kind: Kind::Reddit,
    display_name: "Reddit",
    embed_type: EmbedType::Card,
    hostnames: &[
        "reddit.com",
        "www.reddit.com",
        "old.reddit.com",
        "np.reddit.com",
        "new.reddit.com",
        "m.reddit.com",
        "redd.it",
        "www.redd.it",
    ],
    find,
};

/// Longer than any id for as long as there is Reddit; in base 36.
const MAX_ID: usize = 10;

fn find(url: &Url) -> Option<Found> {
    let is_short = url.domain().is_some_and(|host| host.trim_end_matches('.').ends_with("redd.it"));
    let segments = segments(url);
    let id = match segments.as_slice() {
        [id] if is_short => id,
        _ if is_short => return None,
        ["comments" | "gallery", id, ..] | ["r" | "u" | "user", _, "comments", id, ..] => id,
        _ => return None,
    };
    let is_id = (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let id = id.to_ascii_lowercase();
    is_id.then(|| Found {
        canonical_url: format!("https://www.reddit.com/comments/{id}"),
        embed_url: None,
        content_id: id,
    })
}
