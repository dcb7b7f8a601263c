//! A process that parses, from outside.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::{Instant, timeout};

use super::Raw;
use super::wire::{self, Answer, GREETING, Question};

/// How long a process may take to begin; a busy machine takes a while.
const BEGINNING: Duration = Duration::from_secs(10);

/// A process that waits for pages. Killed when dropped.
pub(super) struct Process {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    pub(super) id: u32,
    /// Since when it has nothing to do.
    pub(super) idle_since: Instant,
}

impl Process {
    /// Starts one, and waits until it is ready.
    ///
    /// # Errors
    /// When it can't be started, or is none of ours.
    pub(super) async fn start(program: &Path, memory: u64) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(["parse-worker", "--memory", &memory.to_string()])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What it might say quotes pages.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(input), Some(mut output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let mut greeting = [0; GREETING.len()];
        let greeted = timeout(BEGINNING, output.read_exact(&mut greeting)).await;
        let id = child.id().unwrap_or_default();
        let process = Self { child, input, output, id, idle_since: Instant::now() };
        match greeted {
            Ok(Ok(_)) if greeting == *GREETING => {
                tracing::debug!(parser.id = id, "a process that parses has begun");
                Ok(process)
            }
            greeted => {
                process.end("it did not begin").await;
                greeted.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?.map(drop)?;
                Err(io::Error::new(io::ErrorKind::InvalidData, "the program is not brainly"))
            }
        }
    }

    /// Has `raw` read, with `limit` on the processor.
    ///
    /// # Errors
    /// When the process is no more, or answers nonsense. Whoever gives up waiting must end it too.
    pub(super) async fn ask(&mut self, raw: &Raw, limit: Duration) -> io::Result<Answer> {
        let seconds = limit.as_secs().max(1);
        let question = Question { content_type: raw.content_type.clone(), url: raw.url.clone(), seconds };
        wire::ask(&mut self.input, &question, &raw.body).await?;
        wire::answer_from(&mut self.output).await
    }

    /// Kills it and waits until it is gone: nothing is left for the system to remember.
    pub(super) async fn end(mut self, why: &'static str) {
        // It may have been gone before.
        drop(self.child.start_kill());
        let status = self.child.wait().await.ok();
        tracing::debug!(parser.id = self.id, why, ?status, "a process that parses has ended");
    }
}
