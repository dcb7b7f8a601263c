//! How far an item has been understood.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// `pending` → `processing` → `enriched` | `failed` | `skipped`; the words are stored and shown as they stand here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EnrichmentStatus {
    /// Waits for a worker.
    Pending,
    /// A worker is at it.
    Processing,
    /// Done, with whatever could be had.
    Enriched,
    /// Given up, until somebody asks anew.
    Failed,
    /// Nothing here reads this kind of link, or its key is missing.
    Skipped,
}

impl EnrichmentStatus {
    /// All of them, in the order of an item's life.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Processing, Self::Enriched, Self::Failed, Self::Skipped];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Enriched => "enriched",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl fmt::Display for EnrichmentStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no status.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("status must be one of pending, processing, enriched, failed, skipped")]
pub struct UnknownStatus;

impl FromStr for EnrichmentStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(UnknownStatus)
    }
}
