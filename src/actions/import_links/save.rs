//! Saves a batch of entries: items, tags, counts, words and jobs, and what became of each entry, or none of it.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::actions::{Error, Result};
use crate::app::App;
use crate::db::Tx;
use crate::domain::job::{EnrichContent, IndexContent, Lane};
use crate::domain::{ContentId, EnrichmentStatus, Note, SourceUrl, TagId, TagName, Timestamp, Title, UserId};
use crate::imports::Entry;
use crate::provider;
use crate::queue::{self, Enqueue};
use crate::store::bulk::{self, NewItem};
use crate::store::content_counts::{self, Changes};
use crate::store::imports::{self, Outcome, Waiting};
use crate::store::index::words;
use crate::store::tags;
use crate::text;

/// Entries of one transaction.
const BATCH: i64 = 1000;
/// The most tags of one item; more are left out.
const MAX_TAGS: usize = 100;

/// Entries that wait, read and judged; nothing of it is saved.
pub struct Batch {
    /// The place of the last entry before it.
    pub after: i64,
    size: i64,
    good: Vec<Good>,
    /// One for each link, with the words that it is found by until its page has been read.
    items: Vec<(NewItem, words::Document)>,
    /// What became of those that can't be saved.
    rejected: Vec<Outcome>,
}

impl Batch {
    /// The place of its last entry.
    pub const fn last(&self) -> i64 {
        self.after + self.size
    }
}

/// An entry that can be saved.
struct Good {
    entry: i64,
    hash: [u8; 32],
    tags: BTreeSet<TagName>,
}

/// The link of an entry, or why it can't be saved.
pub(super) fn judge(entry: &Entry) -> std::result::Result<SourceUrl, String> {
    let link = SourceUrl::parse(&entry.link).map_err(|error| error.to_string())?;
    Note::parse(&entry.note)?;
    Ok(link)
}

/// Reads the entries after a place; empty when there are none.
///
/// # Errors
/// [`Error::Database`].
pub async fn prepare_batch(app: &App, id: Uuid, after: i64) -> Result<Batch> {
    let (waiting, now) = (imports::waiting(&app.db, id, after, BATCH).await?, app.clock.now());
    let prepared = tokio::task::spawn_blocking(move || prepare(after, waiting, now)).await;
    prepared.map_err(|error| Error::Internal("entries could not be read", Some(Box::new(error))))
}

fn prepare(after: i64, waiting: Vec<Waiting>, now: Timestamp) -> Batch {
    let size = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
    let (mut good, mut rejected) = (Vec::new(), Vec::new());
    let (mut items, mut places) = (Vec::<NewItem>::new(), BTreeMap::new());
    for Waiting { entry, draft } in waiting {
        let from: Entry = serde_json::from_str(&draft).unwrap_or_default();
        let link = match judge(&from) {
            Ok(link) => link,
            Err(reason) => {
                rejected.push(Outcome { entry, outcome: "rejected", reason: Some(reason), content_id: None });
                continue;
            }
        };
        let hash = link.canonical_hash();
        good.push(Good { entry, hash, tags: tag_names(&from) });
        // The first of a link is taken, with the note of a later one where it has none, and its mark.
        match places.entry(hash) {
            Slot::Vacant(place) => {
                place.insert(items.len());
                items.push(new_item(from, link, now));
            }
            Slot::Occupied(place) => {
                if let Some(first) = items.get_mut(*place.get()) {
                    first.note = first.note.take().or_else(|| some(from.note));
                    first.is_favorite |= from.favorite;
                }
            }
        }
    }
    let with_words = |item: NewItem| {
        let words = words_of(&item);
        (item, words)
    };
    Batch { after, size, good, items: items.into_iter().map(with_words).collect(), rejected }
}

/// Saves the entries of a batch; ends the import when there are none. One that is not the import's next does nothing.
///
/// # Errors
/// [`Error::Database`]; nothing of the batch is written then.
pub async fn save_batch(app: &App, id: Uuid, batch: Batch) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let import = imports::lock(&mut tx, id).await?;
    let Some(import) = import.filter(|import| import.state == "saving" && import.settled() == batch.after) else {
        return Ok(());
    };
    if batch.size == 0 {
        imports::advance(&mut tx, id, "saving", "done", Some(now)).await?;
        return Ok(tx.commit().await?);
    }
    let mut outcomes = save(app, &mut tx, import.user_id, &batch, now).await?;
    outcomes.extend(batch.rejected);
    imports::settle(&mut tx, id, &outcomes).await?;
    tx.commit().await?;
    app.wake.notify();
    Ok(())
}

fn tag_names(from: &Entry) -> BTreeSet<TagName> {
    let name = |tag: &String| TagName::parse(&tag.trim().chars().take(50).collect::<String>()).ok();
    from.tags.iter().filter_map(name).take(MAX_TAGS).collect()
}

