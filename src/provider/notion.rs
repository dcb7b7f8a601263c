//! Notion: a page's address ends with its UUID, with or without dashes, mostly behind the title.

use url::Url;
use uuid::Uuid;

use super::{EmbedType, Found, Provider, segments};
use crate::domain::Kind;

pub(super) const PROVIDER: Provider = Provider {
    kind: Kind::Notion,
    display_name: "Notion",
    embed_type: EmbedType::Card,
    hostnames: &["notion.so", "www.notion.so", "notion.site", "*.notion.site"],
    find,
};

fn find(url: &Url) -> Option<Found> {
    let last = *segments(url).last()?;
    let page = ending(last, 32).or_else(|| ending(last, 36))?;
    Some(Found {
        content_id: page.simple().to_string(),
        embed_url: None,
        canonical_url: format!("https://notion.so/{}", page.hyphenated()),
    })
}

/// The UUID in the last `length` characters; whatever stands before it is the title.
fn ending(segment: &str, length: usize) -> Option<Uuid> {
    let id = segment.get(segment.len().checked_sub(length)?..)?;
    id.parse().ok()
}
