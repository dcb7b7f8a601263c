//! Mastodon: a post is known by its server and its number there.
//!
//! The large servers are listed. There are thousands more: a link to one of them is a plain one, and is read as a post once
//! its page has said what it is.

use url::Url;

use super::{EmbedType, Found, Provider, segments};
use crate::domain::Kind;

pub(super) const PROVIDER: Provider = Provider {
    kind: Kind::Mastodon,
    display_name: "Mastodon",
    embed_type: EmbedType::Iframe,
    hostnames: &[
        "mastodon.social",
        "mastodon.online",
        "mastodon.world",
        "mastodon.cloud",
        "mastodon.art",
        "mastodon.green",
        "mastodon.ie",
        "mastodon.nl",
        "mastodon.nu",
        "mastodon.nz",
        "mastodon.scot",
        "mastodon.xyz",
        "mastodon.gamedev.place",
        "mastodonapp.uk",
        "aus.social",
        "c.im",
        "chaos.social",
        "datasci.social",
        "fosstodon.org",
        "front-end.social",
        "functional.cafe",
        "genomic.social",
        "hachyderm.io",
        "indieweb.social",
        "infosec.exchange",
        "ioc.exchange",
        "kolektiva.social",
        "m.cmx.im",
        "mamot.fr",
        "mas.to",
        "masto.ai",
        "masto.es",
        "mathstodon.xyz",
        "mindly.social",
        "mstdn.ca",
        "mstdn.jp",
        "mstdn.party",
        "mstdn.plus",
        "mstdn.science",
        "mstdn.social",
        "norden.social",
        "octodon.social",
        "phpc.social",
        "piaille.fr",
        "ruby.social",
        "scholar.social",
        "social.coop",
        "social.lol",
        "social.tchncs.de",
        "techhub.social",
        "techpolicy.social",
        "toot.community",
        "toot.io",
        "troet.cafe",
        "universeodon.com",
        "wandering.shop",
    ],
    find,
};

/// Posts have 64-bit numbers.
const MAX_DIGITS: usize = 20;

fn find(url: &Url) -> Option<Found> {
    let (user, number) = post(url)?;
    let host = url.domain()?.trim_end_matches('.');
    let address = format!("https://{host}/@{user}/{number}");
    Some(Found {
        content_id: format!("{host}/{number}"),
        embed_url: Some(format!("{address}/embed")),
        canonical_url: address,
    })
}

/// The user and the number of the post that a link has the form of, on whatever host.
pub(crate) fn post(url: &Url) -> Option<(&str, &str)> {
    let segments = segments(url);
    let segments = match segments.as_slice() {
        ["web" | "deck", rest @ ..] => rest,
        all => all,
    };
    let (user, number) = match segments {
        [user, number] | [user, number, "embed"] => (user.strip_prefix('@')?, *number),
        ["users", user, "statuses", number, ..] => (*user, *number),
        _ => return None,
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@');
    let is_user = !user.is_empty() && user.bytes().all(is_name);
    let is_number = (1..=MAX_DIGITS).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_user && is_number).then_some((user, number))
}
