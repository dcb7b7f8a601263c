//! Hosts: which spelling is the canonical one, and to which site does one belong?

use std::net::Ipv4Addr;

use url::{Host, Url};

/// Without the root's dot and without `www.`, where a host that somebody can own remains (`www.github.io` and
/// `www.com` are not that). Addresses stay as they are.
pub(super) fn canonical(url: &Url) -> &str {
    let Some(Host::Domain(mut host)) = url.host() else {
        return url.host_str().unwrap_or_default();
    };
    // Two dots at the end are no name at all; without one, `0x7f.1..` would turn into an address.
    if let Some(short) = host.strip_suffix('.').filter(|short| !short.is_empty() && !short.ends_with('.')) {
        host = short;
    }
    while let Some(short) = host.strip_prefix("www.").filter(|short| psl::domain_str(short).is_some()) {
        host = short;
    }
    host
}

/// The registrable domain of a host in canonical form, or the whole host where there is none.
pub(super) fn site(host: &str) -> &str {
    if host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok() { host } else { psl::domain_str(host).unwrap_or(host) }
}

/// Is `host` the site of `brand` under any country's suffix: `google.de`, `amazon.co.uk`? Not on a suffix that a
/// company lets to others (`google.blogspot.com`), and not below it.
pub(super) fn is_brand(host: &str, brand: &str) -> bool {
    let Some(suffix) = host.strip_prefix(brand).and_then(|rest| rest.strip_prefix('.')) else { return false };
    psl::suffix(host.as_bytes())
        .is_some_and(|known| known.as_bytes() == suffix.as_bytes() && known.typ() == Some(psl::Type::Icann))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical_of(link: &str) -> String {
        canonical(&Url::parse(link).unwrap()).to_owned()
    }

    #[test]
    fn www_goes_only_where_a_host_that_somebody_owns_remains() {
        assert_eq!(canonical_of("https://WWW.Example.co.uk./"), "example.co.uk");
        assert_eq!(canonical_of("https://www.www.example.com/"), "example.com");
        for kept in ["www.com", "www.co.uk", "www.github.io", "www.localhost", "www2.example.com", "wwwexample.com"] {
            assert_eq!(canonical_of(&format!("https://{kept}/")), kept);
        }
    }

    #[test]
    fn a_brand_is_not_what_others_call_by_its_name() {
        assert!(is_brand("google.com", "google") && is_brand("google.co.uk", "google"));
        for other in ["google.blogspot.com", "google.evil.com", "notgoogle.com", "google", "google.", "maps.google.com"]
        {
            assert!(!is_brand(other, "google"), "{other}");
        }
    }
}
