//! Any link: whatever is there, as it is.

use url::Url;

use super::{Error, Extracted, Reach, Result, Seen, medium};

/// The extractor's name in the ledger.
pub const NAME: &str = "article";
/// The types that a page may come as, the readable ones first.
const ACCEPT: &str = "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1";

/// Fetches `url` and reads what came.
///
/// # Errors
/// See [`Error`]; [`Error::Unchanged`] when the page is as [`Reach::seen`] says.
pub async fn read(reach: &Reach<'_>, url: &Url) -> Result<Extracted> {
    let mut request = reach.page(url).accept(ACCEPT).any_type();
    if let Some(seen) = &reach.seen {
        request = seen.etag.iter().fold(request, |request, etag| request.if_none_match(etag));
        request = seen.last_modified.iter().fold(request, |request, date| request.if_modified_since(date));
    }
    let page = reach.fetcher.get(&request).await?;
    if page.status == 304 {
        return Err(Error::Unchanged);
    }
    let mut found = reach.parser.read((&page).into()).await?;
    medium::mark_paywall(&page.body, &mut found);
    found.seen = Some(Seen { etag: page.etag.clone(), last_modified: page.last_modified.clone() });
    if !page.redirects.is_empty() {
        found.other_links.push(page.final_url.to_string());
    }
    Ok(found)
}
