//! How far a long copy is, told across threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// Nothing has begun.
    Waiting = 0,
    /// Rows are counted and their fingerprints taken.
    Counting = 1,
    /// Bytes are compressed and written.
    Writing = 2,
    /// Bytes are read and compared with their checksum.
    Checking = 3,
    /// A database is filled.
    Restoring = 4,
    /// Files go to another place.
    Uploading = 5,
    /// Links are saved.
    Saving = 6,
}

impl Phase {
    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Counting => "counting",
            Self::Writing => "writing",
            Self::Checking => "checking",
            Self::Restoring => "restoring",
            Self::Uploading => "uploading",
            Self::Saving => "saving",
        }
    }

    const fn of(number: u8) -> Self {
        match number {
            0 => Self::Waiting,
            1 => Self::Counting,
            2 => Self::Writing,
            3 => Self::Checking,
            4 => Self::Restoring,
            5 => Self::Uploading,
            _ => Self::Saving,
        }
    }
}

/// Counts what is done of what there is; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    phase: AtomicU8,
    done: AtomicU64,
    total: AtomicU64,
}

impl Meter {
    /// A phase of `total` parts begins; 0 when nobody knows.
    pub fn begin(&self, phase: Phase, total: u64) {
        self.0.done.store(0, Ordering::Relaxed);
        self.0.total.store(total, Ordering::Relaxed);
        self.0.phase.store(phase as u8, Ordering::Relaxed);
    }

    /// So many more are done.
    pub fn add(&self, parts: u64) {
        self.0.done.fetch_add(parts, Ordering::Relaxed);
    }

    /// So many are done.
    pub fn set(&self, parts: u64) {
        self.0.done.store(parts, Ordering::Relaxed);
    }

    /// Phase, done, total.
    pub fn read(&self) -> (Phase, u64, u64) {
        let phase = Phase::of(self.0.phase.load(Ordering::Relaxed));
        (phase, self.0.done.load(Ordering::Relaxed), self.0.total.load(Ordering::Relaxed))
    }
}
