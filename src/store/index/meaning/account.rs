//! The pieces of one large account in memory, and which of them are nearest.
//!
//! A number of a vector is kept as a 16-bit fraction: a cosine is right to the fourth digit, for half the room, and a hundred thousand
//! are compared in a few milliseconds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::Near;
use crate::domain::ContentId;

/// What 1 is as a fraction. Vectors have length 1, so that no sum of products is more than its square, which 32 bits hold.
const ONE: f32 = 32_767.0;

/// A block as the database gives it: its number, the places that are taken, the numbers of the pieces, their vectors.
pub(super) type Row = (i64, Vec<u8>, Vec<u8>, Vec<u8>);

/// A block as the database lists it.
#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Listed {
    pub(super) id: i64,
    /// A bit for each place: is there a piece?
    pub(super) taken: Vec<u8>,
    /// The number of the piece in each place, 64 bits each.
    pub(super) numbers: Vec<u8>,
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
        let (mut pieces, mut kept) = (Vec::with_capacity(places), Vec::with_capacity(vectors.len()));
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

    /// How near each of some pieces is.
    fn nearness<'a>(&'a self, vector: &'a [i16], places: Range<usize>) -> impl Iterator<Item = Found> + 'a {
        let length = vector.len().max(1);
        let vectors = self.fractions[places.start * length..places.end * length].chunks_exact(length);
        self.pieces[places].iter().zip(vectors).map(|(&(piece, item), other)| (dot(vector, other), piece, item))
    }
}

/// How near in 1 / [`ONE`]², a piece, and its item.
type Found = (i32, i64, ContentId);

/// An account as the database had it at one moment.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) blocks: BTreeMap<i64, Arc<Block>>,
    /// Where the pieces of each item are: a block, and places in it.
    items: HashMap<ContentId, Vec<(i64, Range<usize>)>>,
}

impl Account {
    pub(super) fn new(blocks: BTreeMap<i64, Arc<Block>>) -> Self {
        let mut items = HashMap::<ContentId, Vec<(i64, Range<usize>)>>::new();
        for (id, block) in &blocks {
            let mut at = 0;
            for pieces in block.pieces.chunk_by(|a, b| a.1 == b.1) {
                items.entry(pieces[0].1).or_default().push((*id, at..at + pieces.len()));
                at += pieces.len();
            }
        }
        Self { blocks, items }
    }

    /// About the memory that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.blocks.values().map(|block| block.bytes()).sum()
    }

    /// The `k` pieces that are nearest to `vector`, nearest first.
    pub(super) fn nearest(&self, vector: &[f32], k: usize) -> Vec<Near> {
        let vector: Vec<i16> = fractions(vector).collect();
        let mut best = Best { k, found: Vec::new(), least: i32::MIN };
        for block in self.blocks.values() {
            for found in block.nearness(&vector, 0..block.pieces.len()) {
                best.offer(found);
            }
        }
        best.sorted()
    }

    /// Every piece of these items.
    pub(super) fn of_items(&self, vector: &[f32], items: &HashSet<ContentId>) -> Vec<Near> {
        let vector: Vec<i16> = fractions(vector).collect();
        let places = items.iter().filter_map(|item| self.items.get(item)).flatten();
        places.flat_map(|(id, places)| self.blocks[id].nearness(&vector, places.clone())).map(near_of).collect()
    }
}

/// The best of all that were offered.
struct Best {
    k: usize,
    /// They and some others.
    found: Vec<Found>,
    /// What is less near than this is not among them.
    least: i32,
}

impl Best {
    fn offer(&mut self, found: Found) {
        if found.0 < self.least {
            return;
        }
        self.found.push(found);
        if self.found.len() >= self.k.saturating_mul(2).max(64) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.k > 0 && self.found.len() > self.k {
            self.least = self.found.select_nth_unstable_by(self.k - 1, nearer).1.0;
        }
        self.found.truncate(self.k);
    }

    fn sorted(mut self) -> Vec<Near> {
        self.cut();
        self.found.sort_unstable_by(nearer);
        self.found.into_iter().map(near_of).collect()
    }
}

fn nearer(a: &Found, b: &Found) -> std::cmp::Ordering {
    b.0.cmp(&a.0).then(a.1.cmp(&b.1))
}

fn near_of((sum, chunk_id, content_id): Found) -> Near {
    Near { chunk_id, content_id, score: f64::from(sum) / f64::from(ONE * ONE) }
}

#[expect(clippy::cast_possible_truncation, reason = "a float that is too large becomes the largest number")]
fn fractions(vector: &[f32]) -> impl Iterator<Item = i16> + '_ {
    vector.iter().map(|x| (x * ONE).round() as i16)
}

/// In steps of which the compiler knows the length, so that it multiplies many at once.
fn dot(a: &[i16], b: &[i16]) -> i32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<32>(), b.as_chunks::<32>());
    a.iter().zip(b).map(|(a, b)| products(a, b)).sum::<i32>() + products(a_rest, b_rest)
}

#[inline]
fn products(a: &[i16], b: &[i16]) -> i32 {
    a.iter().zip(b).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn item(number: u128) -> ContentId {
        ContentId(Uuid::from_u128(number))
    }

    fn of(vectors: &[f32], pieces: Range<i64>, items: &HashMap<i64, ContentId>) -> Account {
        let numbers: Vec<u8> = pieces.flat_map(i64::to_ne_bytes).collect();
        let listed = Listed { id: 1, taken: vec![255; numbers.len().div_ceil(64)], numbers };
        Account::new(BTreeMap::from([(1, Arc::new(Block::new(listed, vectors, items)))]))
    }

    /// Directions in a plane, one for each degree; each tenth is of another item.
    fn account() -> Account {
        let vectors: Vec<f32> =
            (0..360_u16).flat_map(|degree| <[f32; 2]>::from(f32::from(degree).to_radians().sin_cos())).collect();
        of(&vectors, 0..360, &(0..360).map(|id| (id, item(u128::from(id % 10 == 0)))).collect())
    }

    #[test]
    fn the_nearest_come_first_and_there_are_as_many_as_were_asked_for() {
        let near = account().nearest(&[0.0, 1.0], 5);

        assert_eq!(near.iter().map(|near| near.chunk_id).collect::<Vec<_>>(), [0, 1, 359, 2, 358]);
        assert!(
            (near[0].score - 1.0).abs() < 1e-4 && (near[4].score - 2_f64.to_radians().cos()).abs() < 1e-4,
            "{near:?}"
        );
        assert_eq!(account().nearest(&[0.0, 1.0], 1000).len(), 360);
        assert!(account().nearest(&[0.0, 1.0], 0).is_empty());
    }

    #[test]
    fn every_piece_of_the_items_that_are_asked_for_is_given() {
        let near = account().of_items(&[0.0, 1.0], &HashSet::from([item(1), item(2)]));

        let mut pieces: Vec<i64> = near.iter().map(|near| near.chunk_id).collect();
        pieces.sort_unstable();
        assert_eq!(pieces, (0..36).map(|at| at * 10).collect::<Vec<_>>());
        assert!(near.iter().all(|near| near.content_id == item(1)));
    }

    #[test]
    fn the_longest_sum_does_not_overflow() {
        let vector: Vec<f32> = vec![1.0 / 4096_f32.sqrt(); 4096];
        let account = of(&vector, 7..8, &HashMap::from([(7, item(1))]));

        assert!((account.nearest(&vector, 1)[0].score - 1.0).abs() < 1e-2);
    }
}
