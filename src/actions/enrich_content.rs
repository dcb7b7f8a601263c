//! Reads what an item's link points to and makes it findable.
//!
//! The network is talked to outside any transaction. What was found, the new status, the counts, the words and the entry
//! in the ledger are then one transaction, so that an item is never half understood.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use uuid::Uuid;

use super::{Error, Result, index_content};
use crate::app::App;
use crate::db::{Tx, Value};
use crate::domain::{ContentId, EnrichmentStatus, SourceUrl, Timestamp, Title};
use crate::extract::{self, Extracted, Reach, Reading, Seen};
use crate::fetch::{self, Retry, Visitor};
use crate::store::attempts::{self, Attempt};
use crate::store::content_counts::{self, Changes};
use crate::store::content_keys;
use crate::store::contents::{self, Enriched, Item};
use crate::store::index;
use crate::text;

/// What read an item, so that a later version may read it again.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The column for when a page was looked at last.
const CHECKED_AT: &str = "checked_at";

/// Reads an item's link. Safe to run twice. `put_offs` is how often that was put off because others came first.
///
/// # Errors
/// [`Error::NoSuchContent`] when it is gone or in the trash. [`Error::Throttled`] when its host wants to be left alone,
/// [`Error::Unreadable`] when it may work later, [`Error::Refused`] when it never will: the item says so then.
/// [`Error::Database`].
pub async fn enrich_content(app: &App, id: ContentId, put_offs: u32) -> Result<()> {
    read(app, id, put_offs, None).await
}

/// The same where only a change is of interest: a page that says that it has not changed leaves the item as it was.
///
/// # Errors
/// See [`enrich_content`].
pub async fn refresh_content(app: &App, id: ContentId, put_offs: u32) -> Result<()> {
    let state = contents::page_state(&app.db, id, VERSION).await?;
    read(app, id, put_offs, state.map(|(etag, last_modified)| Seen { etag, last_modified })).await
}

