//! Spans as OTLP has them (protobuf, `ExportTraceServiceRequest`, opentelemetry-proto 1.x), written in one go.
//!
//! The field's own crate turns each span into a tree of messages before it writes one, which costs more than all the rest
//! of tracing. Here [`span`] writes one, others after it, and [`request`] puts around them what they have in common. What we
//! never say (links) is not written.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{Event, SpanId, SpanKind, Status};
use opentelemetry::{Key, KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

/// How a field is written, the low bits of its key.
const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const BYTES: u32 = 2;
const FIXED32: u32 = 5;

/// A process, as `resource` is to be given to [`request`].
pub(super) fn process(resource: &Resource) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, value) in resource {
        pair(&mut out, 1, key, value);
    }
    out
}

/// What a collector is sent: `spans` as [`span`] wrote them, of the process that `resource` tells of.
pub(super) fn request(resource: &[u8], spans: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(resource.len() + spans.len() + 64);
    within(&mut out, 1, |out| {
        bytes(out, 1, resource);
        within(out, 2, |out| {
            within(out, 1, |out| bytes(out, 1, b"brainly"));
            out.extend_from_slice(spans);
        });
    });
    out
}

/// Writes one more span.
pub(super) fn span(out: &mut Vec<u8>, span: &SpanData) {
    within(out, 2, |out| write(out, span));
}

fn write(out: &mut Vec<u8>, span: &SpanData) {
    let context = &span.span_context;
    bytes(out, 1, &context.trace_id().to_bytes());
    bytes(out, 2, &context.span_id().to_bytes());
    let state = context.trace_state().header();
    if !state.is_empty() {
        bytes(out, 3, state.as_bytes());
    }
    if span.parent_span_id != SpanId::INVALID {
        bytes(out, 4, &span.parent_span_id.to_bytes());
    }
    bytes(out, 5, span.name.as_bytes());
    let kind = match span.span_kind {
        SpanKind::Internal => 1,
        SpanKind::Server => 2,
        SpanKind::Client => 3,
        SpanKind::Producer => 4,
        SpanKind::Consumer => 5,
    };
    number(out, 6, kind);
    time(out, 7, span.start_time);
    time(out, 8, span.end_time);
    pairs(out, 9, &span.attributes);
    number(out, 10, span.dropped_attributes_count.into());
    for event in &span.events.events {
        within(out, 11, |out| write_event(out, event));
    }
    number(out, 12, span.events.dropped_count.into());
    if let Status::Error { description } = &span.status {
        within(out, 15, |out| {
            bytes(out, 2, description.as_bytes());
            number(out, 3, 2);
        });
    }
    // Bits 8 and 9: that it is known whether the parent is another process's, and whether it is.
    let flags = u32::from(context.trace_flags().to_u8()) | 0x100 | u32::from(span.parent_span_is_remote) << 9;
    key(out, 16, FIXED32);
    out.extend_from_slice(&flags.to_le_bytes());
}

fn write_event(out: &mut Vec<u8>, event: &Event) {
    time(out, 1, event.timestamp);
    bytes(out, 2, event.name.as_bytes());
    pairs(out, 3, &event.attributes);
    number(out, 4, event.dropped_attributes_count.into());
}

fn pairs(out: &mut Vec<u8>, field: u32, pairs: &[KeyValue]) {
    for KeyValue { key, value, .. } in pairs {
        pair(out, field, key, value);
    }
}

fn pair(out: &mut Vec<u8>, field: u32, name: &Key, value: &Value) {
    within(out, field, |out| {
        bytes(out, 1, name.as_str().as_bytes());
        within(out, 2, |out| match value {
            Value::Bool(value) => {
                key(out, 2, VARINT);
                varint(out, u64::from(*value));
            }
            Value::I64(value) => {
                key(out, 3, VARINT);
                varint(out, value.cast_unsigned());
            }
            Value::F64(value) => {
                key(out, 4, FIXED64);
                out.extend_from_slice(&value.to_le_bytes());
            }
            Value::String(value) => bytes(out, 1, value.as_str().as_bytes()),
            other => bytes(out, 1, other.as_str().as_bytes()),
        });
    });
}

/// A message in a message. Its length is known only once it is written.
fn within(out: &mut Vec<u8>, field: u32, write: impl FnOnce(&mut Vec<u8>)) {
    key(out, field, BYTES);
    let at = out.len();
    out.push(0);
    write(out);
    let mut length = out.len() - at - 1;
    let mut at = at;
    while length >= 0x80 {
        out[at] = low(length as u64) | 0x80;
        length >>= 7;
        at += 1;
        out.insert(at, 0);
    }
    out[at] = low(length as u64);
}

fn bytes(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    key(out, field, BYTES);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Zero is not written: it is what a field is that is not there.
fn number(out: &mut Vec<u8>, field: u32, number: u64) {
    if number > 0 {
        key(out, field, VARINT);
        varint(out, number);
    }
}

/// Nanoseconds since 1970.
fn time(out: &mut Vec<u8>, field: u32, time: SystemTime) {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    key(out, field, FIXED64);
    out.extend_from_slice(&u64::try_from(since).unwrap_or(u64::MAX).to_le_bytes());
}

fn key(out: &mut Vec<u8>, field: u32, how: u32) {
    varint(out, u64::from(field << 3 | how));
}

fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(low(number) | 0x80);
        number >>= 7;
    }
    out.push(low(number));
}

