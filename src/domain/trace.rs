//! The trace that what happens belongs to: one line of spans from a request through its jobs to the last statement.
//!
//! Every room may begin a span here and pass its trace on, without knowing where spans go; that is
//! [`crate::telemetry`]'s business, which calls [`turn_on`]. Until then all of this costs a look at a flag. Spans that have
//! fields for the log as well are `tracing`'s, and children of those here, and the other way round.
//!
//! Between processes a trace travels as W3C Trace Context has it (`traceparent`, level 1): in the headers of a request, in the
//! row of a job. Names and attributes hold verbs, tables, kinds and ids, never what somebody wrote.

use std::fmt;
use std::future::Future;
use std::str::FromStr as _;
use std::sync::OnceLock;
use std::time::SystemTime;

use futures::future::Either;
use opentelemetry::Context;
use opentelemetry::context::FutureExt as _;
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{
    SpanContext, SpanId, SpanKind, Status, TraceContextExt as _, TraceFlags, TraceId, TraceState, Tracer as _,
};

pub use opentelemetry::KeyValue;

/// The header with the trace that a request belongs to.
pub const TRACEPARENT: &str = "traceparent";
/// The header with what other tracing systems want passed on.
pub const TRACESTATE: &str = "tracestate";

/// Who makes spans, and where those go that are made here.
pub struct Source {
    /// Makes those that may have children.
    pub tracer: BoxedTracer,
    /// The innermost of `tracing`'s spans that is under way and belongs to a trace.
    pub within: fn() -> Option<Context>,
    /// Where that one stands.
    pub place: fn() -> Option<SpanContext>,
    /// Takes a leaf that has ended.
    pub ended: Box<dyn Fn(&mut Leaf) + Send + Sync>,
}

impl Source {
    /// What a span begun now is a child of.
    fn here(&self) -> SpanContext {
        (self.place)().unwrap_or_else(|| Context::map_current(|here| here.span().span_context().clone()))
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").finish_non_exhaustive()
    }
}

static SOURCE: OnceLock<Source> = OnceLock::new();

/// Has spans made by `source` from now on; whether it is the first one.
pub fn turn_on(source: Source) -> bool {
    SOURCE.set(source).is_ok()
}

/// Whether anybody wants spans.
pub fn is_on() -> bool {
    SOURCE.get().is_some()
}

/// The span that is under way, as `traceparent` says it; also one that is not sampled, so that nothing after it is.
pub fn traceparent() -> Option<String> {
    let here = SOURCE.get()?.here();
    let flags = here.trace_flags() & TraceFlags::SAMPLED;
    here.is_valid().then(|| format!("00-{}-{}-{:02x}", here.trace_id(), here.span_id(), flags))
}

/// The trace that a `traceparent` belongs to, when there are traces and this one is kept.
pub fn id_of(traceparent: &str) -> Option<String> {
    let span = remote(traceparent, None).filter(|span| is_on() && span.is_sampled())?;
    Some(span.trace_id().to_string())
}

/// Runs `make`, whose spans continue the trace that a request came with.
pub fn continuing<T>(traceparent: Option<&str>, tracestate: Option<&str>, make: impl FnOnce() -> T) -> T {
    let parent = traceparent.filter(|_| is_on()).and_then(|header| remote(header, tracestate));
    let _attached = parent.map(|parent| Context::new().with_remote_span_context(parent).attach());
    make()
}

/// Runs `work` in a span of its own, which continues `parent` (a `traceparent`) or begins a trace. A failure marks the span.
pub fn worked<T, E, W: Future<Output = Result<T, E>>>(
    name: &'static str,
    parent: Option<&str>,
    attributes: Vec<KeyValue>,
    work: W,
) -> impl Future<Output = Result<T, E>> + use<T, E, W> {
    let Some(Source { tracer, .. }) = SOURCE.get() else { return Either::Left(work) };
    let parent = parent.and_then(|header| remote(header, None));
    let parent = parent.map_or_else(Context::new, |parent| Context::new().with_remote_span_context(parent));
    let builder = tracer.span_builder(name).with_kind(SpanKind::Consumer).with_attributes(attributes);
    let context = parent.with_span(tracer.build_with_context(builder, &parent));
    let span = context.clone();
    let watched = async move {
        let done = work.await;
        if done.is_err() {
            span.span().set_status(Status::error(""));
        }
        span.span().end();
        done
    };
    Either::Right(watched.with_context(context))
}

