//! Instagram: posts, reels and videos share one kind of short code.

use url::Url;

use super::{EmbedType, Found, Provider, segments};
use crate::domain::Kind;

pub(super) const PROVIDER: Provider = Provider {
    kind: Kind::Instagram,
    display_name: "Instagram",
    embed_type: EmbedType::Oembed,
    hostnames: &["instagram.com", "www.instagram.com"],
    find,
};

fn find(url: &Url) -> Option<Found> {
    let segments = segments(url);
    let ["p" | "reel" | "tv", code, ..] = segments.as_slice() else { return None };
    is_short_code(code).then(|| Found {
        content_id: (*code).to_owned(),
        embed_url: Some(format!("https://www.instagram.com/p/{code}/embed")),
        canonical_url: format!("https://www.instagram.com/p/{code}/"),
    })
}

/// A 64-bit number in base 64: ten characters in the first years, eleven since.
fn is_short_code(text: &str) -> bool {
    matches!(text.len(), 10 | 11)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
