//! The few threads on which passwords are hashed.
//!
//! A hash keeps a core busy for tens of milliseconds and 19 MiB of memory filled. Were it run wherever a request happens
//! to be, a flood of sign-ins would stop everything else; so it runs here, on a fixed number of threads of low priority
//! behind a queue that has an end. Who finds the queue full is told at once, and who has gone away is not hashed for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use super::Password;
use super::check::{self, Verdict};

/// How many may wait; at 30 ms each, half a minute on one thread, which is longer than a client waits.
const QUEUE: usize = 1024;

/// About a tenth of a request's share of a contended core.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Hashes and checks passwords. Cheap to clone; clones share their threads, which end with the last clone.
#[derive(Clone)]
pub struct PasswordHasher(Arc<Shared>);

struct Shared {
    queue: SyncSender<Task>,
    /// Whether the old server's hashes are about: refusals then cost a bcrypt as well.
    bcrypt_users: AtomicBool,
}

type Task = Box<dyn FnOnce() + Send>;

/// Why there is no answer about a password. None of them is about the password itself.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too many are waiting: answer 503, to be tried again soon.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// The threads could not be started.
    #[error("a thread to hash passwords on could not be started")]
    Threads(#[source] std::io::Error),
    /// The hash could not be made: no entropy or no memory.
    #[error("the password could not be hashed")]
    Hash(#[source] argon2::password_hash::Error),
    /// The work broke off.
    #[error("hashing the password broke off")]
    Stopped,
}

/// Half the cores, at least one, so that the other half goes on serving.
pub fn default_concurrency() -> usize {
    thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1))
}

impl PasswordHasher {
    /// Starts `max_concurrent` threads (at least one); see [`default_concurrency`].
    ///
    /// # Errors
    /// [`Error::Threads`].
    pub fn new(max_concurrent: usize) -> Result<Self, Error> {
        Self::with_queue(max_concurrent, QUEUE)
    }

    fn with_queue(threads: usize, waiting: usize) -> Result<Self, Error> {
        let (queue, tasks) = sync_channel(waiting);
        let tasks = Arc::new(Mutex::new(tasks));
        for number in 0..threads.max(1) {
            let tasks = Arc::clone(&tasks);
            thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || work_through(&tasks))
                .map_err(Error::Threads)?;
        }
        Ok(Self(Arc::new(Shared { queue, bcrypt_users: AtomicBool::new(false) })))
    }

    /// Tells that some users still have the old server's bcrypt hashes: from now on a refusal costs a bcrypt too, so that
    /// their names can't be told by the time it takes. Say so at start-up when the table holds one; the first such hash
    /// that comes by is noticed here as well.
    pub fn expect_bcrypt_users(&self) {
        self.0.bcrypt_users.store(true, Ordering::Relaxed);
    }

    /// An Argon2id hash (19 MiB, two passes, one lane) as a PHC string.
    ///
    /// # Errors
    /// [`Error`], never about the password.
    pub async fn hash(&self, password: &Password) -> Result<String, Error> {
        self.rehash(password.expose()).await
    }

    /// A new hash for a password that has just proved right ([`Verdict::RightButStale`]), even one that today's rules
    /// would not let anybody choose.
    ///
    /// # Errors
    /// As [`Self::hash`].
    pub async fn rehash(&self, proven: &str) -> Result<String, Error> {
        let password = proven.to_owned();
        self.run(move || check::hash(&password)).await?.map_err(Error::Hash)
    }

    /// Whether `password` is the one that `stored` stands for. `None`, no such user or a user without a password, costs
    /// what a wrong password costs, and so does a hash that can't be read.
    ///
    /// # Errors
    /// [`Error`]; a wrong password is no error.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<Verdict, Error> {
        if stored.is_some_and(check::is_bcrypt) {
            self.expect_bcrypt_users();
        }
        let (password, stored) = (password.to_owned(), stored.map(str::to_owned));
        let bcrypt_users = self.0.bcrypt_users.load(Ordering::Relaxed);
        self.run(move || check::check(&password, stored.as_deref(), bcrypt_users)).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let task: Task = Box::new(move || {
            if !reply.is_closed() {
                let _ = reply.send(work());
            }
        });
        self.0.queue.try_send(task).map_err(|refused| match refused {
            TrySendError::Full(_) => Error::Busy,
            TrySendError::Disconnected(_) => Error::Stopped,
        })?;
        answer.await.map_err(|_| Error::Stopped)
    }
}

