//! URL providers: which site does a link belong to, and what is its id there?
//!
//! Pure and total: [`recognize`] never touches the network and always answers; what no provider claims is [`Kind::Link`].
//!
//! To add a site: one file here, one row in `PROVIDERS` (sorted by type), cases in `tests/it/provider.rs`. Hosts match
//! whole labels, so `notyoutube.com` is not YouTube. Ids and addresses are stored in rows and known to clients: a rule
//! may come to claim more links, never to name one otherwise.
//!
//! When two links are the same page is [`SourceUrl::canonical`]'s business, fetching and reading pages that of `extract`.

mod arxiv;
mod bluesky;
mod github;
mod hackernews;
mod instagram;
mod mastodon;
mod medium;
mod notion;
mod podcast;
mod reddit;
mod stackexchange;
mod twitter;
mod wikipedia;
mod youtube;

pub(crate) use arxiv::version as arxiv_version;
pub(crate) use mastodon::post as mastodon_post;
use md5::{Digest, Md5};
use serde::{Serialize, Serializer};
use url::Url;

use crate::domain::{Kind, SourceUrl};

/// How a client shows a link.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EmbedType {
    /// The site's own player, in a frame.
    Iframe,
    /// What the site's oEmbed endpoint answers.
    Oembed,
    /// Title, picture and description.
    Card,
}

/// A site that we know.
#[derive(Debug)]
pub struct Provider {
    /// The type of its items.
    pub kind: Kind,
    /// Its name for people.
    pub display_name: &'static str,
    /// How its items are shown; all but [`EmbedType::Card`] can be embedded.
    pub embed_type: EmbedType,
    /// Its hosts in lower case; a leading `*.` stands for one or more labels.
    pub hostnames: &'static [&'static str],
    /// Finds the item that a URL on one of the hosts names, if it names one.
    find: fn(&Url) -> Option<Found>,
}

/// What a provider reads from a URL.
struct Found {
    content_id: String,
    embed_url: Option<String>,
    canonical_url: String,
}

/// What is known about a link without a look at its page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recognized {
    /// The site, or [`Kind::Link`].
    #[serde(rename = "type")]
    pub kind: Kind,
    /// The site's name for people, or `Link`.
    pub display_name: &'static str,
    /// The item's id on its site; of other links 12 hexadecimal digits of the MD5 of the serialised URL.
    pub content_id: String,
    /// What a client puts into a frame or asks oEmbed for.
    pub embed_url: Option<String>,
    /// The site's own address of the item; of other links their canonical form.
    pub canonical_url: String,
    /// Whether there is anything to embed.
    pub can_embed: bool,
    /// How a client shows it.
    pub embed_type: EmbedType,
}

/// Every site that we know, sorted by type.
static PROVIDERS: &[Provider] = &[
    arxiv::PROVIDER,
    bluesky::PROVIDER,
    github::PROVIDER,
    hackernews::PROVIDER,
    instagram::PROVIDER,
    mastodon::PROVIDER,
    medium::PROVIDER,
    notion::PROVIDER,
    podcast::PROVIDER,
    reddit::PROVIDER,
    stackexchange::PROVIDER,
    twitter::PROVIDER,
    wikipedia::PROVIDER,
    youtube::PROVIDER,
];

/// Every site that we know, for people to see what gets more than a card.
pub fn all() -> &'static [Provider] {
    PROVIDERS
}

/// Which site does `link` lead to, and to what there? A redirector's link is judged by its target.
pub fn recognize(link: &SourceUrl) -> Recognized {
    let target = link.target();
    let mut claims = PROVIDERS.iter().filter(|provider| provider.owns(target));
    if let Some((provider, found)) = claims.find_map(|provider| Some((provider, (provider.find)(target)?))) {
        return Recognized {
            kind: provider.kind,
            display_name: provider.display_name,
            content_id: found.content_id,
            embed_url: found.embed_url,
            canonical_url: found.canonical_url,
            can_embed: provider.supports_embed(),
            embed_type: provider.embed_type,
        };
    }
    Recognized {
        kind: Kind::Link,
        display_name: "Link",
        content_id: hex::encode(&Md5::digest(link.url().as_str())[..6]),
        embed_url: None,
        canonical_url: link.canonical().to_owned(),
        can_embed: false,
        embed_type: EmbedType::Card,
    }
}

impl Provider {
    /// Can its items be embedded at all?
    pub fn supports_embed(&self) -> bool {
        self.embed_type != EmbedType::Card
    }

    fn owns(&self, url: &Url) -> bool {
        let Some(host) = url.domain() else { return false };
        let host = host.strip_suffix('.').unwrap_or(host);
        self.hostnames.iter().any(|pattern| matches_host(pattern, host))
    }
}

fn matches_host(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(suffix) => host.strip_suffix(suffix).is_some_and(|labels| !labels.is_empty()),
        None => host == pattern,
    }
}

/// The segments of the path, still percent-encoded, without the empty ones.
fn segments(url: &Url) -> Vec<&str> {
    url.path().split('/').filter(|segment| !segment.is_empty()).collect()
}

/// As `GET /content/providers` shows it.
impl Serialize for Provider {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Shown {
            r#type: Kind,
            display_name: &'static str,
            supports_embed: bool,
            embed_type: EmbedType,
            hostnames: &'static [&'static str],
        }
        Shown {
            r#type: self.kind,
            display_name: self.display_name,
            supports_embed: self.supports_embed(),
            embed_type: self.embed_type,
            hostnames: self.hostnames,
        }
        .serialize(serializer)
    }
}