/// A span that knows no children: a statement, a commit. It ends when it is dropped.
///
/// There are several of these a request, so they are no more than what is told of them in the end.
#[derive(Debug)]
#[must_use = "it ends when it is dropped"]
pub struct Leaf {
    /// What it is: `db.select`.
    pub name: &'static str,
    /// What is told of it.
    pub attributes: Vec<KeyValue>,
    /// The span that it is a part of.
    pub parent: SpanContext,
    /// When it began.
    pub begun: SystemTime,
    /// Whether it failed.
    pub failed: bool,
}

impl Leaf {
    /// Ends it; `failed` marks it.
    pub fn end(mut self, failed: bool) {
        self.failed = failed;
    }
}

impl Drop for Leaf {
    fn drop(&mut self) {
        if let Some(source) = SOURCE.get() {
            (source.ended)(self);
        }
    }
}

/// Begins a span within the one that is under way; none when that is not sampled, or there is none.
pub fn leaf(about: impl FnOnce() -> (&'static str, Vec<KeyValue>)) -> Option<Leaf> {
    let parent = SOURCE.get()?.here();
    parent.is_sampled().then(|| {
        let (name, attributes) = about();
        Leaf { name, attributes, parent, begun: SystemTime::now(), failed: false }
    })
}

/// Says more of the span that is under way, if it is sampled: its name, attributes, and whether it failed. Gives the trace
/// that it belongs to: 32 hexadecimal digits.
pub fn describe(failed: bool, more: impl FnOnce() -> (String, Vec<KeyValue>)) -> Option<String> {
    let source = SOURCE.get()?;
    if !source.here().is_sampled() {
        return None;
    }
    let here = (source.within)().unwrap_or_else(Context::current);
    let span = here.span();
    let (name, attributes) = more();
    span.update_name(name);
    span.set_attributes(attributes);
    if failed {
        span.set_status(Status::error(""));
    }
    Some(span.span_context().trace_id().to_string())
}

/// What a `traceparent` says: `00-<32 hex>-<16 hex>-<2 hex>`. Later versions may have more after it.
fn remote(traceparent: &str, tracestate: Option<&str>) -> Option<SpanContext> {
    let mut parts = traceparent.trim().split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_whole = is_hex(version, 2) && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);
    if !is_whole || version == "ff" || version == "00" && parts.next().is_some() {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    let state = tracestate.and_then(|state| TraceState::from_str(state).ok()).unwrap_or_default();
    let context = SpanContext::new(TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?, flags, true, state);
    context.is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use super::remote;

    #[test]
    fn only_a_whole_traceparent_is_believed() {
        const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
        let good = format!("00-{TRACE}-00f067aa0ba902b7-01");
        let read = remote(&good, Some("rojo=00f067aa0ba902b7")).unwrap();
        assert_eq!(
            (read.trace_id().to_string(), read.span_id().to_string()),
            (TRACE.into(), "00f067aa0ba902b7".into())
        );
        assert!(read.is_sampled() && read.is_remote());
        assert_eq!(read.trace_state().header(), "rojo=00f067aa0ba902b7");
        assert!(!remote(&format!("00-{TRACE}-00f067aa0ba902b7-00"), None).unwrap().is_sampled());
        assert!(remote(&format!("01-{TRACE}-00f067aa0ba902b7-09-later"), None).unwrap().is_sampled());
        for wrong in [
            String::new(),
            "00".into(),
            format!("{good}-more"),
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            format!("00-{TRACE}-00f067aa0ba902b-01"),
            format!("00-{TRACE}-00f067aa0ba902bz-01"),
        ] {
            assert!(remote(&wrong, None).is_none(), "{wrong}");
        }
    }
}
