//! The jobs that a worker runs at a time: begun, looked after, and told of when they are over.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::queue::attempt::{Attempt, Run};
use crate::queue::finish::Finished;
use crate::queue::isolate::Begun;
use crate::queue::starter::{Start, Starter};

/// Jobs that take longer are begun on as many threads as there are cores, since they may compute all that time.
const QUICK: Duration = Duration::from_micros(200);

/// The jobs that run; dropped, it stops them at their next `await`.
pub(super) struct Hands {
    starter: Starter,
    running: usize,
    over: UnboundedSender<Over>,
    ended: UnboundedReceiver<Over>,
    stopped: CancellationToken,
    watched: Instant,
    cores: usize,
}

/// How an attempt ended; `None` is a defect of ours, not of the job.
type Over = Option<Finished>;

/// An attempt that has begun, for whoever takes it first: the thread that began it, or who found that it blocks.
struct Held<C> {
    attempt: Attempt<C>,
    report: Report,
    back: oneshot::Receiver<Begun<Answer>>,
}

type Answer = Result<(), crate::queue::Failure>;
type Slot<C> = Arc<Mutex<Option<Held<C>>>>;

/// Tells how an attempt ended, whatever happens.
struct Report(Option<UnboundedSender<Over>>);

impl Report {
    fn tell(mut self, finished: Finished) {
        if let Some(over) = self.0.take() {
            // Nobody listens any more when the worker is gone.
            let _ = over.send(Some(finished));
        }
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        if let Some(over) = self.0.take() {
            let _ = over.send(None);
        }
    }
}

impl Default for Hands {
    fn default() -> Self {
        let (over, ended) = unbounded_channel();
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            starter: Starter::default(),
            running: 0,
            over,
            ended,
            stopped: CancellationToken::new(),
            watched: Instant::now(),
            cores,
        }
    }
}

impl Hands {
    /// Jobs that run.
    pub(super) fn running(&self) -> usize {
        self.running
    }

    /// Runs an attempt; `pace` is how long one takes, in seconds, as far as that is known.
    pub(super) fn run<C: Send + Sync + 'static>(&mut self, attempt: Attempt<C>, pace: Option<f64>) {
        self.running += 1;
        let (sender, back) = oneshot::channel();
        let held = Held { attempt, report: Report(Some(self.over.clone())), back };
        let slot: Slot<C> = Arc::new(Mutex::new(Some(held)));
        let (runtime, stopped, span) = (Handle::current(), self.stopped.clone(), tracing::Span::current());
        let (late, late_runtime, late_stopped) = (slot.clone(), runtime.clone(), stopped.clone());
        let begin = Box::new(move || {
            let _entered = span.enter();
            let run = lock(&slot).as_mut().filter(|_| !stopped.is_cancelled()).map(|held| held.attempt.begin());
            let Some(run) = run else { return };
            let run = run();
            match lock(&slot).take() {
                Some(held) => held.go_on(run, &runtime, stopped),
                None => drop(run.map(|run| sender.send(run))),
            }
        });
        let overdue = Box::new(move || {
            if let Some(Held { attempt, report, back }) = lock(&late).take() {
                look_after(attempt, Some(Begun::Blocks(back)), report, &late_runtime, late_stopped);
            }
        });
        let width = if pace.is_none_or(|pace| pace < QUICK.as_secs_f64()) { 1 } else { self.cores };
        self.starter.start(Start { begin, overdue }, width);
    }

    /// Waits until an attempt is over; for ever when none runs. May be dropped half-way.
    pub(super) async fn next_over(&mut self) -> Over {
        if self.running == 0 {
            return std::future::pending().await;
        }
        loop {
            let watch = self.starter.is_busy().then(|| self.watched + Starter::TICK);
            tokio::select! {
                biased;
                over = self.ended.recv() => {
                    self.running -= 1;
                    return over.flatten();
                }
                () = super::until(watch) => {
                    self.watched = Instant::now();
                    self.starter.watch();
                }
            }
        }
    }

    /// The next attempt that is over already.
    pub(super) fn try_over(&mut self) -> Option<Over> {
        let over = self.ended.try_recv().ok()?;
        self.running -= 1;
        Some(over)
    }
}

impl Drop for Hands {
    fn drop(&mut self) {
        self.stopped.cancel();
    }
}

impl<C: Send + Sync + 'static> Held<C> {
    fn go_on(self, run: Run, runtime: &Handle, stopped: CancellationToken) {
        match self.attempt.at_once(run) {
            Ok(finished) => self.report.tell(finished),
            Err((attempt, run)) => look_after(attempt, run, self.report, runtime, stopped),
        }
    }
}

fn look_after<C: Send + Sync + 'static>(
    attempt: Attempt<C>,
    run: Run,
    report: Report,
    runtime: &Handle,
    stopped: CancellationToken,
) {
    runtime.spawn(async move {
        stopped.run_until_cancelled(async move { report.tell(attempt.end(run).await) }).await;
    });
}

fn lock<C>(slot: &Slot<C>) -> std::sync::MutexGuard<'_, Option<Held<C>>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
