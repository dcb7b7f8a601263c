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
    waiting: Arc<Waiting>,
    over: Mutex<Receiver<()>>,
}

/// The spans that nobody has taken yet.
#[derive(Debug)]
pub(super) struct Waiting {
    batch: Mutex<Batch>,
    enough: Condvar,
    most: usize,
}

#[derive(Debug, Default)]
struct Batch {
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
        let waiting = Arc::new(Waiting { batch: Mutex::default(), enough: Condvar::new(), most });
        let (done, over) = sync_channel(1);
        let theirs = Arc::clone(&waiting);
        thread::Builder::new().name("traces".to_owned()).spawn(move || {
            while let Some(spans) = theirs.take(delay) {
                if !spans.is_empty() {
                    send(&spans);
                }
            }
            // Nobody may wait for it.
            let _ = done.send(());
        })?;
        Ok(Self { waiting, over: Mutex::new(over) })
    }

    /// Where spans are put that nobody else knew of before they ended.
    pub(super) fn waiting(&self) -> Arc<Waiting> {
        Arc::clone(&self.waiting)
    }
}

impl Waiting {
    fn batch(&self) -> MutexGuard<'_, Batch> {
        self.batch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a span that has ended to those that wait.
    pub(super) fn add(&self, span: &SpanData) {
        let mut batch = self.batch();
        if batch.spans >= self.most || batch.is_last {
            return;
        }
        otlp::span(&mut batch.written, span);
        batch.spans += 1;
        if batch.spans == ENOUGH.min(self.most) {
            self.enough.notify_one();
        }
    }

    /// What there is after `delay` at most; `None` when that was the last.
    fn take(&self, delay: Duration) -> Option<Vec<u8>> {
        let too_few = |batch: &mut Batch| batch.spans < ENOUGH.min(self.most) && !batch.is_last;
        let waited = self.enough.wait_timeout_while(self.batch(), delay, too_few);
        let (mut batch, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let room = batch.written.len();
        let is_over = batch.is_last && room == 0;
        batch.spans = 0;
        let spans = mem::replace(&mut batch.written, Vec::with_capacity(room));
        (!is_over).then_some(spans)
    }
}

impl SpanProcessor for Batches {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.waiting.add(&span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Err(OTelSdkError::InternalFailure("only the end sends what there is at once".to_owned()))
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.waiting.batch().is_last = true;
        self.waiting.enough.notify_one();
        let over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        over.recv_timeout(timeout).map_err(|_| OTelSdkError::Timeout(timeout))
    }
}
