//! Hosts as politeness knows them: several names of one owner are one site, and some sites want more peace than others.
//!
//! To add a site that asks for it: a row, with where it says so.

use std::net::IpAddr;
use std::time::Duration;

use super::guard::Target;
use super::pace::Rules;

/// Sites by their registrable domain, with the time between two requests; such a site gets one at a time.
const SITES: [(&str, Duration); 2] = [
    // Its API asks for three seconds between two requests, and one connection.
    ("arxiv.org", Duration::from_secs(3)),
    // Feeds without a key are limited to a few requests a minute.
    ("reddit.com", Duration::from_secs(10)),
];

/// What one owner's hosts have in common: the registrable domain, and the port where it is not that of a site.
pub(super) fn key(target: &Target) -> String {
    let site = site(&target.host);
    match target.port {
        // `http` and `https` are one site; any other port is a service of its own.
        80 | 443 => site.to_owned(),
        port => format!("{site}:{port}"),
    }
}

/// `rules`, or stricter ones where the host's site has a row.
pub(super) fn rules(host: &str, rules: Rules) -> Rules {
    match spacing(host) {
        Some(spacing) => Rules { concurrency: 1, spacing: spacing.max(rules.spacing) },
        None => rules,
    }
}

/// Whether turns are taken with this host even where it is asked as a service.
pub(super) fn wants_peace(host: &str) -> bool {
    spacing(host).is_some()
}

fn spacing(host: &str) -> Option<Duration> {
    let site = site(host);
    SITES.iter().find(|(name, _)| *name == site).map(|(_, spacing)| *spacing)
}

fn site(host: &str) -> &str {
    let is_address = host.starts_with('[') || host.parse::<IpAddr>().is_ok();
    if is_address { host } else { psl::domain_str(host).unwrap_or(host) }
}
