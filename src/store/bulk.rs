//! Many items of one owner in few statements: what an import saves.
//!
//! The same rows that [`super::contents::save`] and its companions write one by one.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::{Engine, Result, Statement, Tx, Value, sql};
use crate::domain::{ContentId, Kind, SourceUrl, TagId, Timestamp, UserId};

/// Columns that a new item fills.
const COLUMNS: usize = 16;

/// An owner's live items with one of the links whose hashes follow.
const OF_LINKS: &str = "deleted_at IS NULL AND NOT is_duplicate AND user_id = $1 AND canonical_hash IN ";

/// A new item.
#[derive(Debug, Clone)]
pub struct NewItem {
    /// Its id.
    pub id: ContentId,
    /// At most 500 characters.
    pub title: String,
    /// Where it leads; no two of one call are the same.
    pub link: SourceUrl,
    /// What it is.
    pub kind: Kind,
    /// The provider's id for it.
    pub content_id: String,
    /// The site's own address of it.
    pub canonical_url: String,
    /// What a client puts into a frame.
    pub embed_url: Option<String>,
    /// The owner's own words.
    pub note: Option<String>,
    /// Put aside.
    pub is_archived: bool,
    /// Marked.
    pub is_favorite: bool,
    /// When it was saved, also when that was elsewhere.
    pub created_at: Timestamp,
}

/// An item that its owner had already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: ContentId,
    /// When it was saved.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Saves items but for those that the owner keeps already, by the hash of their canonical link; those are given. New ones are
/// `pending`; one that is kept takes the note where it has none, and the mark.
pub async fn save<'a>(
    tx: &mut Tx<'_>,
    owner: UserId,
    items: impl Iterator<Item = &'a NewItem>,
    now: Timestamp,
) -> Result<BTreeMap<Vec<u8>, Kept>> {
    // Two that save the same links at once wait for each other's in the same order.
    let mut sorted: Vec<(&NewItem, [u8; 32])> = items.map(|item| (item, item.link.canonical_hash())).collect();
    sorted.sort_by_key(|(_, hash)| *hash);
    let mut kept = BTreeMap::new();
    for some in sorted.chunks(tx.engine().values_at_once() / COLUMNS) {
        let rows = some.iter().map(|(item, hash)| row(owner, item, *hash, now));
        let insert = sql("INSERT INTO contents (id, user_id, title, link, content_id, type, canonical_link, canonical_hash, note, \
             enrichment_status, canonical_url, embed_url, is_archived, is_favorite, created_at, updated_at) VALUES ")
        .push_rows(rows)
        .push(
            " ON CONFLICT (user_id, canonical_hash) WHERE deleted_at IS NULL AND NOT is_duplicate \
             DO UPDATE SET note = COALESCE(contents.note, excluded.note), \
             is_favorite = contents.is_favorite OR excluded.is_favorite, \
             updated_at = CASE WHEN contents.note IS NULL AND excluded.note IS NOT NULL \
             OR excluded.is_favorite AND NOT contents.is_favorite THEN excluded.updated_at ELSE contents.updated_at END",
        );
        let (ids, hashes) = (some.iter().map(|(item, _)| item.id), some.iter().map(|(_, hash)| *hash));
        let written: Vec<(Vec<u8>, ContentId, Timestamp, Timestamp)> = match tx.engine() {
            Engine::Postgres => {
                insert.push(" RETURNING canonical_hash, id, created_at, updated_at").fetch_all(&mut *tx).await?
            }
            // Rows come one by one from its thread, and most would only say what is known: asking for the others costs less.
            Engine::Sqlite => {
                insert.execute(&mut *tx).await?;
                let others =
                    format!("SELECT canonical_hash, id, created_at, updated_at FROM contents WHERE {OF_LINKS}");
                let others = sql(&others).bind(owner).push_list(hashes).push(" AND id NOT IN ").push_list(ids.clone());
                others.fetch_all(&mut *tx).await?
            }
        };
        let ours: BTreeSet<ContentId> = ids.collect();
        let others = written.into_iter().filter(|(_, id, ..)| !ours.contains(id));
        kept.extend(others.map(|(hash, id, created_at, updated_at)| (hash, Kept { id, created_at, updated_at })));
    }
    Ok(kept)
}

fn row(owner: UserId, item: &NewItem, hash: [u8; 32], now: Timestamp) -> [Value; COLUMNS] {
    [
        item.id.into(),
        owner.into(),
        item.title.as_str().into(),
        item.link.as_str().into(),
        item.content_id.as_str().into(),
        item.kind.into(),
        item.link.canonical().into(),
        hash.into(),
        item.note.as_deref().into(),
        "pending".into(),
        item.canonical_url.as_str().into(),
        item.embed_url.as_deref().into(),
        item.is_archived.into(),
        item.is_favorite.into(),
        item.created_at.into(),
        now.into(),
    ]
}

/// Those of the owner's live items that have one of these links.
pub async fn known(tx: &mut Tx<'_>, owner: UserId, hashes: &[[u8; 32]]) -> Result<Vec<Vec<u8>>> {
    let rows: Vec<(Vec<u8>,)> = sql(&format!("SELECT canonical_hash FROM contents WHERE {OF_LINKS}"))
        .bind(owner)
        .push_list(hashes.iter().copied())
        .fetch_all(tx)
        .await?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}

/// Ties tags to items of the same owner, which were saved at that time, and counts them. Items that `is_new` have no tags yet.
pub async fn attach(
    tx: &mut Tx<'_>,
    ties: impl IntoIterator<Item = (ContentId, TagId, Timestamp)>,
    is_new: impl Fn(ContentId) -> bool,
) -> Result<()> {
    let (new, old): (Vec<_>, Vec<_>) = ties.into_iter().partition(|(item, ..)| is_new(*item));
    let mut added = BTreeMap::<TagId, i64>::new();
    for (_, tag, _) in &new {
        *added.entry(*tag).or_default() += 1;
    }
    let at_once = tx.engine().values_at_once() / 3;
    for some in new.chunks(at_once) {
        insert_ties(some).execute(tx).await?;
    }
    for some in old.chunks(at_once) {
        let insert = insert_ties(some).push(" ON CONFLICT DO NOTHING RETURNING tag_id");
        for (tag,) in insert.fetch_all::<(TagId,)>(&mut *tx).await? {
            *added.entry(tag).or_default() += 1;
        }
    }
    for (tag, by) in added {
        sql("UPDATE tags SET item_count = item_count + $1 WHERE id = $2").bind(by).bind(tag).execute(tx).await?;
    }
    Ok(())
}

fn insert_ties(ties: &[(ContentId, TagId, Timestamp)]) -> Statement {
    let rows = ties.iter().map(|(item, tag, created_at)| [Value::from(*item), (*tag).into(), (*created_at).into()]);
    sql("INSERT INTO content_tags (content_id, tag_id, content_created_at) VALUES ").push_rows(rows)
}
