//! What Brainly says while it runs: log lines on standard error, for people or one JSON object a line, and [`metrics`].
//!
//! [`init`] is called once, before anything happens that is worth a line. Spans and fields are named where they are made;
//! this room only decides what is written and how it looks.

pub mod metrics;

use std::io::{self, IsTerminal as _};
use std::panic::{self, PanicHookInfo};
use std::thread;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{Level, Log, LogFormat};

/// Starts the log. A second call changes nothing.
///
/// Lines of our own are written from `log.level` on; those of libraries only when they are one step more important, so
/// that `info` stays one line a request or job.
pub fn init(log: &Log) {
    let (ours, theirs) = levels(log.level);
    let wanted = Targets::new().with_default(theirs).with_target(env!("CARGO_CRATE_NAME"), ours);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    // Colours are for eyes, not for files.
    let lines = lines.with_ansi(io::stderr().is_terminal());
    let lines = match log.format {
        LogFormat::Pretty => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    // One filter for all: with a filter of a layer's own, a library that asks "is this enabled?" swallows the next line.
    // The only error is that there is a log already.
    let started = tracing_subscriber::registry().with(wanted).with(lines).try_init();
    if started.is_ok() && log.format == LogFormat::Json {
        panic::set_hook(Box::new(report_panic));
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
