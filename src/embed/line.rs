//! A thread of low priority on which a model in this process works, one text after another.
//!
//! A text keeps a core busy for tens of milliseconds; where requests are served it would stop everything else. Who finds
//! the line full is told at once, and nothing is done for somebody who has gone.

#![cfg_attr(
    not(any(feature = "local-embedding", feature = "onnx")),
    expect(dead_code, reason = "only a model in this process needs it")
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use super::{Error, Result};

/// How many may wait.
const QUEUE: usize = 64;

/// About a tenth of a request's share of a contended core.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

type Task = Box<dyn FnOnce() + Send>;

/// A line of texts before a model; its thread begins with the first and ends with the line.
#[derive(Debug)]
pub(super) struct Line {
    name: &'static str,
    queue: Mutex<Option<SyncSender<Task>>>,
}

impl Line {
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, queue: Mutex::new(None) }
    }

    /// What `work` gives, once it was its turn.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let task: Task = Box::new(move || {
            if !reply.is_closed() {
                let _ = reply.send(work());
            }
        });
        self.queue()?.try_send(task).map_err(|refused| match refused {
            TrySendError::Full(_) => Error::Busy,
            TrySendError::Disconnected(_) => Error::Local("its thread has ended".to_owned()),
        })?;
        answer.await.map_err(|_| Error::Local("it broke off".to_owned()))
    }

    fn queue(&self) -> Result<SyncSender<Task>> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = &*queue {
            return Ok(queue.clone());
        }
        let (sender, tasks) = sync_channel(QUEUE);
        thread::Builder::new()
            .name(self.name.to_owned())
            .spawn(move || work_through(&tasks))
            .map_err(|error| Error::Local(format!("a thread could not be started: {error}")))?;
        *queue = Some(sender.clone());
        Ok(sender)
    }
}

fn work_through(tasks: &Receiver<Task>) {
    yield_to_others();
    while let Ok(task) = tasks.recv() {
        // A panic is answered by the dropped reply; the thread must live on.
        let _ = catch_unwind(AssertUnwindSafe(task));
    }
}

/// Lowers this thread's priority, where that needs no privilege; threads that it starts inherit it.
fn yield_to_others() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(NICENESS);
}
