//! Keeps what is counted, and writes it for Prometheus. The names stand in [`crate::domain::metric`].

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::domain::metric::{self, BUILD, Kind, METRICS};

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];

/// How often what was measured is put into its buckets. Until then each value is kept, also where nobody asks for the metrics.
const UPKEEP: Duration = Duration::from_secs(5);

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts counting. A second call changes nothing.
pub fn init() {
    handle();
}

/// The metrics in Prometheus's text format; empty when something else in this process counts.
pub fn render() -> String {
    let Some(handle) = handle() else { return String::new() };
    metrics_process::Collector::default().collect();
    metrics::gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    handle.run_upkeep();
    handle.render()
}

fn handle() -> Option<&'static PrometheusHandle> {
    HANDLE.get_or_init(start).as_ref()
}

fn start() -> Option<PrometheusHandle> {
    let builder = (METRICS.iter().filter(|(_, kind, _)| *kind == Kind::Histogram))
        .try_fold(PrometheusBuilder::new(), |builder, (name, ..)| {
            builder.set_buckets_for_metric(Matcher::Full((*name).to_owned()), &BUCKETS)
        });
    let recorder = builder.expect("there are buckets").build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).ok()?;
    metric::begin();
    let kept = handle.clone();
    let upkeep = thread::Builder::new().name("metrics".to_owned()).spawn(move || {
        loop {
            thread::sleep(UPKEEP);
            kept.run_upkeep();
        }
    });
    if let Err(error) = upkeep {
        tracing::warn!(%error, "what is measured is kept until somebody asks for the metrics");
    }
    for (name, kind, help) in METRICS {
        match kind {
            Kind::Counter => metrics::describe_counter!(*name, *help),
            Kind::Gauge => metrics::describe_gauge!(*name, *help),
            Kind::Histogram => metrics::describe_histogram!(*name, *help),
        }
    }
    metrics_process::Collector::default().describe();
    Some(handle)
}
