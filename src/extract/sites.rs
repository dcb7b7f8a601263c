//! Which extractor reads a link.
//!
//! To add a site: its file beside this one, one row in [`SITES`] (sorted by kind), its provider, and a fake of its service
//! in `tests/it/sites/` with the good answer and every bad one.

use futures::future::BoxFuture;
use url::Url;

use super::{
    Error, Extracted, Reach, Result, article, arxiv, bluesky, github, hackernews, instagram, mastodon, medium, notion,
    page, podcast, reddit, stackexchange, twitter, wikipedia, youtube,
};
use crate::domain::{Kind, SourceUrl};
use crate::provider::{self, Recognized};

/// Reads the links of one site.
struct Site {
    kind: Kind,
    read: for<'a> fn(&'a Reach<'a>, &'a Link<'a>) -> BoxFuture<'a, Result<Extracted>>,
}

/// A link, and what it is.
#[derive(Debug)]
pub(super) struct Link<'a> {
    /// The link itself; where it leads is its target.
    pub(super) source: &'a SourceUrl,
    /// Its site, and its id there.
    pub(super) recognized: Recognized,
    /// Whether it is the one that was saved, and not what that one is about.
    pub(super) is_first: bool,
}

/// Every site that is more than its pages.
const SITES: &[Site] = &[
    Site { kind: Kind::Arxiv, read: |reach, link| Box::pin(arxiv::read(reach, link)) },
    Site { kind: Kind::Bluesky, read: |reach, link| Box::pin(bluesky::read(reach, link)) },
    Site { kind: Kind::Github, read: |reach, link| Box::pin(github::read(reach, link)) },
    Site { kind: Kind::Hackernews, read: |reach, link| Box::pin(hackernews::read(reach, link)) },
    Site { kind: Kind::Instagram, read: |reach, link| Box::pin(instagram::read(reach, link)) },
    Site { kind: Kind::Mastodon, read: |reach, link| Box::pin(mastodon::read(reach, link)) },
    Site { kind: Kind::Medium, read: |reach, link| Box::pin(medium::read(reach, link)) },
    Site { kind: Kind::Notion, read: |reach, link| Box::pin(notion::read(reach, link)) },
    Site { kind: Kind::Podcast, read: |reach, link| Box::pin(podcast::read(reach, link)) },
    Site { kind: Kind::Reddit, read: |reach, link| Box::pin(reddit::read(reach, link)) },
    Site { kind: Kind::Stackexchange, read: |reach, link| Box::pin(stackexchange::read(reach, link)) },
    Site { kind: Kind::Twitter, read: |reach, link| Box::pin(twitter::read(reach, link)) },
    Site { kind: Kind::Wikipedia, read: |reach, link| Box::pin(wikipedia::read(reach, link)) },
    Site { kind: Kind::Youtube, read: |reach, link| Box::pin(youtube::read(reach, link)) },
];

/// What read a link, and what came of it.
#[derive(Debug)]
pub struct Reading {
    /// The extractor's name in the ledger.
    pub extractor: &'static str,
    /// What was found out.
    pub outcome: Result<Extracted>,
}

/// Reads `source` with the extractor of its site, or as any page of the web.
pub async fn read(reach: &Reach<'_>, source: &SourceUrl) -> Reading {
    read_as(reach, source, true).await
}

/// Reads what a saved link is about, and nothing that this may be about in turn.
///
/// # Errors
/// See [`super::Error`]; never that the page has not changed, for what was seen is another one.
pub(super) async fn read_linked(reach: &Reach<'_>, source: &SourceUrl) -> Result<Extracted> {
    let reach = Reach { seen: None, ..reach.clone() };
    read_as(&reach, source, false).await.outcome
}

/// Reads the link of a site that another one led to, such as one that was shortened.
async fn read_end(reach: &Reach<'_>, there: &Url, is_first: bool) -> Reading {
    let reach = Reach { seen: None, ..reach.clone() };
    match SourceUrl::parse(there.as_str()) {
        Ok(source) => {
            let mut reading = read_as(&reach, &source, is_first).await;
            if let Ok(found) = &mut reading.outcome {
                // The link that was saved has no state of its own.
                found.seen = None;
            }
            reading
        }
        Err(_) => Reading { extractor: page::NAME, outcome: Err(Error::Gone("This page")) },
    }
}

/// Whether it is the link of a site that is more than its pages.
fn is_site(url: &Url) -> bool {
    SourceUrl::parse(url.as_str()).is_ok_and(|source| provider::recognize(&source).kind != Kind::Link)
}

/// Boxed, since a site may come back here for what its link is about.
fn read_as<'a>(reach: &'a Reach<'_>, source: &'a SourceUrl, is_first: bool) -> BoxFuture<'a, Reading> {
    Box::pin(async move {
        let link = Link { source, recognized: provider::recognize(source), is_first };
        match SITES.iter().find(|site| site.kind == link.recognized.kind) {
            Some(site) => {
                let outcome = (site.read)(reach, &link).await.map(article::with_language_and_time);
                Reading { extractor: site.kind.as_str(), outcome }
            }
            None => match page::follow(reach, link.source.target(), is_site).await {
                Ok(page::End::Page(found)) => Reading { extractor: page::NAME, outcome: Ok(*found) },
                Ok(page::End::Site(there)) => read_end(reach, &there, is_first).await,
                Err(error) => Reading { extractor: page::NAME, outcome: Err(error) },
            },
        }
    })
}
