//! Jobs that do as they are told, and a worker for them.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use brainly::db::{Db, Engine, sql};
use brainly::domain::job::{Arguments, Lane};
use brainly::domain::{Clock, JobId, Timestamp};
use brainly::queue::{self, Enqueue, Failure, JobContext, Registry, Run, Settings, Wake, Worker};
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Longer than anything here takes, unless it never happens.
const PATIENCE: Duration = Duration::from_secs(30);
pub(super) const LEASE: Duration = Duration::from_secs(30);

/// What a run of a job does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Step {
    Succeed,
    /// Notes what it was told about itself.
    Tell,
    Fail(String),
    PutOff(u64),
    /// Fails with a long text that PostgreSQL can't store as it is.
    Garble,
    GiveUp,
    /// The same, and waits for [`Lab::open_gate`] when it is told.
    GiveUpSlowly,
    Panic,
    /// Waits for [`Lab::open_gate`], then succeeds.
    Wait,
    /// Waits for it, then fails for good.
    WaitAndGiveUp,
    /// Waits for it, then fails.
    WaitAndFail,
    /// Notes what [`Lab::change`] came to.
    Look,
    /// Reports its progress and waits.
    Report,
    /// Blocks its thread for so many milliseconds.
    Block(u64),
}

/// A job without a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) name: String,
    /// One a run; the last is for all that follow.
    pub(super) steps: Vec<Step>,
}

/// A job that is unique by its name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Keyed(pub(super) Task);

/// A job without time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Hasty(pub(super) Task);

/// A job of which a worker runs two at a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Limited(pub(super) Task);

/// A job that nobody can do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Stranger;

impl Arguments for Task {
    const KIND: &'static str = "task";
}

impl Arguments for Keyed {
    const KIND: &'static str = "keyed";
    const QUEUE: &'static str = "keyed";
    const LANE: Lane = Lane::Import;
    const MAX_ATTEMPTS: Option<u32> = Some(3);

    fn unique_key(&self) -> Option<String> {
        Some(self.0.name.clone())
    }
}

impl Arguments for Hasty {
    const KIND: &'static str = "hasty";
    const TIMEOUT: Duration = Duration::from_millis(80);
}

impl Arguments for Limited {
    const KIND: &'static str = "limited";
    const CONCURRENCY: Option<NonZeroUsize> = NonZeroUsize::new(2);
}

impl Arguments for Stranger {
    const KIND: &'static str = "stranger";
}

#[derive(Debug, thiserror::Error)]
#[error("the step failed")]
struct Failed(#[source] std::io::Error);

impl Run<Journal> for Task {
    async fn run(self, journal: &Journal, job: &JobContext) -> Result<(), Failure> {
        let run = journal.begin(&self.name);
        let step = self.steps.get(run).or(self.steps.last()).cloned();
        match step.unwrap_or(Step::Succeed) {
            Step::Succeed => Ok(()),
            Step::Tell => {
                journal.write(format!("{} {} of {} for {:?}", job.id, job.attempt, job.max_attempts, job.owner));
                Ok(())
            }
            Step::Fail(why) => Err(Failure::retry(Failed(std::io::Error::other(why)))),
            Step::Garble => Err(Failure::retry(std::io::Error::other(format!("\0{}", "é".repeat(3000))))),
            Step::PutOff(seconds) => Err(Failure::retry_after(Duration::from_secs(seconds), "the host wants patience")),
            Step::GiveUp | Step::GiveUpSlowly => Err(for_good()),
            Step::Panic => panic!("at the {}", "disco"),
            Step::Wait => {
                journal.wait(self.name).await;
                Ok(())
            }
            Step::WaitAndGiveUp => {
                journal.wait(self.name).await;
                Err(for_good())
            }
            Step::WaitAndFail => {
                journal.wait(self.name).await;
                Err(Failure::retry(Failed(std::io::Error::other("after all"))))
            }
            Step::Report => {
                job.report(3, Some(7), "pages");
                journal.wait(self.name).await;
                Ok(())
            }
            Step::Block(millis) => {
                std::thread::sleep(Duration::from_millis(millis));
                Ok(())
            }
            Step::Look => {
                journal.write(format!("saw {}", journal.changes.load(Ordering::SeqCst)));
                Ok(())
            }
        }
    }

    async fn given_up(self, journal: &Journal, _: &JobContext, why: &str) {
        journal.write(format!("{} given up: {why}", self.name));
        if matches!(self.steps.last(), Some(Step::GiveUpSlowly)) {
            journal.gate.acquire().await.unwrap().forget();
        }
    }
}

fn for_good() -> Failure {
    Failure::permanent(Failed(std::io::Error::other("for good")))
}

macro_rules! run_as_task {
    ($($kind:ty)*) => { $(
        impl Run<Journal> for $kind {
            async fn run(self, journal: &Journal, job: &JobContext) -> Result<(), Failure> {
                self.0.run(journal, job).await
            }

            async fn given_up(self, journal: &Journal, job: &JobContext, why: &str) {
                self.0.given_up(journal, job, why).await;
            }
        }
    )* };
}
run_as_task!(Keyed Hasty Limited);

/// What ran, in order.
#[derive(Clone)]
pub(super) struct Journal {
    lines: watch::Sender<Vec<String>>,
    gate: Arc<Semaphore>,
    changes: Arc<AtomicUsize>,
}

/// Notes that a run was dropped half-way.
struct Dropped<'a> {
    journal: &'a Journal,
    name: String,
    done: bool,
}

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        if !self.done {
            self.journal.write(format!("{} dropped", self.name));
        }
    }
}

