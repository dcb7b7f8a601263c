//! Begins jobs, one after the other on one thread: most that are quick end there, and cost no change of threads.
//!
//! A job that has not come back after a moment keeps its thread for itself: another takes over the others, and somebody is
//! told to look after it. So one that never awaits makes the others wait for 2 ms, once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a job may take until it waits for something, before its thread is left to it.
const MOMENT: Duration = Duration::from_millis(2);

/// A job to be begun.
pub(super) trait Start: Send + Sync {
    /// Begins it; may block. Called once.
    fn begin(&self);
    /// Called from another thread when that has not come back after a moment.
    fn overdue(&self);
}

/// Begins what it is given, in order. Clones share the queue.
#[derive(Clone, Default)]
pub(super) struct Starter(Arc<Mutex<Line>>);

#[derive(Default)]
struct Line {
    waiting: VecDeque<Arc<dyn Start>>,
    /// What each thread is at.
    at: Vec<At>,
    threads: u64,
}

struct At {
    thread: u64,
    since: Instant,
    job: Option<Arc<dyn Start>>,
}

impl Starter {
    /// Begins a job soon, with at most `width` others beside it.
    pub(super) fn start(&self, job: Arc<dyn Start>, width: usize) {
        let mut line = self.line();
        line.waiting.push_back(job);
        if line.at.len() < width.max(1) {
            self.add_thread(&mut line);
        }
    }

    /// Whether something waits or is about to begin, so that [`Starter::watch`] is to be called every [`Starter::TICK`].
    pub(super) fn is_busy(&self) -> bool {
        !self.line().at.is_empty()
    }

    /// How often to watch.
    pub(super) const TICK: Duration = MOMENT;

    /// Leaves threads to jobs that have kept them for more than a moment.
    pub(super) fn watch(&self) {
        let mut line = self.line();
        let (kept, blocked): (Vec<At>, Vec<At>) = line.at.drain(..).partition(|at| at.since.elapsed() < MOMENT);
        line.at = kept;
        if !line.waiting.is_empty() && line.at.is_empty() {
            self.add_thread(&mut line);
        }
        drop(line);
        for job in blocked.into_iter().filter_map(|at| at.job) {
            job.overdue();
        }
    }

    fn add_thread(&self, line: &mut Line) {
        line.threads += 1;
        let (starter, thread) = (self.clone(), line.threads);
        line.at.push(At { thread, since: Instant::now(), job: None });
        tokio::task::spawn_blocking(move || {
            while let Some(job) = starter.next(thread) {
                job.begin();
            }
        });
    }

    /// What `thread` is to begin; nothing when it was left to a job, or none waits.
    fn next(&self, thread: u64) -> Option<Arc<dyn Start>> {
        let mut line = self.line();
        let own = line.at.iter().position(|at| at.thread == thread)?;
        let Some(job) = line.waiting.pop_front() else {
            line.at.swap_remove(own);
            return None;
        };
        line.at[own] = At { thread, since: Instant::now(), job: Some(job.clone()) };
        Some(job)
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
