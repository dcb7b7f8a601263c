//! Podcasts: a show is known by its number in Apple's directory, an episode by that and its own.
//!
//! Other players name shows by that number too, in some of their links; their other links say nothing that a stranger could
//! look up, and are plain ones.

use url::Url;

use super::{EmbedType, Found, Provider, segments};
use crate::domain::Kind;

pub(super) const PROVIDER: Provider = Provider {
    kind: Kind::Podcast,
    display_name: "Podcast",
    embed_type: EmbedType::Card,
    hostnames: &["podcasts.apple.com", "embed.podcasts.apple.com", "itunes.apple.com", "overcast.fm", "pca.st"],
    find,
};

const MAX_DIGITS: usize = 18;

fn find(url: &Url) -> Option<Found> {
    let segments = segments(url);
    let (show, episode) = match (url.domain()?.trim_end_matches('.'), segments.as_slice()) {
        ("overcast.fm", [first, ..]) => (first.strip_prefix("itunes")?, None),
        ("pca.st", ["itunes", show, ..]) => (*show, None),
        (host, [.., last]) if host.ends_with("apple.com") && segments.contains(&"podcast") => {
            let episode = url.query_pairs().find_map(|(name, value)| (name == "i").then(|| value.into_owned()));
            (last.strip_prefix("id")?, episode.filter(|episode| is_number(episode)))
        }
        _ => return None,
    };
    is_number(show).then(|| {
        let show_url = format!("https://podcasts.apple.com/podcast/id{show}");
        match episode {
            Some(episode) => Found {
                content_id: format!("{show}/{episode}"),
                embed_url: None,
                canonical_url: format!("{show_url}?i={episode}"),
            },
            None => Found { content_id: show.to_owned(), embed_url: None, canonical_url: show_url },
        }
    })
}

fn is_number(text: &str) -> bool {
    (1..=MAX_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