impl Journal {
    fn write(&self, line: String) {
        self.lines.send_modify(|lines| lines.push(line));
    }

    /// Waits until the gate opens, or notes that nobody let it.
    async fn wait(&self, name: String) {
        let mut run = Dropped { journal: self, name, done: false };
        self.gate.acquire().await.unwrap().forget();
        run.done = true;
    }

    /// Notes a run and says how many there were before.
    fn begin(&self, name: &str) -> usize {
        let before = self.lines.borrow().iter().filter(|line| *line == name).count();
        self.write(name.to_owned());
        before
    }
}

/// A database, a clock that stands, and what happened.
pub(super) struct Lab {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) wake: Wake,
    journal: Journal,
    workers: Arc<Mutex<u32>>,
}

/// A worker that runs until it is stopped or killed.
pub(super) struct Running {
    task: JoinHandle<()>,
    shutdown: CancellationToken,
}

/// A row of `jobs`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) state: String,
    pub(super) attempt: i32,
    pub(super) max_attempts: i32,
    pub(super) priority: i32,
    pub(super) run_at: Timestamp,
    pub(super) claimed_by: Option<String>,
    pub(super) lease_until: Option<Timestamp>,
    pub(super) last_error: Option<String>,
    pub(super) finished_at: Option<Timestamp>,
}

impl Lab {
    pub(super) fn new(db: Db) -> Self {
        Self::at(db, Clock::fixed(Clock::system().now()))
    }

    /// A lab whose clock need not stand.
    pub(super) fn at(db: Db, clock: Clock) -> Self {
        let journal =
            Journal { lines: watch::Sender::default(), gate: Arc::new(Semaphore::new(0)), changes: Arc::default() };
        Self { db, clock, wake: Wake::default(), journal, workers: Arc::default() }
    }

    /// The same lab as it looks to somebody whose clock is `clock`.
    pub(super) fn with_clock(&self, clock: Clock) -> Self {
        let (journal, workers) = (self.journal.clone(), Arc::clone(&self.workers));
        Self { db: self.db.clone(), clock, wake: self.wake.clone(), journal, workers }
    }

    /// Settings of a worker with a name of its own, which nobody but a wake makes look.
    pub(super) fn settings(&self) -> Settings {
        let mut workers = self.workers.lock().unwrap();
        *workers += 1;
        let hour = Duration::from_hours(1);
        Settings {
            name: format!("worker-{workers}"),
            concurrency: 4,
            queues: None,
            lease: LEASE,
            poll: hour,
            grace: hour,
        }
    }

    pub(super) fn worker(&self, settings: Settings) -> Worker<Journal> {
        let registry =
            Registry::default().register::<Task>().register::<Keyed>().register::<Hasty>().register::<Limited>();
        let (db, clock, wake) = (self.db.clone(), self.clock.clone(), self.wake.clone());
        Worker::new(db, clock, wake, registry, self.journal.clone(), settings)
    }

