//! YouTube: a video is known by its eleven characters.

use url::Url;

use super::{EmbedType, Found, Provider};
use crate::domain::Kind;
use crate::domain::source_url::is_video_id;

pub(super) const PROVIDER: Provider = Provider {
    kind: Kind::Youtube,
    display_name: "YouTube",
    embed_type: EmbedType::Iframe,
    hostnames: &[
        "youtube.com",
        "www.youtube.com",
        "m.youtube.com",
        "music.youtube.com",
        "youtu.be",
        "www.youtu.be",
        "youtube-nocookie.com",
        "www.youtube-nocookie.com",
        "*.youtube.com",
        "*.youtu.be",
    ],
    find,
};

fn find(url: &Url) -> Option<Found> {
    let id = video(url).filter(|id| is_video_id(id))?;
    Some(Found {
        embed_url: Some(format!("https://www.youtube.com/embed/{id}")),
        canonical_url: format!("https://www.youtube.com/watch?v={id}"),
        content_id: id,
    })
}

/// What stands where an id would. The path is taken by the letter: `/watch/` and `/embed//` show no video.
fn video(url: &Url) -> Option<String> {
    if url.path() == "/watch" {
        return url.query_pairs().find_map(|(name, value)| (name == "v").then(|| value.into_owned()));
    }
    let mut segments = url.path_segments()?;
    let first = segments.next()?;
    match (first, url.domain()?.trim_end_matches('.')) {
        ("embed" | "live" | "shorts" | "v", _) => segments.next().map(str::to_owned),
        (id, "youtu.be" | "www.youtu.be") => Some(id.to_owned()),
        _ => None,
    }
}
