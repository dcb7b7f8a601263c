//! How far a job is, as it says itself.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;

/// What a job reported last and nobody has written yet. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Reported(Arc<Mutex<Option<serde_json::Value>>>);

impl Reported {
    /// Replaces what was reported before: `done` of `total` parts (`None` when that is not known), and a word on it.
    pub(super) fn set(&self, done: u64, total: Option<u64>, note: &str) {
        let report = json!({ "done": done, "total": total, "note": note });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(report);
    }

    pub(super) fn take(&self) -> Option<serde_json::Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
