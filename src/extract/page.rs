//! Any link: whatever is there, as it is.

use url::Url;

use super::oembed::OEmbed;
use super::{Error, Extracted, Raw, Reach, Result, Seen, Wall, feed, mastodon, medium};
use crate::fetch::Page;
use crate::provider;

/// The extractor's name in the ledger.
pub const NAME: &str = "article";
/// The types that a page may come as, the readable ones first.
const ACCEPT: &str = "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1";

/// Fetches `url` and reads what came.
///
/// # Errors
/// See [`Error`]; [`Error::Unchanged`] when the page is as [`Reach::seen`] says.
pub async fn read(reach: &Reach<'_>, url: &Url) -> Result<Extracted> {
    let mut request = reach.page(url).accept(ACCEPT).any_type().any_status();
    if let Some(seen) = &reach.seen {
        request = seen.etag.iter().fold(request, |request, etag| request.if_none_match(etag));
        request = seen.last_modified.iter().fold(request, |request, date| request.if_modified_since(date));
    }
    let page = reach.fetcher.get(&request).await?;
    if page.status == 304 {
        return Err(Error::Unchanged);
    }
    if let Some(refusal) = page.refusal(reach.now) {
        return if is_bot_check(reach, &page).await { Ok(walled()) } else { Err(refusal.into()) };
    }
    let raw = Raw::from(&page);
    let feed = if feed::is_feed(&raw) { feed::read(raw.clone()).await } else { None };
    let mut found = match feed {
        Some(feed) => feed,
        None => reach.parser.read(raw).await?,
    };
    medium::mark_paywall(&page.body, &mut found);
    if let Some(more) = found.oembed_link.as_deref().and_then(|link| Url::parse(link).ok()) {
        found = with_more(reach, found, &page.final_url, &more).await;
    }
    found.seen = Some(Seen { etag: page.etag.clone(), last_modified: page.last_modified.clone() });
    if !page.redirects.is_empty() {
        found.other_links.push(page.final_url.to_string());
    }
    Ok(found)
}

/// What a service at `more` adds to what the page at `url` says of itself. It may be of no help, and nothing is lost then.
async fn with_more(reach: &Reach<'_>, mut found: Extracted, url: &Url, more: &Url) -> Extracted {
    // Mastodon and its kin have this address, and thousands of hosts that no list can know.
    if let Some((_, id)) = provider::mastodon_post(url)
        && more.path() == "/api/oembed"
        && more.origin() == url.origin()
        && let Ok(post) = mastodon::post(reach, &origin(url), id).await
    {
        return post;
    }
    let is_complete = found.title.is_some() && found.author.is_some() && found.thumbnail_url.is_some();
    if !is_complete && let Ok(answer) = OEmbed::of_page(reach, more).await {
        answer.fill(&mut found);
    }
    found
}

fn origin(url: &Url) -> Url {
    let mut origin = url.clone();
    origin.set_path("/");
    origin.set_query(None);
    origin
}

/// Does the site refuse us because it takes us for a robot? It says so in a header, or in what it sends instead of the page.
async fn is_bot_check(reach: &Reach<'_>, page: &Page) -> bool {
    let says = |name, words: &[&str]| page.header(name).is_some_and(|said| words.contains(&said.trim()));
    if says("cf-mitigated", &["challenge"]) || says("x-amzn-waf-action", &["challenge", "captcha"]) {
        return true;
    }
    // A host that names a time is busy.
    let is_told = matches!(page.status, 401 | 403 | 405 | 406 | 503) && page.header("retry-after").is_none();
    is_told && matches!(reach.parser.read(page.into()).await, Ok(Extracted { wall: Some(Wall::BotCheck), .. }))
}

fn walled() -> Extracted {
    Extracted { wall: Some(Wall::BotCheck), ..Extracted::default() }
}
