//! Saves a batch of entries: items, tags, counts, words and jobs, and what became of each entry, or none of it.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::actions::Result;
use crate::app::App;
use crate::db::Tx;
use crate::domain::job::{EnrichContent, IndexContent, Lane};
use crate::domain::{ContentId, EnrichmentStatus, Note, SourceUrl, TagId, TagName, Timestamp, Title, UserId};
use crate::imports::Entry;
use crate::provider;
use crate::queue::{self, Enqueue};
use crate::store::bulk::{self, Kept, NewItem};
use crate::store::content_counts::{self, Changes};
use crate::store::imports::{self, Outcome};
use crate::store::index::words;
use crate::store::tags;
use crate::text;

/// Entries of one transaction.
const BATCH: i64 = 1000;
/// The most tags of one item; more are left out.
const MAX_TAGS: usize = 100;

/// An entry that can be saved.
struct Good {
    entry: i64,
    hash: [u8; 32],
    item: NewItem,
    tags: BTreeSet<TagName>,
}

/// The link of an entry, or why it can't be saved.
pub(super) fn judge(entry: &Entry) -> std::result::Result<SourceUrl, String> {
    let link = SourceUrl::parse(&entry.link).map_err(|error| error.to_string())?;
    Note::parse(&entry.note)?;
    Ok(link)
}

/// Saves the next entries that wait; ends the import when there are none.
///
/// # Errors
/// [`crate::actions::Error::Database`]; nothing of the batch is written then.
pub async fn save_batch(app: &App, id: Uuid) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(import) = imports::lock(&mut tx, id).await?.filter(|import| import.state == "saving") else {
        return Ok(());
    };
    let done = import.accepted + import.duplicates + import.rejected;
    let waiting = imports::waiting(&mut tx, id, done, BATCH).await?;
    if waiting.is_empty() {
        imports::advance(&mut tx, id, "saving", "done", Some(now)).await?;
        return Ok(tx.commit().await?);
    }
    let (mut good, mut outcomes) = (Vec::new(), Vec::new());
    for row in &waiting {
        let entry: Entry = serde_json::from_str(&row.draft).unwrap_or_default();
        match judge(&entry) {
            Ok(link) => good.push(prepare(row.entry, entry, link, now)),
            Err(reason) => {
                outcomes.push(Outcome {
                    entry: row.entry,
                    outcome: "rejected",
                    reason: Some(reason),
                    content_id: None,
                });
            }
        }
    }
    outcomes.extend(save(app, &mut tx, import.user_id, good, now).await?);
    imports::settle(&mut tx, id, &outcomes).await?;
    tx.commit().await?;
    app.wake.notify();
    Ok(())
}

fn prepare(entry: i64, from: Entry, link: SourceUrl, now: Timestamp) -> Good {
    let site = provider::recognize(&link);
    let title = Title::from_text(&from.title).or_else(|| Title::from_text(link.as_str()));
    let name = |tag: &String| TagName::parse(&tag.trim().chars().take(50).collect::<String>()).ok();
    let item = NewItem {
        id: ContentId::new(now),
        title: title.map(String::from).unwrap_or_default(),
        kind: site.kind,
        content_id: site.content_id,
        canonical_url: site.canonical_url,
        embed_url: site.embed_url,
        note: (!from.note.is_empty()).then_some(from.note),
        is_archived: from.archived,
        is_favorite: from.favorite,
        // A time that has yet to come was never true.
        created_at: whole_millis(from.saved_at.filter(|at| *at <= now).unwrap_or(now)),
        link,
    };
    let tags = from.tags.iter().filter_map(name).take(MAX_TAGS).collect();
    Good { entry, hash: item.link.canonical_hash(), item, tags }
}

fn whole_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at)
}

/// Writes a batch in the order of locks that `store` names.
async fn save(app: &App, tx: &mut Tx<'_>, owner: UserId, good: Vec<Good>, now: Timestamp) -> Result<Vec<Outcome>> {
    let items = merged(&good);
    let kept = bulk::save(tx, owner, &items, now).await?;
    let new: Vec<&NewItem> = items.iter().filter(|item| is_new(&kept, item)).collect();
    let new_ids: BTreeSet<ContentId> = new.iter().map(|item| item.id).collect();

    let ids = tag_ids(tx, owner, &good, now).await?;
    let mut ties = BTreeSet::new();
    for one in &good {
        let Some(item) = kept.get(one.hash.as_slice()) else { continue };
        ties.extend(one.tags.iter().filter_map(|name| Some((item.id, *ids.get(name)?, item.created_at))));
    }
    bulk::attach(tx, &ties.into_iter().collect::<Vec<_>>()).await?;

    let mut changes = Changes::default();
    for item in &new {
        changes.live(owner, item.kind.as_str(), EnrichmentStatus::Pending.as_str(), 1);
    }
    content_counts::apply(tx, &changes).await?;
    let documents = new.iter().map(|item| (item.id, words_of(item))).collect::<Vec<_>>();
    words::put_new(tx, owner, &documents).await?;

    let jobs: Vec<EnrichContent> =
        new.iter().map(|item| EnrichContent { content_id: item.id, refresh: false }).collect();
    let options = Enqueue {
        owner: Some(owner),
        lane: Some(Lane::Import),
        max_attempts: Some(app.config.worker.max_attempts.get()),
        ..Enqueue::default()
    };
    if !jobs.is_empty() {
        queue::enqueue_many(tx, &jobs, options, now).await?;
    }
    let richer = kept.values().filter(|kept| kept.updated_at == now && !new_ids.contains(&kept.id));
    let noted: Vec<IndexContent> = richer.map(|kept| IndexContent { content_id: kept.id }).collect();
    if !noted.is_empty() {
        queue::enqueue_many(tx, &noted, Enqueue { owner: Some(owner), ..Enqueue::default() }, now).await?;
    }
    let mut taken = BTreeSet::new();
    let outcome = |one: &Good| {
        let item = kept.get(one.hash.as_slice());
        let accepted = item.is_some_and(|item| new_ids.contains(&item.id)) && taken.insert(one.hash);
        let outcome = if accepted { "accepted" } else { "duplicate" };
        Outcome { entry: one.entry, outcome, reason: None, content_id: item.map(|item| item.id) }
    };
    Ok(good.iter().map(outcome).collect())
}

/// One item for each link: the first, with the note of a later one where it has none, and its mark.
fn merged(good: &[Good]) -> Vec<NewItem> {
    let (mut items, mut places) = (Vec::<NewItem>::new(), BTreeMap::new());
    for one in good {
        let place = *places.entry(one.hash).or_insert(items.len());
        if let Some(first) = items.get_mut(place) {
            first.note = first.note.take().or_else(|| one.item.note.clone());
            first.is_favorite |= one.item.is_favorite;
        } else {
            items.push(one.item.clone());
        }
    }
    items
}

fn is_new(kept: &BTreeMap<Vec<u8>, Kept>, item: &NewItem) -> bool {
    kept.get(item.link.canonical_hash().as_slice()).is_some_and(|kept| kept.id == item.id)
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

/// What the item can be found by until its page has been read.
fn words_of(item: &NewItem) -> words::Document {
    let body = [item.note.as_deref().unwrap_or_default(), item.link.host()].join("\n\n");
    let counted = text::words::term_frequencies(&item.title, &body, None);
    words::Document { terms: counted.terms, length: counted.length, language: None }
}
