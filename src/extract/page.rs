//! Any link: whatever is there, as it is.

use url::Url;

use super::oembed::OEmbed;
use super::{Error, Extracted, Raw, Reach, Result, Seen, Wall, feed, mastodon, medium};
use crate::fetch::{self, Page};
use crate::provider;

/// The extractor's name in the ledger.
pub const NAME: &str = "article";
/// The types that a page may come as, the readable ones first.
const ACCEPT: &str = "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1";
/// Headers by which a check for robots can be told, with what they say then; anything where nothing stands.
const CHALLENGES: [(&str, &[&str]); 4] = [
    ("cf-mitigated", &["challenge"]),
    ("x-amzn-waf-action", &["challenge", "captcha"]),
    ("x-vercel-mitigated", &["challenge", "deny"]),
    ("x-datadome", &[]),
];
/// Pages in a row that send their visitors on.
const MAX_ONWARD: usize = 3;
/// What is missing of what is larger than it may be.
const TOO_LARGE: &str = "The page is too large to be read in full";
/// The status that one network has for robots alone.
const UNWELCOME: u16 = 999;

/// Where a link ended.
pub(super) enum End {
    /// At a page.
    Page(Box<Extracted>),
    /// At the link of a site that is more than its pages.
    Site(Url),
}

/// Fetches `url` and reads what came.
///
/// # Errors
/// See [`Error`]; [`Error::Unchanged`] when the page is as [`Reach::seen`] says.
pub async fn read(reach: &Reach<'_>, url: &Url) -> Result<Extracted> {
    match follow(reach, url, |_| false).await? {
        End::Page(found) => Ok(*found),
        End::Site(there) => Err(fetch::Error::TooManyRedirects { host: host(&there) }.into()),
    }
}

/// Fetches `url` and reads what came, unless redirects lead to a link that `is_site` knows. A page that sends its visitors on counts
/// as a redirect.
///
/// # Errors
/// See [`read`].
pub(super) async fn follow(reach: &Reach<'_>, url: &Url, is_site: fn(&Url) -> bool) -> Result<End> {
    let mut been = vec![url.clone()];
    let mut end = look(reach, url, is_site).await?;
    loop {
        let End::Page(found) = &mut end else { return Ok(end) };
        let Some(onward) = found.onward_link.take().and_then(|link| Url::parse(&link).ok()) else { return Ok(end) };
        if is_site(&onward) {
            return Ok(End::Site(onward));
        }
        if been.len() > MAX_ONWARD {
            return Err(fetch::Error::TooManyRedirects { host: host(&onward) }.into());
        }
        if been.contains(&onward) {
            return Err(fetch::Error::RedirectLoop { host: host(&onward) }.into());
        }
        // What was seen is the state of the page at the end, which the one before it knows nothing of.
        let reach = Reach { seen: None, ..reach.clone() };
        end = look(&reach, &onward, is_site).await?;
        if let End::Page(found) = &mut end {
            found.seen = None;
            found.other_links.push(onward.to_string());
        }
        been.push(onward);
    }
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

async fn look(reach: &Reach<'_>, url: &Url, is_site: fn(&Url) -> bool) -> Result<End> {
    let mut request = reach.page(url).accept(ACCEPT).any_type().any_status().or_beginning().until(is_site);
    if let Some(seen) = &reach.seen {
        request = seen.etag.iter().fold(request, |request, etag| request.if_none_match(etag));
        request = seen.last_modified.iter().fold(request, |request, date| request.if_modified_since(date));
    }
    let page = reach.fetcher.get(&request).await?;
    match page.status {
        304 => return Err(Error::Unchanged),
        300..400 => return Ok(End::Site(page.final_url)),
        _ => {}
    }
    if let Some(wall) = wall_in_place_of(reach, &page).await {
        return Ok(End::Page(Box::new(wall)));
    }
    if let Some(refusal) = page.refusal(reach.now) {
        return Err(refusal.into());
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
    if page.is_cut && found.full_text.is_some() {
        found.shortfall.get_or_insert_with(|| TOO_LARGE.to_owned());
    }
    found.seen = Some(Seen { etag: page.etag.clone(), last_modified: page.last_modified.clone() });
    if !page.redirects.is_empty() {
        found.other_links.push(page.final_url.to_string());
    }
    Ok(End::Page(Box::new(found)))
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

/// The wall that the site sends where its status does not promise a page, with what is told in front of it: the site takes us for
/// a robot and says so in a header, by a status that nobody else has, or in what it sends; or wants us to sign in.
async fn wall_in_place_of(reach: &Reach<'_>, page: &Page) -> Option<Extracted> {
    let says = |(name, words): &(&str, &[&str])| {
        page.header(name).is_some_and(|said| words.is_empty() || words.contains(&said.trim()))
    };
    // Those who sell checks mark other answers too, such as that there is no such page.
    let is_barred = matches!(page.status, 401 | 403 | 405 | 406 | 429 | 503);
    let is_told = page.status == UNWELCOME || (is_barred || page.status == 202) && CHALLENGES.iter().any(says);
    // A host that names a time is busy.
    let may_be = is_told || is_barred && page.header("retry-after").is_none();
    if !may_be {
        return None;
    }
    match reach.parser.read(page.into()).await {
        Ok(found @ Extracted { wall: Some(Wall::BotCheck | Wall::SignIn), .. }) => Some(found),
        _ if is_told => Some(Extracted { wall: Some(Wall::BotCheck), ..Extracted::default() }),
        _ => None,
    }
}
