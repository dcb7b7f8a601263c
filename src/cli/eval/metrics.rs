//! How good a ranking is.
//!
//! As `trec_eval` counts: gains are the grades themselves, discounted by log2 of the place + 1, against the best ranking
//! that there could be. Means are over questions with at least one relevant document.

use std::collections::HashMap;

use serde::Serialize;

/// Means over all questions, each from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub(super) struct Metrics {
    #[serde(rename = "ndcg@10")]
    pub(super) ndcg_10: f64,
    #[serde(rename = "recall@10")]
    pub(super) recall_10: f64,
    #[serde(rename = "recall@100")]
    pub(super) recall_100: f64,
    #[serde(rename = "mrr@10")]
    pub(super) mrr_10: f64,
}

/// The grades of the relevant documents of a question.
pub(super) type Grades<'a> = HashMap<&'a str, u32>;

/// How good one ranking is; `grades` must not be empty.
pub(super) fn judge(ranking: &[&str], grades: &Grades<'_>) -> Metrics {
    let gains: Vec<f64> = ranking.iter().map(|id| f64::from(grades.get(id).copied().unwrap_or_default())).collect();
    let mut best: Vec<f64> = grades.values().map(|grade| f64::from(*grade)).collect();
    best.sort_by(|a, b| b.total_cmp(a));
    let found = |depth: usize| as_f64(gains.iter().take(depth).filter(|gain| **gain > 0.0).count());
    let all = as_f64(grades.len());
    let first = gains.iter().take(10).position(|gain| *gain > 0.0);
    Metrics {
        ndcg_10: discounted(&gains) / discounted(&best),
        recall_10: found(10) / all,
        recall_100: found(100) / all,
        mrr_10: first.map_or(0.0, |place| 1.0 / as_f64(place + 1)),
    }
}

/// The mean of each figure.
pub(super) fn mean(all: &[Metrics]) -> Metrics {
    let mean = |figure: fn(&Metrics) -> f64| all.iter().map(figure).sum::<f64>() / as_f64(all.len().max(1));
    Metrics {
        ndcg_10: mean(|one| one.ndcg_10),
        recall_10: mean(|one| one.recall_10),
        recall_100: mean(|one| one.recall_100),
        mrr_10: mean(|one| one.mrr_10),
    }
}

/// The value below which a share of `sorted` lies.
pub(super) fn percentile(sorted: &[f64], share: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
    let place = (as_f64(sorted.len().saturating_sub(1)) * share).round() as usize;
    sorted.get(place).copied().unwrap_or_default()
}

fn discounted(gains: &[f64]) -> f64 {
    gains.iter().take(10).enumerate().map(|(place, gain)| gain / as_f64(place + 2).log2()).sum()
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
const fn as_f64(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ranking_is_judged_as_trec_eval_does() {
        let grades = Grades::from([("a", 2), ("b", 1), ("c", 1)]);

        let judged = judge(&["x", "b", "a"], &grades);

        let (found, best) = (1.0 / 3_f64.log2() + 2.0 / 2.0, 2.0 + 1.0 / 3_f64.log2() + 1.0 / 2.0);
        assert!((judged.ndcg_10 - found / best).abs() < 1e-12);
        assert!((judged.recall_10 - 2.0 / 3.0).abs() < 1e-12);
        assert!((judged.mrr_10 - 0.5).abs() < 1e-12);
        assert!((judge(&["a", "c", "b"], &grades).ndcg_10 - 1.0).abs() < 1e-12);
        assert_eq!(judge(&[], &grades), Metrics::default());
    }

    #[test]
    fn what_comes_after_the_tenth_place_counts_for_recall_at_a_hundred_alone() {
        let ranking: Vec<String> = (0..10).map(|n| n.to_string()).chain(["a".to_owned()]).collect();
        let ranking: Vec<&str> = ranking.iter().map(String::as_str).collect();

        let judged = judge(&ranking, &Grades::from([("a", 1)]));

        assert_eq!(judged, Metrics { recall_100: 1.0, ..Metrics::default() });
    }
}