async fn read(app: &App, id: ContentId, put_offs: u32, seen: Option<Seen>) -> Result<()> {
    let item = contents::find_any(&app.db, id).await?.filter(|item| item.deleted_at.is_none());
    let item = item.ok_or(Error::NoSuchContent(id))?;
    let Ok(link) = SourceUrl::parse(&item.link) else {
        let why = "This is not a link that can be read";
        let attempt = Attempted { extractor: "none", begun: app.clock.now(), took: Duration::ZERO };
        finish(app, &item, Outcome::failed(why), Enriched::default(), attempt).await?;
        return Err(Error::Refused(why.into()));
    };
    set_status(app, &item, EnrichmentStatus::Processing, None).await?;
    let (begun, clock) = (app.clock.now(), Instant::now());
    let reach = Reach {
        fetcher: &app.fetcher,
        services: &app.config.services,
        parser: &app.parser,
        visitor: Visitor::new(item.user_id.0, id.0, put_offs),
        languages: index::words::languages(&app.db, item.user_id).await?,
        now: begun,
        seen,
    };
    let Reading { extractor, outcome } = extract::read(&reach, &link).await;
    let attempt = Attempted { extractor, begun, took: clock.elapsed() };
    match outcome {
        Ok(found) => conclude(app, &item, found, attempt).await,
        Err(extract::Error::Unchanged) => leave(app, &item, attempt).await,
        Err(error) => fail(app, &item, error, attempt).await,
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

/// An attempt: with what, and how long it took.
struct Attempted {
    extractor: &'static str,
    begun: Timestamp,
    took: Duration,
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

async fn conclude(app: &App, item: &Item, found: Extracted, attempt: Attempted) -> Result<()> {
    let wall = found.wall.map(extract::Wall::for_people);
    let shortfall = found.shortfall.clone();
    let outcome = match (wall.as_deref(), shortfall.as_deref()) {
        (Some(why), _) => Outcome::failed(why),
        (None, missing) => Outcome {
            status: EnrichmentStatus::Enriched,
            word: if missing.is_some() { "partial" } else { "enriched" },
            error: missing,
        },
    };
    let again_after = found.again_after;
    let columns = to_columns(item, found, attempt.begun);
    finish(app, item, outcome, columns, attempt).await?;
    match (wall, again_after) {
        (Some(why), _) => Err(Error::Refused(why)),
        // What there is is kept; the job comes back for the rest.
        (None, Some(after)) => Err(Error::Throttled { after, message: shortfall.unwrap_or_default() }),
        (None, None) => Ok(()),
    }
}

/// The item says what it said before, and when its page was looked at last.
async fn leave(app: &App, item: &Item, attempt: Attempted) -> Result<()> {
    let (status, error) = (EnrichmentStatus::Enriched, item.enrichment_error.as_deref());
    let columns = vec![(CHECKED_AT, attempt.begun.into())];
    finish(
        app,
        item,
        Outcome { status, word: "unchanged", error },
        Enriched { columns, ..Enriched::default() },
        attempt,
    )
    .await
}

async fn fail(app: &App, item: &Item, error: extract::Error, attempt: Attempted) -> Result<()> {
    let (message, retry) = (error.for_people(), error.retry());
    if let (extract::Error::Fetch(fetch::Error::Throttled { .. }), Retry::After(after)) = (&error, retry) {
        // Nothing was tried, so the ledger has nothing to tell.
        set_status(app, item, EnrichmentStatus::Pending, None).await?;
        return Err(Error::Throttled { after, message });
    }
    let outcome = match retry {
        _ if error.is_skipped() => {
            Outcome { status: EnrichmentStatus::Skipped, word: "skipped", error: Some(&message) }
        }
        Retry::Never => Outcome::failed(&message),
        _ => Outcome { status: EnrichmentStatus::Pending, word: "retry", error: Some(&message) },
    };
    finish(app, item, outcome, Enriched::default(), attempt).await?;
    Err(match retry {
        Retry::Never => Error::Refused(message),
        Retry::Later if error.is_ours() => Error::Internal("a link could not be read", Some(Box::new(error))),
        Retry::Later => Error::Unreadable(message),
        Retry::After(after) => Error::Throttled { after, message },
    })
}

/// One transaction: what was found, status, counts, ledger, words.
async fn finish(app: &App, item: &Item, outcome: Outcome<'_>, found: Enriched, attempt: Attempted) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let read = found.columns.iter().any(|(name, _)| *name != CHECKED_AT);
    let keys = found.keys.clone();
    let now = app.clock.now();
    let before = contents::set_status(&mut tx, item.id, outcome.status, outcome.error, found, now).await?;
    let Some((owner, before, live)) = before else { return Err(Error::NoSuchContent(item.id)) };
    let attempt = Attempt {
        at: attempt.begun,
        extractor: attempt.extractor.into(),
        duration_ms: i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX),
        outcome: outcome.word.into(),
        error: outcome.error.map(str::to_owned),
    };
    if read && outcome.status == EnrichmentStatus::Enriched {
        content_keys::replace(&mut tx, owner, item.id, &keys).await?;
    }
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
    let keys = further_keys(item, &found);
    let size = found.full_text.as_deref().map(text::words::size);
    let count = |n: Option<u32>| Value::Int(n.and_then(|n| i32::try_from(n).ok()));
    let hash = found.full_text.as_deref().map(|text| {
        use sha2::{Digest, Sha256};
        <[u8; 32]>::from(Sha256::digest(text.as_bytes()))
    });
    let reading_time = found.reading_time_seconds;
    let words = found.word_count.or(size.map(|size| size.words));
    let segments = (!found.transcript_segments.is_empty()).then(|| serde_json::json!(found.transcript_segments));
    let seen = found.seen.unwrap_or_default();
    let mut columns = vec![
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
        ("transcript_segments", Value::Json(segments)),
        ("reader_html", found.reader_html.into()),
        ("provider_data", found.provider_data.into()),
        ("page_etag", seen.etag.into()),
        ("page_last_modified", seen.last_modified.into()),
    ];
    if found.wall.is_some() {
        // What was read before the wall was there stays.
        columns.retain(|(_, value)| !value.is_null());
    }
    columns.extend([(CHECKED_AT, now.into()), ("extracted_at", now.into()), ("extractor_version", VERSION.into())]);
    Enriched { title: title.map(String::from), columns, keys }
}

/// The page's other names, as far as they can be believed: on the link's own site, and not the home page.
fn further_keys(item: &Item, found: &Extracted) -> Vec<[u8; 32]> {
    let Ok(link) = SourceUrl::parse(&item.link) else { return Vec::new() };
    let names = found.other_links.iter().chain(&found.canonical_link);
    let keys: BTreeSet<[u8; 32]> =
        names.filter_map(|name| link.canonical_of_page(name)).map(|name| name.canonical_hash()).collect();
    keys.into_iter().filter(|key| *key != link.canonical_hash()).collect()
}
