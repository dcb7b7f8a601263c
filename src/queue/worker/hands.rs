//! The jobs that a worker runs at a time: begun, looked after, and told of when they are over.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    around: Arc<Around>,
    ended: UnboundedReceiver<Over>,
    watched: Instant,
    cores: usize,
}

/// How an attempt ended; `None` is a defect of ours, not of the job.
type Over = Option<Finished>;

type Answer = Result<(), crate::queue::Failure>;

/// An attempt on its way to its end.
struct Started<C> {
    stage: Mutex<Stage<C>>,
    around: Arc<Around>,
    runtime: Handle,
    span: tracing::Span,
}

/// Where it stands: whoever takes it first goes on with it, the thread that began it or who found that it blocks.
#[expect(clippy::large_enum_variant, reason = "each begins as that one, and few come to another")]
enum Stage<C> {
    /// It waits to be begun, or has not yet come back from that.
    Begins(Attempt<C>, Report),
    /// It took too long to come back; its run goes here.
    Late(oneshot::Sender<Begun<Answer>>),
    /// Somebody goes on with it.
    Taken,
}

/// What all attempts of a worker share.
struct Around {
    over: UnboundedSender<Over>,
    stopped: CancellationToken,
}

/// Tells how an attempt ended, whatever happens.
struct Report(Option<Arc<Around>>);

impl Report {
    fn tell(mut self, finished: Finished) {
        if let Some(around) = self.0.take() {
            // Nobody listens any more when the worker is gone.
            let _ = around.over.send(Some(finished));
        }
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        if let Some(around) = self.0.take() {
            let _ = around.over.send(None);
        }
    }
}

impl<C: Send + Sync + 'static> Start for Started<C> {
    fn begin(&self) {
        let _entered = self.span.enter();
        let run = match &mut *self.stage() {
            Stage::Begins(attempt, _) if !self.around.stopped.is_cancelled() => attempt.begin(),
            _ => return,
        };
        let run = run();
        let stage = std::mem::replace(&mut *self.stage(), Stage::Taken);
        match stage {
            Stage::Begins(attempt, report) => match attempt.at_once(run) {
                Ok(finished) => report.tell(finished),
                Err((attempt, run)) => self.look_after(attempt, run, report),
            },
            Stage::Late(back) => drop(run.map(|run| back.send(run))),
            Stage::Taken => {}
        }
    }

    fn overdue(&self) {
        let mut stage = self.stage();
        if !matches!(*stage, Stage::Begins(..)) {
            return;
        }
        let (back, begun) = oneshot::channel();
        if let Stage::Begins(attempt, report) = std::mem::replace(&mut *stage, Stage::Late(back)) {
            self.look_after(attempt, Some(Begun::Blocks(begun)), report);
        }
    }
}

impl<C: Send + Sync + 'static> Started<C> {
    fn stage(&self) -> MutexGuard<'_, Stage<C>> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look_after(&self, attempt: Attempt<C>, run: Run, report: Report) {
        let around = self.around.clone();
        self.runtime.spawn(async move {
            around.stopped.run_until_cancelled(async move { report.tell(attempt.end(run).await) }).await;
        });
    }
}

impl Default for Hands {
    fn default() -> Self {
        let (over, ended) = unbounded_channel();
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            starter: Starter::default(),
            running: 0,
            around: Arc::new(Around { over, stopped: CancellationToken::new() }),
            ended,
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
        let report = Report(Some(self.around.clone()));
        let job = Started {
            stage: Mutex::new(Stage::Begins(attempt, report)),
            around: self.around.clone(),
            runtime: Handle::current(),
            span: tracing::Span::current(),
        };
        let width = if pace.is_none_or(|pace| pace < QUICK.as_secs_f64()) { 1 } else { self.cores };
        self.starter.start(Arc::new(job), width);
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
        self.around.stopped.cancel();
    }
}
