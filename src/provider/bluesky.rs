//! Bluesky: a post is known by its author, a handle or a DID, and its key among the author's posts.

use url::Url;

use super::{EmbedType, Found, Provider, segments};
use crate::domain::Kind;

pub(super) const PROVIDER: Provider = Provider {
    kind: Kind::Bluesky,
    display_name: "Bluesky",
    embed_type: EmbedType::Oembed,
    hostnames: &["bsky.app", "www.bsky.app", "staging.bsky.app", "main.bsky.dev"],
    find,
};

/// The longest key and the longest handle, in bytes (<https://atproto.com/specs/record-key>, …/handle).
const MAX_KEY: usize = 512;
const MAX_ACTOR: usize = 253;

fn find(url: &Url) -> Option<Found> {
    let segments = segments(url);
    let ["profile", actor, "post", key, ..] = segments.as_slice() else { return None };
    let actor = actor.replace("%3A", ":").replace("%3a", ":");
    // Handles are hosts, and those know no case; DIDs do.
    let actor = if actor.starts_with("did:") { actor } else { actor.trim_start_matches('@').to_ascii_lowercase() };
    if !is_actor(&actor) || !is_key(key) {
        return None;
    }
    let address = format!("https://bsky.app/profile/{actor}/post/{key}");
    Some(Found { content_id: format!("{actor}/{key}"), embed_url: Some(address.clone()), canonical_url: address })
}

fn is_actor(actor: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'_');
    let is_known = actor.starts_with("did:") || actor.contains('.') && !actor.contains(':');
    is_known && actor.len() <= MAX_ACTOR && actor.bytes().all(known)
}

fn is_key(key: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':');
    (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(known)
}
