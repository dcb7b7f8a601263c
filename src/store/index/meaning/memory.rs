//! Large accounts, kept in memory as long as there is room: read from the database, a hundred thousand vectors take a tenth of a second
//! for each question.
//!
//! Whoever changes a user's vectors changes their row in `vector_revisions` in the same transaction, whichever process it is. An
//! account answers when it is of the revision that the database has at that moment, so that what was thrown away is gone and what is new
//! is found at once. Otherwise the database lists the account in blocks: those that are as they were are kept, others are read
//! anew. The first question after a start reads everything.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::account::{Account, Block, Listed};
use super::{postgres, sqlite};
use crate::db::{Db, Engine, Result, sql};
use crate::domain::{ContentId, UserId};
use crate::store::index::busy;

/// Pieces from which on an account is large: below, a question to the database is as quick.
const LARGE: usize = 512;
/// Accounts that are known at most; of the small ones no more than that they are.
const MOST: usize = 1000;
/// Blocks that are read at once.
const BATCH: usize = 64;
/// Blocks whose pieces are looked up by their numbers; for more, those of all items are.
const FEW: usize = 8;

/// Whose pieces, in which space.
type Key = (i64, UserId);
/// One account; whoever has it locked brings it up to date.
type Slot = Arc<tokio::sync::Mutex<Known>>;

/// What is known of an account.
#[derive(Debug, Default)]
struct Known {
    /// What it was read at, or before.
    revision: Option<Vec<u8>>,
    /// None when it is small, or too large to be kept.
    account: Option<Arc<Account>>,
}

/// The large accounts that are kept.
#[derive(Debug)]
pub struct Memory {
    /// Bytes in all.
    room: usize,
    large: usize,
    /// With the bytes of each; the one that was asked for last is the last.
    slots: Mutex<Vec<(Key, usize, Slot)>>,
}

impl Memory {
    /// Room for so many bytes.
    pub fn new(room: usize) -> Self {
        Self { room, large: LARGE, slots: Mutex::default() }
    }

    /// Keeps accounts from so many pieces on.
    #[must_use]
    pub fn from_pieces(mut self, pieces: usize) -> Self {
        self.large = pieces;
        self
    }

    /// Bytes that are taken.
    pub fn taken(&self) -> usize {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(_, bytes, _)| bytes).sum()
    }

    /// Pieces of which all vectors can be kept.
    pub(super) fn fits(&self, dimensions: usize) -> usize {
        self.room / (size_of::<i16>() * dimensions.max(1))
    }

    /// An account as it is now; none when it is small, or too large to be kept.
    pub(super) async fn account(
        &self,
        db: &Db,
        space: i64,
        dimensions: usize,
        owner: UserId,
    ) -> Result<Option<Arc<Account>>> {
        if self.room == 0 {
            return Ok(None);
        }
        // Read before what it is of: what changes in between is seen by the next question.
        let row: Option<(Vec<u8>,)> =
            sql("SELECT revision FROM vector_revisions WHERE user_id = $1").bind(owner).fetch_optional(db).await?;
        let Some((revision,)) = row else { return Ok(None) };
        let slot = self.slot((space, owner));
        let mut known = slot.lock().await;
        if known.revision.as_ref() != Some(&revision) {
            let fits = self.fits(dimensions);
            let pieces = match db.engine() {
                Engine::Sqlite => sqlite::count(db, space, owner).await?,
                Engine::Postgres => postgres::count(db, space, owner, fits + 1).await?,
            };
            let account = match known.account.take().unwrap_or_default() {
                old if (self.large..=fits).contains(&pieces) => {
                    Some(Arc::new(refreshed(db, space, owner, &old).await?))
                }
                _ => None,
            };
            *known = Known { revision: Some(revision), account };
            self.make_room((space, owner), known.account.as_ref().map_or(0, |account| account.bytes()));
        }
        Ok(known.account.clone())
    }

    fn slot(&self, key: Key) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = slots.iter().position(|(known, ..)| *known == key).map(|at| slots.remove(at));
        let (key, bytes, slot) = kept.unwrap_or_else(|| (key, 0, Slot::default()));
        slots.push((key, bytes, Arc::clone(&slot)));
        slot
    }

    /// Forgets those that were not asked for the longest time, but never the one that was just now.
    fn make_room(&self, key: Key, bytes: usize) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known, _)) = slots.iter_mut().find(|(known, ..)| *known == key) {
            *known = bytes;
        }
        let mut taken: usize = slots.iter().map(|(_, bytes, _)| bytes).sum();
        let mut count = slots.len();
        slots.retain(|(known, bytes, _)| {
            let goes = (count > MOST || taken > self.room && *bytes > 0) && *known != key;
            if goes {
                taken -= bytes;
                count -= 1;
            }
            !goes
        });
    }
}

/// What the database has, with those blocks of `old` that are as they were.
async fn refreshed(db: &Db, space: i64, owner: UserId, old: &Account) -> Result<Account> {
    let listed = match db.engine() {
        Engine::Sqlite => sqlite::blocks(db, space, owner).await?,
        Engine::Postgres => postgres::blocks(db, space, owner).await?,
    };
    let (mut blocks, mut changed) = (BTreeMap::new(), BTreeMap::new());
    for listed in listed {
        match old.blocks.get(&listed.id).filter(|known| known.is_of(&listed)) {
            Some(known) => drop(blocks.insert(listed.id, Arc::clone(known))),
            None => drop(changed.insert(listed.id, listed)),
        }
    }
    let few: Vec<i64> = changed.values().flat_map(Listed::pieces).map(|(_, piece)| piece).collect();
    let items = Arc::new(items(db, owner, (changed.len() <= FEW).then_some(&few)).await?);
    let changed: Vec<i64> = changed.into_keys().collect();
    for some in changed.chunks(BATCH) {
        let read = match db.engine() {
            Engine::Sqlite => sqlite::vectors(db, space, some).await?,
            Engine::Postgres => postgres::vectors(db, space, owner, some).await?,
        };
        let items = Arc::clone(&items);
        let make = move || -> Vec<(i64, Arc<Block>)> {
            let block =
                |(listed, vectors): (Listed, Vec<f32>)| (listed.id, Arc::new(Block::new(listed, &vectors, &items)));
            read.into_iter().map(block).collect()
        };
        blocks.extend(busy(make).await?);
    }
    busy(move || Account::new(blocks)).await
}

/// The item of each of `pieces`, or of all pieces of a user.
async fn items(db: &Db, owner: UserId, pieces: Option<&Vec<i64>>) -> Result<HashMap<i64, ContentId>> {
    let query = match pieces {
        Some(pieces) => sql("SELECT id, content_id FROM content_chunks WHERE user_id = $1 AND id IN ")
            .bind(owner)
            .push_list(pieces.iter().copied()),
        None => sql("SELECT h.id, h.content_id FROM contents c CROSS JOIN content_chunks h \
                     WHERE h.content_id = c.id AND c.user_id = $1 AND h.user_id = c.user_id")
        .bind(owner),
    };
    let rows: Vec<(i64, ContentId)> = query.fetch_all(db).await?;
    Ok(rows.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn who_was_not_asked_for_longest_makes_room() {
        let memory = Memory::new(100);
        for space in [1, 2, 1, 3] {
            let key = (space, UserId(Uuid::nil()));
            drop(memory.slot(key));
            memory.make_room(key, 40);
        }

        let left: Vec<i64> = memory.slots.lock().unwrap().iter().map(|((space, _), ..)| *space).collect();
        assert_eq!((left, memory.taken()), (vec![1, 3], 80));
    }
}
