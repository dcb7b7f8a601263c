//! Sends spans to a collector: OTLP over HTTP, in batches, from a thread of its own.
//!
//! Whether a trace is kept is decided at its first span; the spans of one that is not are not made.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use reqwest::Client;

use super::batches::{Batches, Waiting};
use super::collector::Collector;
use super::spans::{self, Spans};
use super::{Error, otlp};
use crate::config;
use crate::domain::trace::{self, Source};

/// How long a batch is tried to be handed over.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Where spans go, until [`Traces::end`].
#[derive(Debug)]
pub(super) struct Traces {
    provider: SdkTracerProvider,
    waiting: Arc<Waiting>,
}

impl Traces {
    /// Has spans sent from now on.
    ///
    /// # Errors
    /// When the collector's headers can't be used, or the machine has nothing left to run it on.
    pub(super) fn start(config: &config::Traces, client: Client) -> Result<Self, Error> {
        let collector = Collector::new(config, client)?;
        let process = otlp::process(&resource(config));
        let hand_over = move |spans: &[u8]| collector.hand_over(otlp::request(&process, spans));
        let batches =
            Batches::start(config.queue, config.delay, hand_over).map_err(Error::of("the collector's thread"))?;
        let waiting = batches.waiting();
        let provider = SdkTracerProvider::builder().with_span_processor(batches).with_sampler(sampler(config.sampler));
        Ok(Self { provider: provider.build(), waiting })
    }

    /// The layer that gives it `tracing`'s spans; those of [`trace`] come by themselves.
    pub(super) fn layer(&self) -> Spans {
        let (tracer, waiting) = (self.provider.tracer("brainly"), Arc::clone(&self.waiting));
        trace::turn_on(Source {
            tracer: BoxedTracer::new(Box::new(tracer.clone())),
            within: spans::within,
            place: spans::place,
            ended: Box::new(move |leaf| waiting.add(&spans::of_leaf(leaf))),
        });
        Spans(tracer)
    }

    /// Sends what is left, within `patience`.
    pub(super) fn end(&self, patience: Duration) {
        // What could not be sent was told by the collector's client.
        drop(self.provider.shutdown_with_timeout(patience));
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
