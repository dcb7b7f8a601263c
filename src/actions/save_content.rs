//! Saves a link: the row, its tags, its words and the job that will read it, or none of them.

use std::collections::BTreeSet;

use super::index_content;
use super::{Error, Result};
use crate::app::App;
use crate::db::Tx;
use crate::domain::job::{EnrichContent, Lane};
use crate::domain::{ContentId, EnrichmentStatus, Kind, Note, SourceUrl, TagId, Title, UserId};
use crate::provider;
use crate::queue::{self, Enqueue};
use crate::store::content_counts::{self, Changes};
use crate::store::content_keys;
use crate::store::contents::{self, Item, Texts};
use crate::store::tags;

/// A link to keep.
#[derive(Debug, Clone)]
pub struct NewContent {
    /// What the owner calls it.
    pub title: Title,
    /// Where it leads.
    pub link: SourceUrl,
    /// Tags of the owner; all others are ignored.
    pub tags: Vec<TagId>,
    /// The owner's own words.
    pub note: Option<Note>,
    /// Keep it even when the owner has it already.
    pub allow_duplicate: bool,
}

/// What stands after a save.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The item.
    pub item: Item,
    /// It was there before.
    pub duplicate: bool,
}

/// Saves a link for `owner`, or finds what they already keep under its canonical form, or under another name that its page
/// gave itself, and merges the tags.
///
/// # Errors
/// [`Error::Database`].
pub async fn save_content(app: &App, owner: UserId, new: NewContent) -> Result<Saved> {
    let mut tx = app.db.begin().await?;
    let tags = tags::owned(&mut tx, owner, &new.tags).await?;
    let draft = Draft {
        title: new.title.as_str(),
        what: What::Link(&new.link),
        note: new.note.as_ref().map(Note::as_str),
        allow_duplicate: new.allow_duplicate,
    };
    let saved = keep(app, &mut tx, owner, &draft, &tags).await?;
    tx.commit().await?;
    app.wake.notify();
    Ok(saved)
}

/// What is to be kept.
#[derive(Debug)]
pub(super) enum What<'a> {
    /// A link, which a worker will read.
    Link(&'a SourceUrl),
    /// A text that is whole already.
    Text(&'a str),
}

/// An item before it has an id.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) title: &'a str,
    pub(super) what: What<'a>,
    pub(super) note: Option<&'a str>,
    pub(super) allow_duplicate: bool,
}

/// The one way in for new items. `tags` are the owner's.
pub(super) async fn keep(
    app: &App,
    tx: &mut Tx<'_>,
    owner: UserId,
    draft: &Draft<'_>,
    tags: &BTreeSet<TagId>,
) -> Result<Saved> {
    let now = app.clock.now();
    let id = ContentId::new(now);
    let (link, text) = match draft.what {
        What::Link(link) => (Some(link), None),
        What::Text(text) => (None, Some(text)),
    };
    let recognized = link.map(provider::recognize);
    let kind = recognized.as_ref().map_or(Kind::Note, |site| site.kind);
    let status = if link.is_some() { EnrichmentStatus::Pending } else { EnrichmentStatus::Enriched };
    let known = match link.filter(|_| !draft.allow_duplicate) {
        Some(link) => content_keys::find(tx, owner, link.canonical_hash()).await?,
        None => None,
    };
    let kept = match known {
        Some(known) => known,
        None => {
            contents::save(
                tx,
                &contents::NewItem {
                    id,
                    owner,
                    title: draft.title,
                    link,
                    kind,
                    content_id: recognized.as_ref().map(|site| site.content_id.as_str()),
                    canonical_url: recognized.as_ref().map(|site| site.canonical_url.as_str()),
                    embed_url: recognized.as_ref().and_then(|site| site.embed_url.as_deref()),
                    note: draft.note,
                    is_duplicate: draft.allow_duplicate,
                    text,
                    status,
                    now,
                },
            )
            .await?
        }
    };
    let duplicate = kept != id;
    let item = contents::find(&mut *tx, owner, kept).await?.ok_or(Error::NoSuchContent(kept))?;
    tags::attach(tx, kept, item.created_at, tags).await?;
    if !duplicate {
        let mut changes = Changes::default();
        content_counts::apply(tx, changes.live(owner, kind.as_str(), status.as_str(), 1)).await?;
        let texts = Texts { full_text: text.map(str::to_owned), ..Texts::default() };
        index_content::put(app, tx, &item, &texts, None).await?;
        if link.is_some() {
            enqueue_enrichment(app, tx, owner, kept, None).await?;
        }
    }
    let item = if tags.is_empty() { item } else { contents::find(tx, owner, kept).await?.unwrap_or(item) };
    Ok(Saved { item, duplicate })
}

/// Asks a worker to read an item.
pub(super) async fn enqueue_enrichment(
    app: &App,
    tx: &mut Tx<'_>,
    owner: UserId,
    content_id: ContentId,
    lane: Option<Lane>,
) -> Result<()> {
    let max_attempts = Some(app.config.worker.max_attempts.get());
    let options = Enqueue { owner: Some(owner), lane, max_attempts, ..Enqueue::default() };
    queue::enqueue(tx, &EnrichContent { content_id, refresh: false }, options, app.clock.now()).await?;
    Ok(())
}
