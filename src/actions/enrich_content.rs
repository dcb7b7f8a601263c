//! Reads what an item's link points to and makes it findable.
//!
//! The network is talked to outside any transaction. What was found, the new status, the counts, the words and the entry
//! in the ledger are then one transaction, so that an item is never half understood.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use uuid::Uuid;

use super::{Error, Result, index_content};
use crate::app::App;
use crate::db::{Tx, Value};
use crate::domain::{ContentId, EnrichmentStatus, SourceUrl, Timestamp, Title};
use crate::extract::{self, Extracted, Wall};
use crate::fetch::{self, Retry, Visitor};
use crate::store::attempts::{self, Attempt};
use crate::store::content_counts::{self, Changes};
use crate::store::contents::{self, Enriched, Item};
use crate::text;

/// The extractor's name in the ledger.
const ARTICLE: &str = "article";
/// The types that a page may come as, the readable ones first.
const ACCEPT: &str = "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1";

/// Reads an item's link. Safe to run twice. `put_offs` is how often that was put off because others came first.
///
/// # Errors
/// [`Error::NoSuchContent`] when it is gone or in the trash. [`Error::Throttled`] when its host wants to be left alone,
/// [`Error::Unreadable`] when it may work later, [`Error::Refused`] when it never will: the item says so then.
/// [`Error::Database`].
pub async fn enrich_content(app: &App, id: ContentId, put_offs: u32) -> Result<()> {
    let item = contents::find_any(&app.db, id).await?.filter(|item| item.deleted_at.is_none());
    let item = item.ok_or(Error::NoSuchContent(id))?;
    let Ok(link) = SourceUrl::parse(&item.link) else {
        let why = "This is not a link that can be read";
        finish(app, &item, Outcome::failed(why), Enriched::default(), app.clock.now(), Duration::ZERO).await?;
        return Err(Error::Refused(why.into()));
    };
    set_status(app, &item, EnrichmentStatus::Processing, None).await?;
    let (begun, clock) = (app.clock.now(), Instant::now());
    let visitor = Visitor::new(item.user_id.0, id.0, put_offs);
    match read(app, &link, visitor).await {
        Ok(found) => conclude(app, &item, found, begun, clock.elapsed()).await,
        Err(error) => fail(app, &item, error, begun, clock.elapsed()).await,
    }
}

/// Marks an item whose job was given up as failed, with the last reason at hand.
///
/// # Errors
/// [`Error::Database`].
pub async fn give_up_enrichment(app: &App, id: ContentId, why: &str) -> Result<()> {
    let Some(item) = contents::find_any(&app.db, id).await? else { return Ok(()) };
    let open = [EnrichmentStatus::Pending, EnrichmentStatus::Processing].map(EnrichmentStatus::as_str);
    if open.contains(&item.enrichment_status.as_str()) {
        let why = item.enrichment_error.as_deref().unwrap_or(why).to_owned();
        set_status(app, &item, EnrichmentStatus::Failed, Some(&why)).await?;
    }
    Ok(())
}

/// Why a page was not read.
enum Unread {
    Fetch(fetch::Error),
    Extract(extract::Error),
}

async fn read(app: &App, link: &SourceUrl, visitor: Visitor) -> std::result::Result<Extracted, Unread> {
    let request = fetch::Request::get(link.target()).accept(ACCEPT).any_type().on_behalf_of(visitor);
    let page = app.fetcher.get(&request).await.map_err(Unread::Fetch)?;
    // Parsing a large page takes a while: requests must not wait for it.
    let parsed = tokio::task::spawn_blocking(move || {
        extract::article::read(&page.body, page.content_type.as_deref(), &page.final_url)
    });
    match parsed.await {
        Ok(found) => found.map_err(Unread::Extract),
        Err(_) => Err(Unread::Extract(extract::Error::Unreadable)),
    }
}

/// How an attempt ended, as item and ledger show it.
struct Outcome<'a> {
    status: EnrichmentStatus,
    word: &'static str,
    error: Option<&'a str>,
}

impl<'a> Outcome<'a> {
    const fn failed(why: &'a str) -> Self {
        Self { status: EnrichmentStatus::Failed, word: "failed", error: Some(why) }
    }
}

async fn conclude(app: &App, item: &Item, found: Extracted, begun: Timestamp, took: Duration) -> Result<()> {
    let wall = found.wall.map(Wall::for_people);
    let outcome = match wall.as_deref() {
        None => Outcome { status: EnrichmentStatus::Enriched, word: "enriched", error: None },
        Some(why) => Outcome::failed(why),
    };
    let columns = to_columns(item, found, begun);
    finish(app, item, outcome, columns, begun, took).await?;
    wall.map_or(Ok(()), |why| Err(Error::Refused(why)))
}

