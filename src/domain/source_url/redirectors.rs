//! Links that only carry another one: search engines and social networks count clicks that way.

use url::Url;

use super::canonical::Parts;
use super::{host, is_web};

/// A link wrapped more often than this was made to puzzle us, and is left alone.
const MAX_DEPTH: usize = 5;

/// Where `url` leads when it is a known redirector's, however often it is wrapped.
pub(super) fn unwrap(url: &Url) -> Option<Url> {
    let mut inner = wrapped(url)?;
    for _ in 1..MAX_DEPTH {
        match wrapped(&inner) {
            Some(next) => inner = next,
            None => return Some(inner),
        }
    }
    wrapped(&inner).is_none().then_some(inner)
}

fn wrapped(url: &Url) -> Option<Url> {
    let parts = Parts::of(url);
    if parts.port.is_some() {
        return None;
    }
    let names: &[&str] = match (parts.host.as_str(), parts.path.as_str()) {
        ("l.facebook.com" | "lm.facebook.com", "/l.php") => &["u"],
        ("duckduckgo.com", "/l") => &["uddg"],
        (google, "/url") if host::is_brand(google, "google") => &["q", "url"],
        _ => return None,
    };
    names.iter().find_map(|name| Url::parse(&parts.value(name)?).ok().filter(is_web))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_wrapped_too_often_is_left_alone() {
        let mut link = Url::parse("https://example.org/a?b=c").unwrap();
        for depth in 1..=MAX_DEPTH + 1 {
            link = Url::parse_with_params("https://www.google.com/url", [("q", link.as_str())]).unwrap();
            let target = unwrap(&link).map(String::from);
            assert_eq!(target.as_deref(), (depth <= MAX_DEPTH).then_some("https://example.org/a?b=c"), "depth {depth}");
        }
    }
}
