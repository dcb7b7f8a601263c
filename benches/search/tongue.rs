//! A made-up language, and a model that knows what its words mean.
//!
//! Half of a text's words are of its topic, the others everybody's, the early ones much more frequent than the late ones. A
//! word's vector is its topic's centre and something of its own; a text's is the sum. As with real models, few directions
//! carry most of the differences, and all vectors have something in common.

use std::collections::HashMap;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// Numbers in a vector: as many as the bundled encoder's.
pub(crate) const DIMENSIONS: usize = 384;
const COMMON: usize = 30_000;
const TOPICS: usize = 400;
const TOPIC_WORDS: usize = 150;

pub(crate) struct Tongue {
    words: Vec<String>,
    numbers: HashMap<String, usize>,
    centres: Vec<Vec<f32>>,
    /// What each word adds to its topic.
    own: Vec<Vec<f32>>,
    shared: Vec<f32>,
}

impl Tongue {
    pub(crate) fn new() -> Self {
        let words: Vec<String> = (0..COMMON + TOPICS * TOPIC_WORDS).map(spell).collect();
        let numbers = words.iter().enumerate().map(|(number, word)| (word.clone(), number)).collect();
        let centres = (0..=TOPICS).map(|topic| direction(1 << 40 | topic as u64)).collect();
        let own = (0..words.len()).map(|number| direction(number as u64)).collect();
        Self { words, numbers, centres, own, shared: direction(1 << 41) }
    }

    /// Words about a topic, with spaces between.
    pub(crate) fn text(&self, chance: &mut StdRng, topic: usize, words: usize) -> String {
        let word = |chance: &mut StdRng| {
            let share: f64 = chance.random();
            if chance.random::<f64>() < 0.5 {
                COMMON + topic * TOPIC_WORDS + place(share.powi(2), TOPIC_WORDS)
            } else {
                place(share.powi(4), COMMON)
            }
        };
        (0..words).map(|_| self.words[word(chance)].as_str()).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn topic(chance: &mut StdRng) -> usize {
        place(chance.random::<f64>().powi(2), TOPICS)
    }

    /// What a text means.
    pub(crate) fn vector(&self, text: &str) -> Vec<f32> {
        let mut sum = vec![0.0; DIMENSIONS];
        for number in text.split(' ').filter_map(|word| self.numbers.get(word.trim_end_matches('.'))) {
            let topic = number.checked_sub(COMMON).map_or(TOPICS, |number| number / TOPIC_WORDS);
            let (weight, own) = if topic == TOPICS { (0.2, 0.7) } else { (1.0, 1.0) };
            add(&mut sum, &self.centres[topic], weight);
            add(&mut sum, &self.own[*number], own);
            add(&mut sum, &self.shared, 0.6);
        }
        let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        sum.iter().map(|x| x / length).collect()
    }
}

fn add(sum: &mut [f32], other: &[f32], weight: f32) {
    sum.iter_mut().zip(other).for_each(|(sum, x)| *sum += weight * x);
}

/// A direction that a seed stands for; the first dimensions carry more than the last.
#[expect(clippy::cast_precision_loss, reason = "a place among 384")]
fn direction(seed: u64) -> Vec<f32> {
    let mut chance = StdRng::seed_from_u64(seed);
    (0..DIMENSIONS).map(|at| (chance.random::<f32>() - 0.5) / (1.0 + at as f32 / 60.0)).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "below 2^52")]
fn place(share: f64, of: usize) -> usize {
    ((share * of as f64) as usize).min(of - 1)
}

fn spell(number: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ka", "lo", "mi", "ren", "tu", "sha", "vo", "bel", "di", "nu", "far", "gi", "osk", "pe", "zan", "ur"];
    let mut rest = number + 16;
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SYLLABLES[rest % 16]);
        rest /= 16;
    }
    word
}
