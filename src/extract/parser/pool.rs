//! The processes that parse: started when there is work, a few at most, kept for the next page, and ended when there is none.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};

use super::Raw;
use super::process::Process;
use crate::config;
use crate::extract::{Extracted, ParseError, article};

/// How long a process waits for another page.
const IDLE: Duration = Duration::from_secs(30);
/// After how long to try again, when no process could be started.
const AGAIN: Duration = Duration::from_mins(1);

/// Processes, and who may have one.
pub(super) struct Pool {
    program: io::Result<PathBuf>,
    memory: u64,
    timeout: Duration,
    places: Semaphore,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    idle: Vec<Process>,
    busy: BTreeSet<u32>,
    /// When the last start failed, unless a later one did not.
    failed_at: Option<Instant>,
    is_swept: bool,
}

/// What became of a page.
pub(super) enum Verdict {
    /// It was read, or can't be.
    Answered(Box<Result<Extracted, ParseError>>),
    /// It took more than it may.
    TooCostly,
    /// There is nobody to read it.
    Uncontained,
}

impl Pool {
    pub(super) fn new(config: &config::Parse) -> Self {
        let places = available_parallelism().map_or(2, usize::from);
        Self {
            program: config.program.clone().map_or_else(std::env::current_exe, Ok),
            memory: config.memory,
            timeout: config.timeout,
            places: Semaphore::new(places),
            state: Mutex::default(),
        }
    }

    /// Has `raw` read by whoever is free, or becomes free.
    pub(super) async fn read(self: &Arc<Self>, raw: &Raw) -> Verdict {
        let Ok(_place) = self.places.acquire().await else { return Verdict::Uncontained };
        let limit = if article::is_document(&raw.body) { self.timeout * 4 / 3 } else { self.timeout };
        // A process that was there may have been killed between two pages, which is not the second one's fault.
        let idle = self.state().idle.pop();
        let mut left = limit;
        if let Some(process) = idle {
            let begun = Instant::now();
            match self.have_read(process, raw, limit, left).await {
                Some(verdict) => return verdict,
                None => left = left.saturating_sub(begun.elapsed()),
            }
        }
        let Some(process) = self.start().await else { return Verdict::Uncontained };
        self.have_read(process, raw, limit, left).await.unwrap_or(Verdict::TooCostly)
    }

    /// The ids of all processes.
    pub(super) fn ids(&self) -> Vec<u32> {
        let state = self.state();
        state.idle.iter().map(|process| process.id).chain(state.busy.iter().copied()).collect()
    }

    /// `None` when the process broke off before its time was over.
    async fn have_read(
        self: &Arc<Self>,
        mut process: Process,
        raw: &Raw,
        cpu: Duration,
        left: Duration,
    ) -> Option<Verdict> {
        let _busy = Busy::new(self, process.id);
        match timeout(left, process.ask(raw, cpu)).await {
            Ok(Ok(answer)) => {
                if answer.is_spent {
                    process.end("it is spent").await;
                } else {
                    self.keep(process);
                }
                Some(Verdict::Answered(Box::new(answer.outcome)))
            }
            Ok(Err(_)) => {
                process.end("it broke off").await;
                None
            }
            Err(_) => {
                process.end("its page took too long").await;
                Some(Verdict::TooCostly)
            }
        }
    }

    async fn start(&self) -> Option<Process> {
        if self.state().failed_at.is_some_and(|at| at.elapsed() < AGAIN) {
            return None;
        }
        let started = match &self.program {
            Ok(program) => Process::start(program, self.memory).await,
            Err(error) => Err(error.kind().into()),
        };
        let mut state = self.state();
        match started {
            Ok(process) => {
                state.failed_at = None;
                Some(process)
            }
            Err(error) => {
                state.failed_at = Some(Instant::now());
                tracing::warn!(%error, "no process can be started to read pages in: they are read in this one, and no documents are");
                None
            }
        }
    }

    fn keep(self: &Arc<Self>, mut process: Process) {
        process.idle_since = Instant::now();
        let mut state = self.state();
        state.idle.push(process);
        if !std::mem::replace(&mut state.is_swept, true) {
            let pool = Arc::downgrade(self);
            tokio::spawn(async move {
                loop {
                    sleep(IDLE).await;
                    let Some(pool) = pool.upgrade() else { return };
                    if !pool.sweep().await {
                        return;
                    }
                }
            });
        }
    }

    /// Ends who had nothing to do for long; says whether anybody is left.
    async fn sweep(&self) -> bool {
        let (over, goes_on) = {
            let mut state = self.state();
            let (over, idle) = state.idle.drain(..).partition(|process| process.idle_since.elapsed() >= IDLE);
            state.idle = idle;
            state.is_swept = !state.idle.is_empty();
            let over: Vec<Process> = over;
            (over, state.is_swept)
        };
        for process in over {
            process.end("nothing to do").await;
        }
        goes_on
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a process while it is at a page, however that ends.
struct Busy<'a>(&'a Pool, u32);

impl<'a> Busy<'a> {
    fn new(pool: &'a Pool, id: u32) -> Self {
        pool.state().busy.insert(id);
        Self(pool, id)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.state().busy.remove(&self.1);
    }
}
