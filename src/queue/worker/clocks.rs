//! How far the virtual clocks have come, as this worker saw it. They are not written at each claim, or workers would wait
//! for one another: a clock that is a little late only lets a newcomer in a little early.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::queue::claim::Claimed;

/// How late a clock may be while the worker is busy.
const LATE: Duration = Duration::from_millis(50);

type Lane = (&'static str, i32);

/// The largest turns of jobs that began and are not yet written, by kind and priority.
#[derive(Debug, Default)]
pub(super) struct Clocks {
    passed: BTreeMap<Lane, i64>,
    written: Option<Instant>,
}

impl Clocks {
    /// Notes a job that begins.
    pub(super) fn note(&mut self, job: &Claimed) {
        let turn = self.passed.entry((job.kind, job.priority)).or_insert(job.turn);
        *turn = job.turn.max(*turn);
    }

    /// What is to be written now: nothing while the worker is busy and the clocks are not late. When it has run `dry`, the
    /// clocks stand where the last job's turn ends.
    pub(super) fn due(&self, dry: bool) -> BTreeMap<Lane, i64> {
        if dry {
            return self.passed.iter().map(|(lane, turn)| (*lane, turn + 1)).collect();
        }
        if self.written.is_none_or(|at| at.elapsed() >= LATE) { self.passed.clone() } else { BTreeMap::new() }
    }

    /// Forgets what was written.
    pub(super) fn written(&mut self, clocks: &BTreeMap<Lane, i64>) {
        if !clocks.is_empty() {
            self.passed.retain(|lane, turn| clocks.get(lane).is_none_or(|written| *turn > *written));
            self.written = Some(Instant::now());
        }
    }
}
