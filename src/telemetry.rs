//! What Brainly says while it runs: log lines on standard error, for people or one JSON object a line, [`metrics`], and, where
//! they are configured, traces to a collector and reports of errors to Sentry.
//!
//! [`init`] is called once, before anything happens that is worth a line. Spans and fields are named where they are made;
//! this room only decides what is written, what is sent, and how it looks. What is sent never holds anybody up: it is queued
//! within bounds, dropped beyond them, and sent from threads of its own; at the end [`Telemetry`] waits for it for a moment.

mod batches;
mod cause;
mod collector;
pub mod metrics;
mod otlp;
mod outgoing;
mod reports;
mod scrub;
mod spans;
mod traces;

use std::io::{self, IsTerminal as _};
use std::panic::{self, PanicHookInfo};
use std::thread;
use std::time::Duration;

use rustls::ClientConfig;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{FilterFn, Targets};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{Config, Level, LogFormat};
use crate::domain::fault::{self, Fault};
use reports::Reports;
use traces::Traces;

pub use cause::{asked, note};

/// How long the end waits for what is still to be sent.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Why nothing is sent elsewhere.
#[derive(Debug, thiserror::Error)]
#[error("{what} can't be set up")]
struct Error {
    what: &'static str,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl Error {
    fn of<E: Into<Box<dyn std::error::Error + Send + Sync>>>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Self { what, source: source.into() }
    }
}

/// What is sent elsewhere while it is kept; dropped, it sends what is left, for three seconds at most.
#[derive(Debug, Default)]
#[must_use = "what is still to be sent is sent when it is dropped"]
pub struct Telemetry {
    traces: Option<Traces>,
    reports: Option<&'static Reports>,
}

/// Starts the log, and with it what else is configured; `tls` is how to speak with a collector. A second call changes nothing.
///
/// Lines of our own are written from `log.level` on; those of libraries only when they are one step more important, so
/// that `info` stays one line a request or job. `log.targets` says otherwise for parts.
pub fn init(config: &Config, tls: impl FnOnce() -> Option<ClientConfig>) -> Telemetry {
    let (log, told) = (&config.log, Telemetry::start(config, tls));
    let (telemetry, problem) = match told {
        Ok(telemetry) => (telemetry, None),
        Err(problem) => (Telemetry::default(), Some(problem)),
    };
    let (ours, theirs) = levels(log.level);
    let parts: Vec<_> = log.targets.iter().map(|(target, level)| (target.clone(), levels(*level).0)).collect();
    let most = parts.iter().map(|(_, level)| *level).fold(ours.max(theirs), LevelFilter::max);
    let wanted = Targets::new().with_default(theirs).with_target(env!("CARGO_CRATE_NAME"), ours).with_targets(parts);
    // A quiet log does not make for poor traces.
    let traced = telemetry.traces.is_some();
    let hint = if traced { most.max(LevelFilter::INFO) } else { most };
    let wanted = FilterFn::new(move |about| {
        wanted.would_enable(about.target(), about.level())
            || traced
                && about.is_span()
                && *about.level() <= LevelFilter::INFO
                && about.target().starts_with(env!("CARGO_CRATE_NAME"))
    })
    .with_max_level_hint(hint);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    // Colours are for eyes, not for files.
    let lines = lines.with_ansi(io::stderr().is_terminal());
    let lines = match log.format {
        LogFormat::Pretty => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    // One filter for all: with a filter of a layer's own, a library that asks "is this enabled?" swallows the next line.
    // The only error is that there is a log already.
    let spans = telemetry.traces.as_ref().map(Traces::layer);
    let started = tracing_subscriber::registry().with(wanted).with(lines).with(spans).try_init();
    if started.is_ok() && (log.format == LogFormat::Json || telemetry.reports.is_some()) {
        panic::set_hook(Box::new(report_panic));
    }
    if let Some(problem) = problem {
        tracing::error!(error = fault::chain(&problem), "neither traces nor reports of errors are sent");
    }
    telemetry
}

impl Telemetry {
    fn start(config: &Config, tls: impl FnOnce() -> Option<ClientConfig>) -> Result<Self, Error> {
        let (traces, dsn) = (&config.observability.traces, &config.observability.sentry_dsn);
        if traces.is_none() && dsn.is_none() {
            return Ok(Self::default());
        }
        let tls = tls().ok_or_else(|| Error::of("encryption")("it can't be used"))?;
        let client = |tls, patience| outgoing::client(tls, patience).map_err(Error::of("the client"));
        let traces =
            traces.as_ref().map(|traces| Traces::start(traces, client(tls.clone(), traces::PATIENCE)?)).transpose()?;
        let reports = match dsn {
            Some(dsn) => {
                let client = client(tls, reports::PATIENCE)?;
                Reports::start(dsn, reports::environment(config.environment), client)
            }
            None => None,
        };
        if let Some(reports) = reports {
            fault::listen(move |fault| reports.report(fault));
        }
        Ok(Self { traces, reports })
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        let (traces, reports) = (self.traces.take(), self.reports);
        if traces.is_none() && reports.is_none() {
            return;
        }
        thread::scope(|ends| {
            ends.spawn(|| traces.inspect(|traces| traces.end(LAST_WORDS)));
            ends.spawn(|| reports.inspect(|reports| reports.end(LAST_WORDS)));
        });
    }
}

/// Writes a panic as one line of the log. The standard library's own words are several lines that no collector of logs
/// can read, and they hold the message, in which there may be anything: only a text from our sources is shown.
fn report_panic(panic: &PanicHookInfo<'_>) {
    let message =
        panic.payload().downcast_ref::<&'static str>().copied().unwrap_or("(not shown: it was made at run time)");
    let place = panic.location().map(ToString::to_string);
    tracing::error!(
        panic.message = message,
        panic.location = place,
        thread.name = thread::current().name(),
        "panicked"
    );
    let place = place.as_deref().unwrap_or("an unknown place");
    // Within a request it is told with the answer.
    if !note(|| format!("panic: {message}, at {place}")) {
        fault::tell(&Fault::Panic { place, message });
    }
}

/// The least important lines that are written: ours, and those of libraries.
const fn levels(level: Level) -> (LevelFilter, LevelFilter) {
    match level {
        Level::Error => (LevelFilter::ERROR, LevelFilter::ERROR),
        Level::Warn => (LevelFilter::WARN, LevelFilter::WARN),
        Level::Info => (LevelFilter::INFO, LevelFilter::WARN),
        Level::Debug => (LevelFilter::DEBUG, LevelFilter::INFO),
        Level::Trace => (LevelFilter::TRACE, LevelFilter::DEBUG),
    }
}