    /// Starts a worker of `settings` beside the test.
    pub(super) fn start(&self, settings: Settings) -> Running {
        let (worker, shutdown) = (self.worker(settings), CancellationToken::new());
        let until = shutdown.clone();
        Running { task: tokio::spawn(async move { worker.run(until).await }), shutdown }
    }

    /// Drains the queue with a new worker and says what is done and what failed.
    pub(super) async fn drain(&self) -> (usize, usize) {
        let drained = self.worker(self.settings()).drain().await.unwrap();
        (drained.done, drained.failed)
    }

    pub(super) async fn enqueue(&self, job: &impl Arguments) -> JobId {
        self.enqueue_with(job, Enqueue::default()).await
    }

    pub(super) async fn enqueue_with(&self, job: &impl Arguments, options: Enqueue) -> JobId {
        let mut tx = self.db.begin().await.unwrap();
        let id = queue::enqueue(&mut tx, job, options, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        self.wake.notify();
        id
    }

    /// Lets one job go on that waits.
    pub(super) fn open_gate(&self) {
        self.journal.gate.add_permits(1);
    }

    /// Changes what [`Step::Look`] sees.
    pub(super) fn change(&self) {
        self.journal.changes.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn journal(&self) -> Vec<String> {
        self.journal.lines.borrow().clone()
    }

    /// Waits until a line was written `times` times.
    pub(super) async fn see(&self, line: &str, times: usize) {
        let mut lines = self.journal.lines.subscribe();
        let seen = lines.wait_for(|lines| lines.iter().filter(|seen| *seen == line).count() >= times);
        tokio::time::timeout(PATIENCE, seen).await.expect("it is never seen").unwrap();
    }

    pub(super) async fn row(&self, id: JobId) -> Row {
        sql("SELECT state, attempt, max_attempts, priority, run_at, claimed_by, lease_until, last_error, finished_at \
             FROM jobs WHERE id = $1")
        .bind(id)
        .fetch_one(&self.db)
        .await
        .unwrap()
    }

    /// Waits until the row is as `expected`.
    pub(super) async fn row_where(&self, id: JobId, expected: impl Fn(&Row) -> bool) -> Row {
        let waiting = async {
            loop {
                let row = self.row(id).await;
                if expected(&row) {
                    return row;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("the row never gets there")
    }

    /// Waits until the states of all jobs are as `expected`.
    pub(super) async fn until(&self, expected: impl Fn(&[String]) -> bool) {
        let waiting = async {
            loop {
                let states: Vec<(String,)> = sql("SELECT state FROM jobs").fetch_all(&self.db).await.unwrap();
                if expected(&states.into_iter().map(|(state,)| state).collect::<Vec<_>>()) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("it never comes to that");
    }

    /// Runs a statement that no user of the queue would.
    pub(super) async fn tamper(&self, statement: &str) {
        let mut tx = self.db.begin().await.unwrap();
        sql(statement).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Ends every connection that the server has to this database.
    pub(super) async fn terminate_connections(&self) {
        assert_eq!(self.db.engine(), Engine::Postgres);
        let _ = sql("SELECT CAST(COUNT(pg_terminate_backend(pid)) AS bigint) FROM pg_stat_activity \
                     WHERE datname = current_database() AND pid <> pg_backend_pid()")
        .fetch_one::<(i64,)>(&self.db)
        .await;
    }
}

impl Running {
    /// Asks it to stop and waits until it has.
    pub(super) async fn stop(self) {
        self.shutdown.cancel();
        tokio::time::timeout(PATIENCE, self.task).await.expect("it stops").expect("it does not panic");
    }

    /// Asks it to stop and does not wait.
    pub(super) fn ask_to_stop(&self) {
        self.shutdown.cancel();
    }

    /// Ends it as `kill -9` would: it writes nothing more.
    pub(super) async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

pub(super) fn task(name: &str, steps: impl IntoIterator<Item = Step>) -> Task {
    Task { name: name.to_owned(), steps: steps.into_iter().collect() }
}

pub(super) fn keyed(name: &str, steps: impl IntoIterator<Item = Step>) -> Keyed {
    Keyed(task(name, steps))
}

pub(super) fn limited(name: &str, steps: impl IntoIterator<Item = Step>) -> Limited {
    Limited(task(name, steps))
}
