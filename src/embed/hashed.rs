//! Vectors from hashes of three letters each: the same on every machine, and close for texts that share spellings.
//!
//! For tests. It knows nothing of meaning, but finds `kilns` by `klins`, which an index of words does not.

use std::num::NonZeroU16;

use unicode_segmentation::UnicodeSegmentation;

const DIMENSIONS: u16 = 512;
const PREFIX: &str = "hashed-";

#[derive(Debug)]
pub(super) struct Hashed {
    name: String,
    dimensions: usize,
}

impl Hashed {
    pub(super) fn new(dimensions: Option<NonZeroU16>) -> Self {
        let dimensions = dimensions.map_or(DIMENSIONS, NonZeroU16::get);
        Self { name: format!("{PREFIX}{dimensions}"), dimensions: dimensions.into() }
    }

    pub(super) fn named(model: &str) -> Option<Self> {
        model.strip_prefix(PREFIX)?.parse().ok().map(|dimensions| Self::new(Some(dimensions)))
    }

    pub(super) fn model(&self) -> &str {
        &self.name
    }

    pub(super) const fn dimensions(&self) -> usize {
        self.dimensions
    }

    pub(super) fn embed(&self, text: &str) -> Vec<f32> {
        let mut vector = vec![0.0; self.dimensions];
        for word in text.unicode_words() {
            let word: Vec<char> = format!(" {} ", word.to_lowercase()).chars().collect();
            for three in word.windows(3) {
                let hash = fnv(three);
                let sign = if hash >> 63 == 0 { 1.0 } else { -1.0 };
                let place = usize::try_from(hash % self.dimensions as u64).unwrap_or_default();
                vector[place] += sign;
            }
        }
        if vector.iter().all(|x| *x == 0.0) {
            vector[0] = 1.0;
        }
        vector
    }
}

/// FNV-1a, 64 bits, with its high bits mixed once more.
fn fnv(letters: &[char]) -> u64 {
    let bytes = letters.iter().flat_map(|letter| u32::from(*letter).to_le_bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
