//! Makes `tracing`'s spans into those of a trace.
//!
//! Whether a trace is kept is decided at its first span, and below one that is not no span is made. A span is kept beside
//! `tracing`'s own and looked up by [`within`] where a child begins, so that entering and leaving one costs nothing.

use std::fmt::Debug;
use std::mem;
use std::time::SystemTime;

use opentelemetry::trace::{Span as _, SpanBuilder, SpanContext, SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::trace::{IdGenerator as _, RandomIdGenerator, SdkTracer, SpanData, SpanEvents, SpanLinks};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber, dispatcher};
use tracing_subscriber::layer::{self, Layer};
use tracing_subscriber::registry::{LookupSpan, Registry, SpanRef};

use crate::domain::trace::Leaf;

/// Gives `tracing`'s spans their place in a trace.
#[derive(Debug)]
pub(super) struct Spans(pub(super) SdkTracer);

/// A span of a trace beside one of `tracing`'s.
struct Kept(Context);

/// The innermost span under way that belongs to a trace, kept or not.
pub(super) fn within() -> Option<Context> {
    current(Context::clone)
}

/// Where that one stands: cheaper to have than the span itself.
pub(super) fn place() -> Option<SpanContext> {
    current(|context| context.span().span_context().clone())
}

fn current<T>(read: impl Fn(&Context) -> T) -> Option<T> {
    dispatcher::get_default(|dispatch| {
        let registry = dispatch.downcast_ref::<Registry>()?;
        nearest(&registry.span(registry.current_span().id()?)?, &read)
    })
}

/// What `read` says of a span, or of the nearest around it that belongs to a trace.
fn nearest<'a, S: LookupSpan<'a>, T>(span: &SpanRef<'a, S>, read: impl Fn(&Context) -> T) -> Option<T> {
    span.scope().find_map(|span| span.extensions().get::<Kept>().map(|Kept(context)| read(context)))
}

/// A span, if it is kept.
fn kept(context: &Context) -> Option<Context> {
    context.span().span_context().is_sampled().then(|| context.clone())
}

/// A leaf as a span of its own.
pub(super) fn of_leaf(leaf: &mut Leaf) -> SpanData {
    let (parent, own) = (&leaf.parent, RandomIdGenerator::default().new_span_id());
    SpanData {
        span_context: SpanContext::new(
            parent.trace_id(),
            own,
            parent.trace_flags(),
            false,
            parent.trace_state().clone(),
        ),
        parent_span_id: parent.span_id(),
        parent_span_is_remote: parent.is_remote(),
        span_kind: SpanKind::Client,
        name: leaf.name.into(),
        start_time: leaf.begun,
        end_time: SystemTime::now(),
        attributes: mem::take(&mut leaf.attributes),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: if leaf.failed { Status::error("") } else { Status::Unset },
        instrumentation_scope: InstrumentationScope::default(),
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, new: &Attributes<'_>, id: &Id, spans: layer::Context<'_, S>) {
        let Some(span) = spans.span(id) else { return };
        let around = match nearest(&span, kept) {
            Some(Some(around)) => around,
            Some(None) => return,
            None => Context::current(),
        };
        let name = new.metadata().name();
        let kind = match name {
            "api.request" => SpanKind::Server,
            name if name.starts_with("fetch.") => SpanKind::Client,
            _ => SpanKind::Internal,
        };
        let mut made = self.0.build_with_context(SpanBuilder::from_name(name).with_kind(kind), &around);
        if made.is_recording() {
            made.set_attributes(Told::of(|told| new.record(told)));
        }
        span.extensions_mut().insert(Kept(around.with_span(made)));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, spans: layer::Context<'_, S>) {
        let Some(span) = spans.span(id) else { return };
        if let Some(Kept(context)) = span.extensions().get() {
            context.span().set_attributes(Told::of(|told| values.record(told)));
        }
    }

    fn on_event(&self, event: &Event<'_>, spans: layer::Context<'_, S>) {
        let Some(context) = spans.event_span(event).and_then(|span| nearest(&span, kept)?) else { return };
        let (span, level) = (context.span(), *event.metadata().level());
        let mut told = Told::of(|told| event.record(told));
        let message = told.iter().position(|pair| pair.key.as_str() == "message").map(|at| told.swap_remove(at));
        told.push(KeyValue::new("level", level.as_str()));
        span.add_event(message.map(|pair| pair.value.to_string()).unwrap_or_default(), told);
        if level == Level::ERROR {
            span.set_status(Status::error(""));
        }
    }

    fn on_close(&self, id: Id, spans: layer::Context<'_, S>) {
        let kept = spans.span(&id).and_then(|span| span.extensions_mut().remove::<Kept>());
        if let Some(Kept(context)) = kept {
            context.span().end();
        }
    }
}

/// Fields as attributes.
#[derive(Default)]
struct Told(Vec<KeyValue>);

impl Told {
    fn of(tell: impl FnOnce(&mut Self)) -> Vec<KeyValue> {
        let mut told = Self::default();
        tell(&mut told);
        told.0
    }

    fn push(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.push(KeyValue::new(field.name(), value));
    }
}

impl Visit for Told {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.push(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.push(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.push(field, i64::try_from(value).unwrap_or(i64::MAX));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.push(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.push(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.push(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use opentelemetry::trace::{Status, TracerProvider as _};
    use opentelemetry::{Context, KeyValue};
    use opentelemetry_sdk::error::OTelSdkResult;
    use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::Spans;

    #[derive(Debug, Clone, Default)]
    struct Ended(Arc<Mutex<Vec<SpanData>>>);

    impl SpanProcessor for Ended {
        fn on_start(&self, _: &mut Span, _: &Context) {}

        fn on_end(&self, span: SpanData) {
            self.0.lock().unwrap().push(span);
        }

        fn force_flush(&self) -> OTelSdkResult {
            Ok(())
        }

        fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
            Ok(())
        }
    }

    #[test]
    fn what_is_said_within_a_span_is_told_with_it_and_an_error_marks_it() {
        let ended = Ended::default();
        let provider = SdkTracerProvider::builder().with_span_processor(ended.clone()).build();
        let subscriber = tracing_subscriber::registry().with(Spans(provider.tracer("test")));
        tracing::subscriber::with_default(subscriber, || {
            tracing::info_span!("outer", of = 2).in_scope(|| {
                tracing::info!("before");
                tracing::info_span!("inner").in_scope(|| tracing::error!(code = 7, "it broke"));
            });
        });

        let spans = ended.0.lock().unwrap();
        let [inner, outer] = &spans[..] else { panic!("two spans are expected: {spans:?}") };
        assert_eq!((inner.name.as_ref(), outer.name.as_ref()), ("inner", "outer"));
        assert_eq!(inner.parent_span_id, outer.span_context.span_id());
        assert_eq!(outer.attributes, [KeyValue::new("of", 2)]);
        let said = |span: &SpanData| -> Vec<_> {
            span.events.iter().map(|event| (event.name.to_string(), event.attributes.clone())).collect()
        };
        assert_eq!(said(outer), [("before".to_owned(), vec![KeyValue::new("level", "INFO")])]);
        let told = vec![KeyValue::new("code", 7), KeyValue::new("level", "ERROR")];
        assert_eq!(said(inner), [("it broke".to_owned(), told)]);
        assert_eq!((&inner.status, &outer.status), (&Status::error(""), &Status::Unset));
    }
}
