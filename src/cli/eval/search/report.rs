//! What was measured.

use serde::Serialize;

use crate::cli::eval::metrics::Metrics;
use crate::cli::table;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    pub(super) engine: &'static str,
    pub(super) model: Option<String>,
    pub(super) documents: usize,
    pub(super) chunks: i64,
    pub(super) questions: usize,
    /// From the first save to the last vector.
    pub(super) index_seconds: f64,
    pub(super) legs: Vec<Leg>,
}

/// One way to look.
#[derive(Debug, Serialize)]
pub(super) struct Leg {
    pub(super) mode: &'static str,
    #[serde(flatten)]
    pub(super) metrics: Metrics,
    /// A whole search, the question's vector and snippets included.
    #[serde(rename = "p50Ms")]
    pub(super) p50_ms: f64,
    #[serde(rename = "p95Ms")]
    pub(super) p95_ms: f64,
}

impl Report {
    /// For people.
    pub(super) fn lines(&self) -> Vec<String> {
        let model = self.model.as_deref().unwrap_or("no model");
        let mut lines = vec![format!(
            "{}, {model}: {} documents, {} chunks, {} questions; indexed in {:.1} s",
            self.engine, self.documents, self.chunks, self.questions, self.index_seconds
        )];
        let heading = ["mode", "nDCG@10", "recall@10", "recall@100", "MRR@10", "p50 ms", "p95 ms"].map(str::to_owned);
        let rows = self.legs.iter().map(|leg| {
            let Metrics { ndcg_10, recall_10, recall_100, mrr_10 } = leg.metrics;
            let [ndcg, recall_10, recall_100, mrr] =
                [ndcg_10, recall_10, recall_100, mrr_10].map(|figure| format!("{figure:.4}"));
            let [p50, p95] = [leg.p50_ms, leg.p95_ms].map(|ms| format!("{ms:.1}"));
            [leg.mode.to_owned(), ndcg, recall_10, recall_100, mrr, p50, p95]
        });
        lines.extend(table::lines(&std::iter::once(heading).chain(rows).collect::<Vec<_>>()));
        lines
    }
}
