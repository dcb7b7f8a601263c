//! How much of a text was found, by shingles: runs of four words. The measure is that of
//! scrapinghub/article-extraction-benchmark, so that its figures and ours can be compared.

use std::collections::HashMap;

use serde::Serialize;

use crate::text::bare;

/// Words of a shingle; a shorter text is one shingle.
const WORDS: usize = 4;

/// Shingles that both texts have, those that only the found one has, and those that only the true one has; as shares of all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Overlap {
    both: f64,
    extra: f64,
    missing: f64,
}

/// Of many texts, each counting as much as any other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Score {
    pub(super) precision: f64,
    pub(super) recall: f64,
    pub(super) f1: f64,
}

impl Overlap {
    pub(super) fn of(truth: &str, found: &str) -> Self {
        let (truth, found) = (shingles(truth), shingles(found));
        let (mut both, mut extra, mut missing) = (0_usize, 0_usize, 0_usize);
        for (shingle, &count) in &truth {
            let other = found.get(shingle).copied().unwrap_or_default();
            both += count.min(other);
            missing += count.saturating_sub(other);
            extra += other.saturating_sub(count);
        }
        extra +=
            found.iter().filter(|(shingle, _)| !truth.contains_key(*shingle)).map(|(_, count)| count).sum::<usize>();
        let all = (both + extra + missing).max(1);
        let share = |part| share(part, all);
        Self { both: share(both), extra: share(extra), missing: share(missing) }
    }

    /// Nothing is missing, and nothing there that should not be.
    pub(super) fn is_exact(self) -> bool {
        self.extra == 0.0 && self.missing == 0.0
    }

    /// 0 to 1.
    pub(super) fn f1(self) -> f64 {
        if self.is_exact() { 1.0 } else { 2.0 * self.both / (2.0 * self.both + self.extra + self.missing) }
    }

    fn precision(self) -> f64 {
        if self.is_exact() { 1.0 } else { ratio(self.both, self.extra) }
    }

    fn recall(self) -> f64 {
        if self.is_exact() { 1.0 } else { ratio(self.both, self.missing) }
    }
}

impl Score {
    /// Where nothing was found there is no precision to speak of, and where nothing is to be found no recall.
    pub(super) fn of(overlaps: &[Overlap]) -> Self {
        let precision = mean(overlaps.iter().filter(|one| one.both + one.extra > 0.0).map(|one| one.precision()));
        let recall = mean(overlaps.iter().filter(|one| one.both + one.missing > 0.0).map(|one| one.recall()));
        let sum = precision + recall;
        Self { precision, recall, f1: if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 } }
    }
}

fn shingles(text: &str) -> HashMap<Vec<&str>, usize> {
    let words: Vec<&str> = bare::words(text).collect();
    let mut counts = HashMap::new();
    if words.is_empty() {
        return counts;
    }
    for shingle in words.windows(WORDS.min(words.len())) {
        *counts.entry(shingle.to_vec()).or_default() += 1;
    }
    counts
}

fn ratio(both: f64, other: f64) -> f64 {
    if both == 0.0 { 0.0 } else { both / (both + other) }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_usize), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { 0.0 } else { sum / share(count, 1) }
}

/// `part` of `all`, of which there are few enough for a float.
#[expect(clippy::cast_precision_loss, reason = "no text has 2^52 words")]
pub(super) fn share(part: usize, all: usize) -> f64 {
    part as f64 / all as f64
}

#[cfg(test)]
mod tests {
    use super::{Overlap, Score};

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn the_same_words_are_exact_whatever_stands_between_them() {
        assert!(Overlap::of("Begin slowly, then wait. Then wait!", "Begin slowly — then\nwait; Then wait").is_exact());
        assert!(Overlap::of("", "").is_exact());
        assert!(!Overlap::of("Wait", "wait").is_exact());
    }

    #[test]
    fn shingles_that_only_one_text_has_count_against_it() {
        // True: 1234 2345. Found: 2345 3456 4567.
        let overlap = Overlap::of("1 2 3 4 5", "2 3 4 5 6 7");
        assert_eq!(overlap, Overlap { both: 0.25, extra: 0.5, missing: 0.25 });
        assert!(close(overlap.f1(), 0.4));
    }

    #[test]
    fn a_shingle_counts_as_often_as_it_stands() {
        let overlap = Overlap::of("a b c d a b c d", "a b c d");
        assert!(close(overlap.recall(), 0.2) && close(overlap.precision(), 1.0));
    }

    #[test]
    fn a_score_is_the_mean_of_pages_and_f1_that_of_the_means() {
        let score = Score::of(&[Overlap::of("1 2 3 4", "1 2 3 4"), Overlap::of("1 2 3 4", "")]);
        assert!(close(score.precision, 1.0) && close(score.recall, 0.5) && close(score.f1, 2.0 / 3.0));
        assert_eq!(Score::of(&[]), Score { precision: 0.0, recall: 0.0, f1: 0.0 });
    }
}