async fn fail(app: &App, item: &Item, error: Unread, begun: Timestamp, took: Duration) -> Result<()> {
    let (message, retry) = match &error {
        Unread::Fetch(error) => (error.for_people(), error.retry()),
        Unread::Extract(error) => (error.for_people(), Retry::Never),
    };
    if let (Unread::Fetch(fetch::Error::Throttled { .. }), Retry::After(after)) = (&error, retry) {
        // Nothing was tried, so the ledger has nothing to tell.
        set_status(app, item, EnrichmentStatus::Pending, None).await?;
        return Err(Error::Throttled { after, message });
    }
    let outcome = match (&error, retry) {
        (Unread::Extract(extract::Error::UnsupportedType(_)), _) => {
            Outcome { status: EnrichmentStatus::Skipped, word: "skipped", error: Some(&message) }
        }
        (_, Retry::Never) => Outcome::failed(&message),
        (..) => Outcome { status: EnrichmentStatus::Pending, word: "retry", error: Some(&message) },
    };
    finish(app, item, outcome, Enriched::default(), begun, took).await?;
    Err(match retry {
        Retry::Never => Error::Refused(message),
        Retry::Later => Error::Unreadable(message),
        Retry::After(after) => Error::Throttled { after, message },
    })
}

/// One transaction: what was found, status, counts, ledger, words.
async fn finish(
    app: &App,
    item: &Item,
    outcome: Outcome<'_>,
    found: Enriched,
    begun: Timestamp,
    took: Duration,
) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let read = !found.columns.is_empty();
    let now = app.clock.now();
    let before = contents::set_status(&mut tx, item.id, outcome.status, outcome.error, found, now).await?;
    let Some((owner, before, live)) = before else { return Err(Error::NoSuchContent(item.id)) };
    let attempt = Attempt {
        at: begun,
        extractor: ARTICLE.into(),
        duration_ms: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
        outcome: outcome.word.into(),
        error: outcome.error.map(str::to_owned),
    };
    attempts::record(&mut tx, Uuid::now_v7(), item.id, &attempt).await?;
    if live {
        let mut changes = Changes::default();
        content_counts::apply(&mut tx, changes.status(owner, &before, outcome.status.as_str())).await?;
        let is_over = matches!(outcome.status, EnrichmentStatus::Failed | EnrichmentStatus::Skipped);
        if read || is_over {
            index(app, &mut tx, item.id).await?;
        }
    }
    tx.commit().await?;
    app.wake.notify();
    Ok(())
}

async fn index(app: &App, tx: &mut Tx<'_>, id: ContentId) -> Result<()> {
    let Some(item) = contents::find_any(&mut *tx, id).await? else { return Ok(()) };
    index_content::reindex(app, tx, &item, None).await
}

async fn set_status(app: &App, item: &Item, status: EnrichmentStatus, error: Option<&str>) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let error = error.or(item.enrichment_error.as_deref());
    let before = contents::set_status(&mut tx, item.id, status, error, Enriched::default(), app.clock.now()).await?;
    if let Some((owner, before, true)) = before {
        let mut changes = Changes::default();
        content_counts::apply(&mut tx, changes.status(owner, &before, status.as_str())).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What an extractor found, as columns. A title that was only the link gives way to the page's own.
fn to_columns(item: &Item, found: Extracted, now: Timestamp) -> Enriched {
    let title = found.title.as_deref().and_then(Title::from_text).filter(|_| item.title == item.link);
    let size = found.full_text.as_deref().map(text::words::size);
    let count = |n: Option<u32>| Value::Int(n.and_then(|n| i32::try_from(n).ok()));
    let hash = found.full_text.as_deref().map(|text| {
        use sha2::{Digest, Sha256};
        <[u8; 32]>::from(Sha256::digest(text.as_bytes()))
    });
    let reading_time = found.reading_time_seconds;
    let words = found.word_count.or(size.map(|size| size.words));
    let columns = vec![
        ("meta_title", found.title.into()),
        ("meta_description", found.description.into()),
        ("meta_author", found.author.into()),
        ("meta_author_url", found.author_url.into()),
        ("meta_thumbnail", found.thumbnail_url.into()),
        ("meta_published_at", found.published_at.filter(|at| *at < now + TimeDelta::days(3660)).into()),
        ("meta_tags", Value::Json((!found.tags.is_empty()).then(|| found.tags.into()))),
        ("meta_language", found.language.into()),
        ("meta_site_name", found.site_name.into()),
        ("word_count", count(words)),
        ("reading_time_seconds", count(reading_time)),
        ("full_text_type", found.full_text_type.map(|kind| kind.as_str().to_owned()).into()),
        ("full_text_hash", hash.into()),
        ("full_text", found.full_text.into()),
        ("provider_data", found.provider_data.into()),
        ("extracted_at", now.into()),
        ("extractor_version", env!("CARGO_PKG_VERSION").into()),
    ];
    Enriched { title: title.map(String::from), columns }
}
