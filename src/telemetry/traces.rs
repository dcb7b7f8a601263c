//! Sends spans to a collector: OTLP over HTTP, in batches, from a thread of its own.
//!
//! A span that ends is put into a queue of 2,048; what finds it full is dropped, so that a collector that is slow, dead or hangs
//! costs spans and never time. Whether a trace is kept is decided at its first span; the spans of one that is not are not made.

use std::time::Duration;

use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{SpanBuilder, SpanKind, Tracer, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider, Span};
use reqwest::Client;
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::registry::LookupSpan;

use super::Error;
use super::collector::Collector;
use crate::config;
use crate::domain::trace;

/// How long a batch is tried to be handed over.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Where spans go, until [`Traces::end`].
#[derive(Debug)]
pub(super) struct Traces(SdkTracerProvider);

/// Makes `tracing`'s spans into those of a trace.
pub(super) type Spans<S> = OpenTelemetryLayer<S, Named>;

impl Traces {
    /// Has spans sent from now on.
    ///
    /// # Errors
    /// When the collector's address can't be used, or the thread not be started.
    pub(super) fn start(config: &config::Traces, client: Client) -> Result<Self, Error> {
        let mut endpoint = config.endpoint.clone();
        endpoint.set_path(&format!("{}/v1/traces", endpoint.path().trim_end_matches('/')));
        let headers = config.headers.iter().map(|(name, value)| (name.clone(), value.expose().clone())).collect();
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new(client).map_err(Error::of("the collector's thread"))?)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint.as_str())
            .with_headers(headers)
            .with_timeout(PATIENCE)
            .build()
            .map_err(Error::of("the exporter of traces"))?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(sampler(config.sampler))
            .with_resource(resource(config))
            .build();
        Ok(Self(provider))
    }

    /// The layer that gives it `tracing`'s spans; those of [`trace`] come by themselves.
    pub(super) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> Spans<S> {
        trace::turn_on(BoxedTracer::new(Box::new(self.0.tracer("brainly"))));
        tracing_opentelemetry::layer()
            .with_tracer(Named(self.0.tracer("brainly")))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_level(false)
            .with_target(false)
    }

    /// Sends what is left, within `patience`.
    pub(super) fn end(&self, patience: Duration) {
        // What could not be sent was told by the collector's client.
        drop(self.0.shutdown_with_timeout(patience));
    }
}

fn sampler(config: config::Sampler) -> Sampler {
    let root = match config.ratio {
        none if none <= 0.0 => Sampler::AlwaysOff,
        all if all >= 1.0 => Sampler::AlwaysOn,
        some => Sampler::TraceIdRatioBased(some),
    };
    if config.parent_based { Sampler::ParentBased(Box::new(root)) } else { root }
}

fn resource(config: &config::Traces) -> Resource {
    let attributes = config.attributes.iter().map(|(name, value)| KeyValue::new(name.clone(), value.clone()));
    Resource::builder_empty()
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .with_attribute(KeyValue::new("telemetry.sdk.language", "rust"))
        .with_attribute(KeyValue::new("telemetry.sdk.name", "opentelemetry"))
        .with_attribute(KeyValue::new("process.pid", i64::from(std::process::id())))
        .with_attributes(attributes)
        .with_service_name(config.service_name.clone())
        .build()
}

/// Gives spans their kind, which `tracing` has no word for, by the room in their name.
#[derive(Debug)]
pub(super) struct Named(SdkTracer);

impl Tracer for Named {
    type Span = Span;

    fn build_with_context(&self, mut builder: SpanBuilder, parent: &Context) -> Span {
        builder.span_kind = Some(match &*builder.name {
            "api.request" => SpanKind::Server,
            name if name.starts_with("fetch.") => SpanKind::Client,
            _ => SpanKind::Internal,
        });
        self.0.build_with_context(builder, parent)
    }
}
