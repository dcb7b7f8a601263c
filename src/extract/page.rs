//! Any link: whatever is there, as it is.

use url::Url;

use super::{Error, Extracted, Reach, Result, Seen, Wall};
use crate::fetch::Page;

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
    let mut found = reach.parser.read((&page).into()).await?;
    found.seen = Some(Seen { etag: page.etag.clone(), last_modified: page.last_modified.clone() });
    if !page.redirects.is_empty() {
        found.other_links.push(page.final_url.to_string());
    }
    Ok(found)
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
