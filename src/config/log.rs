//! What is logged, and how.

use std::fmt;

use super::reader::Reader;
use super::setting::{DefaultValue, Setting, Values};
use super::value;

/// The log.
#[derive(Clone, Debug)]
pub struct Log {
    /// The least important lines that are written.
    pub level: Level,
    /// How a line looks.
    pub format: LogFormat,
}

/// How important a line must be, from few lines to many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Someone must look.
    Error,
    /// Degraded, but going on.
    Warn,
    /// One line a request or job.
    Info,
    /// What led to it.
    Debug,
    /// Every step.
    Trace,
}

const LEVELS: &[&str] = &["error", "warn", "info", "debug", "trace"];

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(LEVELS[*self as usize])
    }
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

const LEVEL: Setting = Setting {
    name: "LOG_LEVEL",
    default: DefaultValue::Fixed("info"),
    values: Values::OneOf(LEVELS),
    about: "The least important lines that are written.",
    secret: false,
};

const FORMAT: Setting = Setting {
    name: "LOG_FORMAT",
    default: DefaultValue::Derived("`pretty` on a terminal, `json` otherwise"),
    values: Values::OneOf(&["pretty", "json"]),
    about: "How a line looks: for people, or one JSON object a line.",
    secret: false,
};

impl Log {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        use Level::{Debug, Error, Info, Trace, Warn};

        from.section("Log");
        let default = if from.sources.terminal { "pretty" } else { "json" };
        Self {
            level: from.value(&LEVEL, value::choice(&LEVEL, &[Error, Warn, Info, Debug, Trace])),
            format: from.value_or(&FORMAT, default, value::choice(&FORMAT, &[LogFormat::Pretty, LogFormat::Json])),
        }
    }
}
