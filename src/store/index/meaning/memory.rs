//! Large accounts on SQLite, kept in memory as long as there is room: read from the disk, a hundred thousand vectors take a tenth
//! of a second for each question.
//!
//! What is kept is compared with the database each time before it answers: `vec0` keeps vectors in blocks of 128 and notes beside
//! each which pieces are in it. Blocks that are as they were are kept, others are read anew, so that what was thrown away is
//! gone and what is new is found at once, whichever process did it. The first question after a start reads everything.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::account::{Account, Block, Listed};
use super::sqlite;
use crate::db::{Db, Result};
use crate::domain::UserId;

/// Blocks from which on an account is large: `vec0` compares four thousand pieces in three milliseconds.
const LARGE: i64 = 32;
/// Blocks that are read at once.
const BATCH: usize = 64;
/// Blocks whose pieces are looked up by their numbers; for more, those of all items are.
const FEW: usize = 8;

/// Whose pieces, in which space.
type Key = (i64, UserId);
/// One account; whoever has it locked brings it up to date.
type Slot = Arc<tokio::sync::Mutex<Arc<Account>>>;

/// The large accounts that are kept.
#[derive(Debug)]
pub struct Memory {
    /// Bytes in all.
    room: usize,
    large: i64,
    /// With the bytes of each; the one that was asked for last is the last.
    slots: Mutex<Vec<(Key, usize, Slot)>>,
}

impl Memory {
    /// Room for so many bytes.
    pub fn new(room: usize) -> Self {
        Self { room, large: LARGE, slots: Mutex::default() }
    }

    /// Keeps accounts from so many blocks of 128 pieces on.
    #[must_use]
    pub fn from_blocks(mut self, blocks: u32) -> Self {
        self.large = blocks.into();
        self
    }

    /// Bytes that are taken.
    pub fn taken(&self) -> usize {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(_, bytes, _)| bytes).sum()
    }

    /// An account as it is now; none when it is small, or too large to be kept.
    pub(super) async fn account(
        &self,
        db: &Db,
        space: i64,
        dimensions: usize,
        owner: UserId,
    ) -> Result<Option<Arc<Account>>> {
        let blocks = sqlite::count_blocks(db, space, owner).await?;
        let bytes = usize::try_from(blocks).unwrap_or(usize::MAX).saturating_mul(sqlite::BLOCK * 2 * dimensions);
        if blocks < self.large || bytes > self.room {
            return Ok(None);
        }
        let slot = self.slot((space, owner));
        let mut account = slot.lock().await;
        *account = Arc::new(refreshed(db, space, owner, &account).await?);
        let current = Arc::clone(&account);
        drop(account);
        self.make_room((space, owner), current.bytes());
        Ok(Some(current))
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
        slots.retain(|(known, bytes, _)| {
            let goes = taken > self.room && *known != key;
            taken -= if goes { *bytes } else { 0 };
            !goes
        });
    }
}

/// What the database has, with those blocks of `old` that are as they were.
async fn refreshed(db: &Db, space: i64, owner: UserId, old: &Account) -> Result<Account> {
    let mut blocks = BTreeMap::new();
    let mut changed = HashMap::new();
    for listed in sqlite::blocks(db, space, owner).await? {
        match old.blocks.get(&listed.id).filter(|known| known.is_of(&listed)) {
            Some(known) => drop(blocks.insert(listed.id, Arc::clone(known))),
            None => drop(changed.insert(listed.id, listed)),
        }
    }
    if changed.is_empty() {
        return Ok(Account { blocks });
    }
    let numbers: Vec<i64> = changed.keys().copied().collect();
    let few: Vec<i64> = changed.values().flat_map(Listed::pieces).map(|(_, piece)| piece).collect();
    let items = sqlite::items(db, owner, (numbers.len() <= FEW).then_some(&few)).await?;
    for some in numbers.chunks(BATCH) {
        for (id, vectors) in sqlite::vectors(db, space, some).await? {
            if let Some(listed) = changed.remove(&id) {
                blocks.insert(id, Arc::new(Block::new(listed, &vectors, &items)));
            }
        }
    }
    Ok(Account { blocks })
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
