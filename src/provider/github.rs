//! GitHub: repositories, what is discussed in them, and gists.

use url::Url;

use super::{EmbedType, Found, Provider, segments};
use crate::domain::Kind;

pub(super) const PROVIDER: Provider = Provider {
    kind: Kind::Github,
    display_name: "GitHub",
    embed_type: EmbedType::Card,
    hostnames: &["github.com", "www.github.com", "gist.github.com"],
    find,
};

/// Pages of GitHub itself, which no user can be called.
const PAGES: [&str; 24] = [
    "about",
    "account",
    "apps",
    "codespaces",
    "collections",
    "contact",
    "customer-stories",
    "enterprise",
    "events",
    "explore",
    "features",
    "join",
    "login",
    "marketplace",
    "new",
    "notifications",
    "pricing",
    "search",
    "sessions",
    "settings",
    "site",
    "sponsors",
    "topics",
    "trending",
];

fn find(url: &Url) -> Option<Found> {
    let segments = segments(url);
    if url.domain().is_some_and(|host| host.starts_with("gist.")) {
        let [owner, gist, ..] = segments.as_slice() else { return None };
        return Some(gist_of(&format!("{owner}/{gist}")));
    }
    let [owner, repository, rest @ ..] = segments.as_slice() else { return None };
    if *owner == "gist" {
        return Some(gist_of(repository)); // where gists were before they had a host of their own
    }
    if PAGES.binary_search(owner).is_ok() {
        return None;
    }
    let content_id = match rest {
        [what @ ("discussions" | "issues" | "pull"), number, ..]
            if number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            format!("{owner}/{repository}/{what}/{number}")
        }
        _ => format!("{owner}/{repository}"),
    };
    Some(Found { canonical_url: format!("https://github.com/{content_id}"), embed_url: None, content_id })
}

fn gist_of(path: &str) -> Found {
    Found {
        content_id: format!("gist/{path}"),
        embed_url: None,
        canonical_url: format!("https://gist.github.com/{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::PAGES;

    #[test]
    fn the_pages_are_sorted_as_the_search_in_them_needs() {
        assert!(PAGES.is_sorted());
    }
}