fn new_item(from: Entry, link: SourceUrl, now: Timestamp) -> NewItem {
    let site = provider::recognize(&link);
    let title = Title::from_text(&from.title).or_else(|| Title::from_text(link.as_str()));
    NewItem {
        id: ContentId::new(now),
        title: title.map(String::from).unwrap_or_default(),
        kind: site.kind,
        content_id: site.content_id,
        canonical_url: site.canonical_url,
        embed_url: site.embed_url,
        note: some(from.note),
        is_archived: from.archived,
        is_favorite: from.favorite,
        // A time that has yet to come was never true.
        created_at: whole_millis(from.saved_at.filter(|at| *at <= now).unwrap_or(now)),
        link,
    }
}

fn some(note: String) -> Option<String> {
    (!note.is_empty()).then_some(note)
}

fn whole_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at)
}

/// Writes a batch in the order of locks that `store` names.
async fn save(app: &App, tx: &mut Tx<'_>, owner: UserId, batch: &Batch, now: Timestamp) -> Result<Vec<Outcome>> {
    let Batch { good, items, .. } = batch;
    let kept = bulk::save(tx, owner, items.iter().map(|(item, _)| item), now).await?;
    let new = items.iter().filter(|(item, _)| !kept.contains_key(item.link.canonical_hash().as_slice()));
    let new: Vec<&(NewItem, words::Document)> = new.collect();
    let saved = new.iter().map(|(item, _)| (item.link.canonical_hash(), (item.id, item.created_at)));
    let saved: BTreeMap<[u8; 32], (ContentId, Timestamp)> = saved.collect();
    let item_of = |hash: &[u8; 32]| {
        saved.get(hash).copied().or_else(|| kept.get(hash.as_slice()).map(|kept| (kept.id, kept.created_at)))
    };

    let ids = tag_ids(tx, owner, good, now).await?;
    let mut ties = BTreeSet::new();
    for one in good {
        let Some((item, created_at)) = item_of(&one.hash) else { continue };
        ties.extend(one.tags.iter().filter_map(|name| Some((item, *ids.get(name)?, created_at))));
    }
    let new_ids: BTreeSet<ContentId> = new.iter().map(|(item, _)| item.id).collect();
    bulk::attach(tx, ties, |item| new_ids.contains(&item)).await?;

    let mut changes = Changes::default();
    for (item, _) in &new {
        changes.live(owner, item.kind.as_str(), EnrichmentStatus::Pending.as_str(), 1);
    }
    content_counts::apply(tx, &changes).await?;
    words::put_new(tx, owner, &new.iter().map(|(item, words)| (item.id, words)).collect::<Vec<_>>()).await?;

    let jobs: Vec<EnrichContent> =
        new.iter().map(|(item, _)| EnrichContent { content_id: item.id, refresh: false }).collect();
    let options = Enqueue {
        owner: Some(owner),
        lane: Some(Lane::Import),
        max_attempts: Some(app.config.worker.max_attempts.get()),
        ..Enqueue::default()
    };
    if !jobs.is_empty() {
        queue::enqueue_many(tx, &jobs, options, now).await?;
    }
    let richer = kept.values().filter(|kept| kept.updated_at == now);
    let noted: Vec<IndexContent> = richer.map(|kept| IndexContent { content_id: kept.id }).collect();
    if !noted.is_empty() {
        queue::enqueue_many(tx, &noted, Enqueue { owner: Some(owner), ..Enqueue::default() }, now).await?;
    }
    let mut taken = BTreeSet::new();
    let outcome = |one: &Good| {
        let accepted = saved.contains_key(&one.hash) && taken.insert(one.hash);
        let outcome = if accepted { "accepted" } else { "duplicate" };
        Outcome { entry: one.entry, outcome, reason: None, content_id: item_of(&one.hash).map(|(item, _)| item) }
    };
    Ok(good.iter().map(outcome).collect())
}

/// The ids of all tags of a batch; those that are new are made, in the order of their names.
async fn tag_ids(tx: &mut Tx<'_>, owner: UserId, good: &[Good], now: Timestamp) -> Result<BTreeMap<TagName, TagId>> {
    let names: BTreeSet<&TagName> = good.iter().flat_map(|one| &one.tags).collect();
    let mut ids = BTreeMap::new();
    for name in names {
        ids.insert(name.clone(), tags::create(tx, owner, TagId::new(now), name.as_str(), now).await?.id);
    }
    Ok(ids)
}

fn words_of(item: &NewItem) -> words::Document {
    let body = [item.note.as_deref().unwrap_or_default(), item.link.host()].join("\n\n");
    let counted = text::words::term_frequencies(&item.title, &body, None);
    words::Document { terms: counted.terms, length: counted.length, language: None }
}
