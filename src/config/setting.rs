//! One row for each setting: what reading, help and documentation need to know about it.

use std::fmt;
use std::path::PathBuf;

use serde::{Serialize, Serializer};

/// A setting's name, default, range and meaning, said once.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// The environment variable.
    pub name: &'static str,
    /// What holds when nobody sets it.
    pub default: DefaultValue,
    /// What it may be.
    pub values: Values,
    /// What it does, in whole sentences of Markdown.
    pub about: &'static str,
    /// Whether its value is hidden everywhere, and may come from a file named by `<name>_FILE`.
    pub secret: bool,
}

/// What holds when nobody sets a setting.
#[derive(Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// Nothing: the setting is optional.
    Unset,
    /// This text, as if it had been given.
    Fixed(&'static str),
    /// Something that follows from other settings or the surroundings, in words of Markdown.
    Derived(&'static str),
}

/// What a setting may be.
#[derive(Debug, PartialEq, Eq)]
pub enum Values {
    /// From the first to the second, both included, in the setting's own format.
    Between(&'static str, &'static str),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// In words of Markdown.
    Like(&'static str),
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Between(low, high) => write!(f, "`{low}` to `{high}`"),
            Self::OneOf(words) => words.iter().enumerate().try_for_each(|(at, word)| {
                let comma = if at == 0 { "" } else { ", " };
                write!(f, "{comma}`{word}`")
            }),
            Self::Like(words) => f.write_str(words),
        }
    }
}

/// Settings that belong together.
#[derive(Debug)]
pub struct Section {
    /// A heading, such as `Fetching links`.
    pub title: &'static str,
    /// Its rows, in the order in which they are documented.
    pub settings: Vec<&'static Setting>,
}

/// What a setting is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effective {
    /// The environment variable.
    pub name: &'static str,
    /// The value as it was written; `set, hidden` for a secret, `not set` when there is none.
    pub value: String,
    /// Where it came from.
    pub source: Source,
}

/// Where a value came from. Serialized as its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    Flag,
    /// The process's environment.
    Environment,
    /// The file `.env` in the working directory.
    DotEnv,
    /// A file that `<name>_FILE` names.
    File(PathBuf),
    /// Nobody set it.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment => f.write_str("environment"),
            Self::DotEnv => f.write_str(".env"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
