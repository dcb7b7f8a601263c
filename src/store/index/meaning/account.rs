//! The pieces of one large account in memory, and which of them are nearest.
//!
//! A number of a vector is kept as a 16-bit fraction: a cosine is right to the fourth digit, for half the room, and a hundred thousand
//! are compared in a few milliseconds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::Near;
use crate::domain::ContentId;

/// What 1 is as a fraction. Vectors have length 1, so that no sum of products is more than its square, which 32 bits hold.
const ONE: f32 = 32_767.0;

/// A block as the database lists it.
#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Listed {
    pub(super) id: i64,
    /// A bit for each place: is there a piece?
    taken: Vec<u8>,
    /// The number of the piece in each place, 64 bits each.
    numbers: Vec<u8>,
}

impl Listed {
    /// The pieces that are there, each with its place.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (usize, i64)> + '_ {
        let numbers = self.numbers.as_chunks().0.iter().map(|bytes| i64::from_ne_bytes(*bytes));
        let is_taken = |at: usize| self.taken.get(at / 8).is_some_and(|bits| bits >> (at % 8) & 1 == 1);
        numbers.enumerate().filter(move |(at, _)| is_taken(*at))
    }
}

/// Pieces that the database keeps side by side.
#[derive(Debug)]
pub(super) struct Block {
    listed: Listed,
    /// Each piece with its item.
    pieces: Vec<(i64, ContentId)>,
    /// Their vectors, one after another.
    fractions: Vec<i16>,
}

impl Block {
    /// What `listed` says, with all its places' vectors; pieces that belong to none of `items` are left out.
    pub(super) fn new(listed: Listed, vectors: &[f32], items: &HashMap<i64, ContentId>) -> Self {
        let places = listed.numbers.len() / size_of::<i64>();
        let dimensions = vectors.len() / places.max(1);
        let (mut pieces, mut kept) = (Vec::new(), Vec::new());
        for (at, piece) in listed.pieces() {
            let Some(item) = items.get(&piece) else { continue };
            pieces.push((piece, *item));
            kept.extend(fractions(&vectors[at * dimensions..(at + 1) * dimensions]));
        }
        Self { listed, pieces, fractions: kept }
    }

    /// Is it as the database lists it now?
    pub(super) fn is_of(&self, listed: &Listed) -> bool {
        self.listed == *listed
    }

    fn bytes(&self) -> usize {
        self.listed.numbers.len() + size_of_val(self.pieces.as_slice()) + size_of_val(self.fractions.as_slice())
    }

    /// How near each piece is, in 1 / [`ONE`]².
    fn nearness<'a>(&'a self, vector: &'a [i16]) -> impl Iterator<Item = (i32, i64, ContentId)> + 'a {
        let vectors = self.fractions.chunks_exact(vector.len().max(1));
        self.pieces.iter().zip(vectors).map(|(&(id, item), other)| (dot(vector, other), id, item))
    }
}

/// An account as the database had it at one moment.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) blocks: BTreeMap<i64, Arc<Block>>,
}

impl Account {
    /// About the memory that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.blocks.values().map(|block| block.bytes()).sum()
    }

    /// The `k` pieces that are nearest to `vector`, nearest first, among those of `only` these items, if there are such.
    pub(super) fn nearest(&self, vector: &[f32], k: usize, only: Option<&HashSet<ContentId>>) -> Vec<Near> {
        let vector: Vec<i16> = fractions(vector).collect();
        let all = self.blocks.values().flat_map(|block| block.nearness(&vector));
        let mut near: Vec<(i32, i64, ContentId)> = match only {
            None => all.collect(),
            Some(items) => all.filter(|(_, _, item)| items.contains(item)).collect(),
        };
        let nearer = |a: &(i32, i64, ContentId), b: &(i32, i64, ContentId)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
        if k > 0 && near.len() > k {
            near.select_nth_unstable_by(k - 1, nearer);
        }
        near.truncate(k);
        near.sort_unstable_by(nearer);
        near.into_iter().map(near_of).collect()
    }

    /// Every piece of these items.
    pub(super) fn of_items(&self, vector: &[f32], items: &HashSet<ContentId>) -> Vec<Near> {
        let vector: Vec<i16> = fractions(vector).collect();
        let mut near = Vec::new();
        for block in self.blocks.values().filter(|block| block.pieces.iter().any(|(_, item)| items.contains(item))) {
            near.extend(block.nearness(&vector).filter(|(_, _, item)| items.contains(item)).map(near_of));
        }
        near
    }
}

fn near_of((sum, chunk_id, content_id): (i32, i64, ContentId)) -> Near {
    Near { chunk_id, content_id, score: f64::from(sum) / f64::from(ONE * ONE) }
}

#[expect(clippy::cast_possible_truncation, reason = "a float that is too large becomes the largest number")]
fn fractions(vector: &[f32]) -> impl Iterator<Item = i16> + '_ {
    vector.iter().map(|x| (x * ONE).round() as i16)
}

fn dot(a: &[i16], b: &[i16]) -> i32 {
    a.iter().zip(b).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn item(number: u128) -> ContentId {
        ContentId(Uuid::from_u128(number))
    }

    fn of(vectors: &[f32], pieces: std::ops::Range<i64>, items: &HashMap<i64, ContentId>) -> Account {
        let numbers: Vec<u8> = pieces.flat_map(i64::to_ne_bytes).collect();
        let listed = Listed { id: 1, taken: vec![255; numbers.len().div_ceil(64)], numbers };
        Account { blocks: BTreeMap::from([(1, Arc::new(Block::new(listed, vectors, items)))]) }
    }

    /// Directions in a plane, one for each degree; each tenth is of another item.
    fn account() -> Account {
        let vectors: Vec<f32> =
            (0..360_u16).flat_map(|degree| <[f32; 2]>::from(f32::from(degree).to_radians().sin_cos())).collect();
        of(&vectors, 0..360, &(0..360).map(|id| (id, item(u128::from(id % 10 == 0)))).collect())
    }

    #[test]
    fn the_nearest_come_first_and_there_are_as_many_as_were_asked_for() {
        let near = account().nearest(&[0.0, 1.0], 5, None);

        assert_eq!(near.iter().map(|near| near.chunk_id).collect::<Vec<_>>(), [0, 1, 359, 2, 358]);
        assert!(
            (near[0].score - 1.0).abs() < 1e-4 && (near[4].score - 2_f64.to_radians().cos()).abs() < 1e-4,
            "{near:?}"
        );
        assert_eq!(account().nearest(&[0.0, 1.0], 1000, None).len(), 360);
        assert!(account().nearest(&[0.0, 1.0], 0, None).is_empty());
    }

    #[test]
    fn only_the_pieces_of_the_items_that_may_answer_do() {
        let only = HashSet::from([item(1)]);

        let near = account().nearest(&[0.0, 1.0], 3, Some(&only));

        assert_eq!(near.iter().map(|near| near.chunk_id).collect::<Vec<_>>(), [0, 10, 350]);
        assert_eq!(account().of_items(&[0.0, 1.0], &only).len(), 36);
    }

    #[test]
    fn the_longest_sum_does_not_overflow() {
        let vector: Vec<f32> = vec![1.0 / 4096_f32.sqrt(); 4096];
        let account = of(&vector, 7..8, &HashMap::from([(7, item(1))]));

        assert!((account.nearest(&vector, 1, None)[0].score - 1.0).abs() < 1e-2);
    }
}
