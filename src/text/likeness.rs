//! Texts that are copies of each other, or nearly.
//!
//! Copies have the same words in the same order ([`Digest::copy`]). Texts that are nearly the same share many runs of three
//! words; those that may are found by MinHash (Broder, "On the resemblance and containment of documents", 1997): 128 least
//! hashes in 32 bands of 4, of which two texts with a Jaccard index of 0.7 share one with a probability of .9998. Whether
//! they are, [`jaccard`] says.

use std::collections::HashSet;

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

/// Words below which a text is too short to be nearly another.
const MIN_WORDS: usize = 50;
/// Words below which even a copy says nothing.
const MIN_COPY: usize = 5;
/// Words that are looked at; two long texts that agree so far are nearly the same.
const MAX_WORDS: usize = 20_000;
const BANDS: usize = 32;
const ROWS: usize = 4;

/// From here on two texts count as the same but for details.
pub const DUPLICATE: f64 = 0.8;
/// From here on they count as similar.
pub const SIMILAR: f64 = 0.7;

/// What other texts are compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Digest {
    /// Equal for copies; none for a text of a few words.
    pub copy: Option<Vec<u8>>,
    /// 32 bands of the signature; none for a text of fewer than 50 words.
    pub bands: Vec<i64>,
}

/// The digest of a text.
pub fn digest(text: &str) -> Digest {
    let words = words(text);
    let copy = (words.len() >= MIN_COPY).then(|| Sha256::digest(words.join(" ").as_bytes()).to_vec());
    let bands = if words.len() >= MIN_WORDS { bands(&shingles(&words)) } else { Vec::new() };
    Digest { copy, bands }
}

/// How many runs of three words two texts share, of all that either has: 0 to 1.
pub fn jaccard(a: &str, b: &str) -> f64 {
    let (a, b) = (shingles(&words(a)), shingles(&words(b)));
    let shared = a.intersection(&b).count();
    let all = a.len() + b.len() - shared;
    #[expect(clippy::cast_precision_loss, reason = "there are at most 40,000")]
    let (shared, all) = (shared as f64, all.max(1) as f64);
    shared / all
}

fn words(text: &str) -> Vec<String> {
    let words = text.unicode_words().take(MAX_WORDS);
    words.map(|word| word.nfkc().flat_map(char::to_lowercase).collect()).collect()
}

fn shingles(words: &[String]) -> HashSet<u64> {
    words.windows(3).map(|three| hash(three.iter().flat_map(|word| word.bytes().chain([0])))).collect()
}

fn bands(shingles: &HashSet<u64>) -> Vec<i64> {
    let mut least = [u64::MAX; BANDS * ROWS];
    for shingle in shingles {
        for (seed, least) in (1_u64..).zip(&mut least) {
            *least = (*least).min(mix(shingle ^ mix(seed)));
        }
    }
    let band = |rows: &[u64]| hash(rows.iter().flat_map(|row| row.to_le_bytes())).cast_signed();
    least.chunks(ROWS).map(band).collect()
}

/// FNV-1a, 64 bits.
fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    mix(bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
}

/// The finalizer of `SplitMix64`: each bit of the input moves half of those of the output.
fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
