//! What is logged, and how.

use std::fmt;

use super::reader::Reader;
use super::setting::{DefaultValue, Setting, Values};
use super::value::{self, Parsed};

/// The log.
#[derive(Clone, Debug)]
pub struct Log {
    /// The least important lines that are written.
    pub level: Level,
    /// The same for parts of the program and libraries, by the beginning of a line's target.
    pub targets: Vec<(String, Level)>,
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
    values: Values::Like(
        "`error`, `warn`, `info`, `debug`, `trace`; for some parts another after a comma: `info,brainly::http=warn,sqlx=debug`",
    ),
    about: "The least important lines that are written; those of a part by the beginning of their `target`.",
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
        from.section("Log");
        let default = if from.sources.terminal { "pretty" } else { "json" };
        let (level, targets) = from.value(&LEVEL, filter);
        Self {
            level,
            targets,
            format: from.value_or(&FORMAT, default, value::choice(&FORMAT, &[LogFormat::Pretty, LogFormat::Json])),
        }
    }
}

/// A level for all, and those of parts: `info,brainly::http=warn`.
fn filter(text: &str) -> Parsed<(Level, Vec<(String, Level)>)> {
    let (mut all, mut targets) = (None, Vec::new());
    for part in text.split(',').map(str::trim) {
        match part.split_once('=') {
            Some((target, named)) if is_target(target.trim()) => {
                targets.push((target.trim().to_owned(), level(named.trim())?));
            }
            None if all.is_none() => all = Some(level(part)?),
            _ => return Err("must be a level, and after commas <target>=<level>".to_owned()),
        }
    }
    Ok((all.unwrap_or(Level::Info), targets))
}

fn level(name: &str) -> Parsed<Level> {
    use Level::{Debug, Error, Info, Trace, Warn};

    let known = [Error, Warn, Info, Debug, Trace].into_iter().find(|level| level.to_string() == name);
    known.ok_or_else(|| {
        format!("must be one of {}, or of these with parts after it: info,brainly::http=warn", LEVELS.join(", "))
    })
}

/// Whether it is the name of a room or a library, as lines have it.
fn is_target(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':'))
}