impl std::fmt::Debug for PasswordHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHasher")
    }
}

/// A thread's life: until the last hasher is dropped.
fn work_through(tasks: &Mutex<Receiver<Task>>) {
    yield_to_others();
    loop {
        let next = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(task) = next else { return };
        // A panic is answered by the dropped reply; the thread must live on.
        let _ = catch_unwind(AssertUnwindSafe(task));
    }
}

/// Lowers this thread's priority, where a thread has one of its own and no privilege is needed. Elsewhere, or when a
/// sandbox forbids it, the number of threads alone has to do.
fn yield_to_others() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(NICENESS);
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::AtomicUsize;
    use std::sync::mpsc;

    use super::*;

    /// Occupies one thread until the returned sender is dropped.
    async fn occupy(hasher: &PasswordHasher) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<(), Error>>) {
        let (started, has_started) = oneshot::channel();
        let (release, released) = mpsc::channel::<()>();
        let hasher = hasher.clone();
        let job = tokio::spawn(async move {
            let work = move || {
                let _ = started.send(());
                let _ = released.recv();
            };
            hasher.run(work).await
        });
        has_started.await.unwrap();
        (release, job)
    }

    #[tokio::test]
    async fn no_more_run_at_once_than_there_are_threads() {
        let hasher = PasswordHasher::new(2).unwrap();
        // The barrier lets nobody pass alone, so two do run at once.
        let (both, running, most) =
            (Arc::new(Barrier::new(2)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let jobs = (0..12).map(|_| {
            let (both, running, most) = (Arc::clone(&both), Arc::clone(&running), Arc::clone(&most));
            hasher.run(move || {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                both.wait();
                running.fetch_sub(1, Ordering::SeqCst);
                both.wait();
            })
        });
        assert!(futures::future::join_all(jobs).await.iter().all(Result::is_ok));
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_recovers() {
        let hasher = PasswordHasher::with_queue(1, 1).unwrap();
        let (release, first) = occupy(&hasher).await;
        let mut waiting = std::pin::pin!(hasher.run(|| 7));
        assert!(futures::poll!(waiting.as_mut()).is_pending());
        assert!(matches!(hasher.run(|| 8).await, Err(Error::Busy)));

        drop(release);
        assert!(first.await.unwrap().is_ok());
        assert_eq!(waiting.await.unwrap(), 7);
        assert_eq!(hasher.run(|| 9).await.unwrap(), 9);
    }

    #[tokio::test]
    async fn nothing_is_hashed_for_a_client_that_has_gone() {
        let hasher = PasswordHasher::with_queue(1, 8).unwrap();
        let (release, first) = occupy(&hasher).await;
        let ran = Arc::new(AtomicBool::new(false));
        {
            let ran = Arc::clone(&ran);
            let mut gone = std::pin::pin!(hasher.run(move || ran.store(true, Ordering::SeqCst)));
            assert!(futures::poll!(gone.as_mut()).is_pending());
        }
        drop(release);
        first.await.unwrap().unwrap();
        hasher.run(|| ()).await.unwrap();
        assert!(!ran.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_the_thread_lives_on() {
        let hasher = PasswordHasher::with_queue(1, 8).unwrap();
        assert!(matches!(hasher.run(|| panic!("as a test")).await, Err::<(), _>(Error::Stopped)));
        assert_eq!(hasher.run(|| 1).await.unwrap(), 1);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn hashing_steps_back_and_nothing_else_does() {
        let priority = || rustix::process::getpriority_process(None).unwrap();
        let before = priority();
        let hashing = PasswordHasher::new(1).unwrap().run(priority).await.unwrap();
        assert_eq!(hashing, (before + NICENESS).min(19));
        assert_eq!(priority(), before);
    }
}
