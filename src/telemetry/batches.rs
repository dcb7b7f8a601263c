//! Spans that have ended, written as they will be sent, until a thread of their own hands them over.
//!
//! Each is written where it ends: to carry it to another core and take it apart there costs more than that. What ends while
//! as many wait as there may be is dropped, so that a collector that is slow, dead or hangs costs spans and never time.

use std::mem;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use super::otlp;

/// So many are sent without waiting for more.
const ENOUGH: usize = 512;

/// What waits, and the thread that takes it.
#[derive(Debug)]
pub(super) struct Batches {
    shared: Arc<Shared>,
    over: Mutex<Receiver<()>>,
}

#[derive(Debug)]
struct Shared {
    waiting: Mutex<Waiting>,
    enough: Condvar,
    most: usize,
}

#[derive(Debug, Default)]
struct Waiting {
    written: Vec<u8>,
    spans: usize,
    is_last: bool,
}

impl Batches {
    /// Has `send` called with spans, written one after the other, every `delay` or as soon as there are many of them; at most
    /// `most` wait meanwhile.
    ///
    /// # Errors
    /// When the machine has no thread left.
    pub(super) fn start(most: usize, delay: Duration, send: impl Fn(&[u8]) + Send + 'static) -> std::io::Result<Self> {
        let shared = Arc::new(Shared { waiting: Mutex::default(), enough: Condvar::new(), most });
        let (done, over) = sync_channel(1);
        let theirs = Arc::clone(&shared);
        thread::Builder::new().name("traces".to_owned()).spawn(move || {
            while let Some(spans) = theirs.take(delay) {
                if !spans.is_empty() {
                    send(&spans);
                }
            }
            // Nobody may wait for it.
            let _ = done.send(());
        })?;
        Ok(Self { shared, over: Mutex::new(over) })
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What there is after `delay` at most; `None` when that was the last.
    fn take(&self, delay: Duration) -> Option<Vec<u8>> {
        let too_few = |waiting: &mut Waiting| waiting.spans < ENOUGH.min(self.most) && !waiting.is_last;
        let waited = self.enough.wait_timeout_while(self.waiting(), delay, too_few);
        let (mut waiting, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let room = waiting.written.len();
        let is_over = waiting.is_last && room == 0;
        waiting.spans = 0;
        let spans = mem::replace(&mut waiting.written, Vec::with_capacity(room));
        (!is_over).then_some(spans)
    }
}

impl SpanProcessor for Batches {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        let mut waiting = self.shared.waiting();
        if waiting.spans >= self.shared.most || waiting.is_last {
            return;
        }
        otlp::span(&mut waiting.written, &span);
        waiting.spans += 1;
        if waiting.spans == ENOUGH.min(self.shared.most) {
            self.shared.enough.notify_one();
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Err(OTelSdkError::InternalFailure("only the end sends what there is at once".to_owned()))
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.shared.waiting().is_last = true;
        self.shared.enough.notify_one();
        let over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        over.recv_timeout(timeout).map_err(|_| OTelSdkError::Timeout(timeout))
    }
}