/// The seven bits that the next byte of a number holds.
const fn low(number: u64) -> u8 {
    number.to_le_bytes()[0] & 0x7F
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use opentelemetry::trace::{Event, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState};
    use opentelemetry::{Array, InstrumentationScope, KeyValue, Value};
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
    use opentelemetry_proto::tonic::common::v1::any_value;
    use opentelemetry_proto::tonic::trace::v1::Span;
    use opentelemetry_sdk::Resource;
    use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
    use prost::Message as _;

    fn made(name: String, parent: u64) -> SpanData {
        let state = TraceState::from_key_value([("rojo", "1")]).unwrap();
        let (trace, own) = (TraceId::from(0xABu128), SpanId::from(7));
        let mut events = SpanEvents::default();
        events.events.push(Event::new(
            "said",
            UNIX_EPOCH + Duration::from_nanos(1),
            vec![KeyValue::new("level", "WARN")],
            3,
        ));
        events.dropped_count = 1;
        SpanData {
            span_context: SpanContext::new(trace, own, TraceFlags::SAMPLED, false, state),
            parent_span_id: SpanId::from(parent),
            parent_span_is_remote: parent > 0,
            span_kind: SpanKind::Consumer,
            name: name.into(),
            start_time: UNIX_EPOCH + Duration::from_nanos(1_700_000_000_123_456_789),
            end_time: UNIX_EPOCH + Duration::from_secs(1_700_000_001),
            attributes: vec![
                KeyValue::new("is", true),
                KeyValue::new("below", -1),
                KeyValue::new("part", 0.5),
                KeyValue::new("list", Value::Array(Array::String(vec!["a".into(), "b".into()]))),
                KeyValue::new("long", "x".repeat(40_000)),
            ],
            dropped_attributes_count: 300,
            events,
            links: SpanLinks::default(),
            status: Status::error("why"),
            instrumentation_scope: InstrumentationScope::default(),
        }
    }

    fn decoded(spans: &[SpanData]) -> (Vec<String>, Vec<Span>) {
        let resource = Resource::builder_empty().with_attribute(KeyValue::new("service.name", "brainly")).build();
        let mut written = Vec::new();
        for span in spans {
            super::span(&mut written, span);
        }
        let body = super::request(&super::process(&resource), &written);
        let mut whole = ExportTraceServiceRequest::decode(&*body).unwrap();
        assert_eq!(whole.encoded_len(), body.len(), "nothing is written twice, longer than it must be or unknown");
        let mut of_one = whole.resource_spans.remove(0);
        let process = of_one.resource.unwrap().attributes.into_iter().map(|pair| pair.key).collect();
        let scope = of_one.scope_spans.remove(0);
        assert_eq!(scope.scope.unwrap().name, "brainly");
        (process, scope.spans)
    }

    #[test]
    fn what_is_written_is_read_by_the_fields_own_crate() {
        let (process, spans) =
            decoded(&[made("n".repeat(127), 9), made("n".repeat(128), 0), made("n".repeat(20_000), 0)]);

        assert_eq!(process, ["service.name"]);
        assert_eq!(spans.iter().map(|span| span.name.len()).collect::<Vec<_>>(), [127, 128, 20_000]);
        let span = &spans[0];
        let ids = (hex::encode(&span.trace_id), hex::encode(&span.span_id), hex::encode(&span.parent_span_id));
        assert_eq!(ids, (format!("{:032x}", 0xAB), format!("{:016x}", 7), format!("{:016x}", 9)));
        assert!(spans[1].parent_span_id.is_empty());
        assert_eq!((span.trace_state.as_str(), span.kind, span.flags, spans[1].flags), ("rojo=1", 5, 0x301, 0x101));
        assert_eq!(span.start_time_unix_nano, 1_700_000_000_123_456_789);
        assert_eq!(span.end_time_unix_nano, 1_700_000_001_000_000_000);
        assert_eq!((span.dropped_attributes_count, span.dropped_events_count), (300, 1));
        let status = span.status.as_ref().unwrap();
        assert_eq!((status.code, status.message.as_str()), (2, "why"));
        let event = &span.events[0];
        assert_eq!((event.name.as_str(), event.attributes[0].key.as_str()), ("said", "level"));
        assert_eq!((event.time_unix_nano, event.dropped_attributes_count), (1, 3));
        let values = span.attributes.iter().map(|pair| pair.value.clone().unwrap().value.unwrap());
        assert_eq!(
            values.collect::<Vec<_>>(),
            [
                any_value::Value::BoolValue(true),
                any_value::Value::IntValue(-1),
                any_value::Value::DoubleValue(0.5),
                any_value::Value::StringValue("[\"a\",\"b\"]".into()),
                any_value::Value::StringValue("x".repeat(40_000)),
            ]
        );
    }
}
