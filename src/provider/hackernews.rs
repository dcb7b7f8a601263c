//! Hacker News: a post is known by its number.

use url::Url;

use super::{EmbedType, Found, Provider};
use crate::domain::Kind;

pub(super) const PROVIDER: Provider = Provider {
    kind: Kind::Hackernews,
    display_name: "Hacker News",
    embed_type: EmbedType::Card,
    hostnames: &["news.ycombinator.com"],
    find,
};

fn find(url: &Url) -> Option<Found> {
    if url.path() != "/item" {
        return None;
    }
    let id = url.query_pairs().find_map(|(name, value)| (name == "id").then(|| value.into_owned()))?;
    let is_number = !id.is_empty() && id.len() <= 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Found {
        canonical_url: format!("https://news.ycombinator.com/item?id={id}"),
        embed_url: None,
        content_id: id,
    })
}
