//! Wikipedia: an article is known by its language and its title, as in `en/Kiln`.

use percent_encoding::percent_decode_str;
use url::Url;

use super::{EmbedType, Found, Provider};
use crate::domain::Kind;

pub(super) const PROVIDER: Provider = Provider {
    kind: Kind::Wikipedia,
    display_name: "Wikipedia",
    embed_type: EmbedType::Card,
    hostnames: &["*.wikipedia.org"],
    find,
};

/// Hosts below `wikipedia.org` that are no language.
const OTHERS: [&str; 6] = ["api", "donate", "m", "search", "store", "www"];
/// The longest title, in bytes.
const MAX_TITLE: usize = 255;

fn find(url: &Url) -> Option<Found> {
    let language = language(url.domain()?)?;
    let title = title(url, language)?;
    // Special pages are made anew for each visitor, and are called so in every language.
    if title.is_empty() || title.len() > MAX_TITLE || title.starts_with("Special:") {
        return None;
    }
    let mut canonical = Url::parse(&format!("https://{language}.wikipedia.org/wiki/")).ok()?;
    // A title may have slashes, and questions of its own.
    canonical.set_path(&format!("/wiki/{}", title.replace('%', "%25").replace('?', "%3F")));
    Some(Found { content_id: format!("{language}/{title}"), embed_url: None, canonical_url: canonical.into() })
}

/// `en` of `en.wikipedia.org` and of `en.m.wikipedia.org`.
fn language(host: &str) -> Option<&str> {
    let labels = host.trim_end_matches('.').strip_suffix(".wikipedia.org")?;
    let language = labels.strip_suffix(".m").unwrap_or(labels);
    (!language.contains('.') && !OTHERS.contains(&language)).then_some(language)
}

/// With underscores, as Wikipedia keeps it.
fn title(url: &Url, language: &str) -> Option<String> {
    let mut query = url.query_pairs();
    if query.any(|(name, value)| name == "action" && value != "view") {
        return None; // an article's history, or its text in a form for editing
    }
    let named = url.query_pairs().find_map(|(name, value)| (name == "title").then(|| value.into_owned()));
    let path = url.path();
    let title = match path.strip_prefix("/wiki/").or_else(|| in_variant(path, language)) {
        Some(title) => percent_decode_str(title).decode_utf8().ok()?.into_owned(),
        None if matches!(path, "/w/index.php" | "/wiki" | "/") => named?,
        None => return None,
    };
    let is_clean = !title.chars().any(|c| c.is_control() || matches!(c, '<' | '>' | '[' | ']' | '{' | '}' | '|' | '#'));
    is_clean.then(|| title.trim().replace(' ', "_").trim_matches('_').to_owned())
}

/// Languages with several scripts have an address for each: `/zh-tw/` and `/sr-el/`.
fn in_variant<'a>(path: &'a str, language: &str) -> Option<&'a str> {
    let (variant, title) = path.strip_prefix('/')?.split_once('/')?;
    variant.strip_prefix(language)?.starts_with('-').then_some(title)
}
