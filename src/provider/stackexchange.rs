//! Stack Exchange: a question or an answer is known by its site and its number there.

use url::Url;

use super::{EmbedType, Found, Provider, segments};
use crate::domain::Kind;

pub(super) const PROVIDER: Provider = Provider {
    kind: Kind::Stackexchange,
    display_name: "Stack Exchange",
    embed_type: EmbedType::Card,
    hostnames: &[
        "stackoverflow.com",
        "*.stackoverflow.com",
        "*.stackexchange.com",
        "serverfault.com",
        "*.serverfault.com",
        "superuser.com",
        "*.superuser.com",
        "askubuntu.com",
        "*.askubuntu.com",
        "mathoverflow.net",
        "*.mathoverflow.net",
        "stackapps.com",
        "www.stackapps.com",
    ],
    find,
};

/// Digits of the largest number that is taken for an id.
const MAX_DIGITS: usize = 12;

fn find(url: &Url) -> Option<Found> {
    let host = url.domain()?.trim_end_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    let (what, number) = match segments(url).as_slice() {
        ["questions" | "q", number, ..] => ("questions", (*number).to_owned()),
        ["a", number, ..] => ("a", (*number).to_owned()),
        _ => return None,
    };
    let is_number = (1..=MAX_DIGITS).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let content_id = format!("{host}/{what}/{number}");
    is_number.then(|| Found { canonical_url: format!("https://{content_id}"), embed_url: None, content_id })
}
