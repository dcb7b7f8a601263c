//! Medium: a story's address ends with its id, under the writer's name, a publication's or `/p/`.

use url::Url;

use super::{EmbedType, Found, Provider, segments};
use crate::domain::Kind;

pub(super) const PROVIDER: Provider = Provider {
    kind: Kind::Medium,
    display_name: "Medium",
    embed_type: EmbedType::Card,
    hostnames: &["medium.com", "www.medium.com", "*.medium.com"],
    find,
};

fn find(url: &Url) -> Option<Found> {
    let last = *segments(url).last()?;
    let id = last.rsplit_once('-').map_or(last, |(_, id)| id);
    is_story_id(id).then(|| Found {
        content_id: id.to_owned(),
        embed_url: None,
        canonical_url: format!("https://medium.com/p/{id}"),
    })
}

/// Twelve hexadecimal digits, less the zeros before them.
fn is_story_id(text: &str) -> bool {
    (10..=12).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
