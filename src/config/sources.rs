//! The places that values come from, gathered before anything is judged.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use super::problems::Problems;
use super::setting::Source;

/// Flags, environment and `.env`, and what of the surroundings decides a default. A test builds one from literals.
#[derive(Clone, Default)]
pub struct Sources {
    flags: BTreeMap<String, String>,
    environment: BTreeMap<String, String>,
    dotenv: BTreeMap<String, String>,
    /// Variables whose value isn't text.
    not_text: BTreeSet<String>,
    pub(super) terminal: bool,
    pub(super) data_volume: Option<PathBuf>,
    pub(super) problems: Problems,
    pub(super) warnings: Vec<String>,
}

impl Sources {
    /// This process's environment, `.env` in the working directory, and `overrides`: what flags set, by variable name.
    ///
    /// The process's environment is only read. What is wrong with `.env` becomes a problem of [`super::Config::from_sources`].
    pub fn from_process<N: Into<String>, V: Into<String>>(overrides: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut sources =
            overrides.into_iter().fold(Self::default(), |sources, (name, value)| sources.flag(name, value));
        for (name, value) in std::env::vars_os() {
            if let Ok(name) = name.into_string() {
                sources = sources.env(name, value);
            }
        }
        sources.terminal = io::stderr().is_terminal();
        sources.data_volume = data_volume(sources.environment.contains_key("KUBERNETES_SERVICE_HOST"));
        sources.dotenv_file(Path::new(".env"))
    }

    /// Adds what a flag sets.
    #[must_use]
    pub fn flag(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.flags.insert(name.into(), value.into());
        self
    }

    /// Adds a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<OsString>) -> Self {
        match value.into().into_string() {
            Ok(value) => drop(self.environment.insert(name.into(), value)),
            Err(_) => drop(self.not_text.insert(name.into())),
        }
        self
    }

    /// Adds what the file at `path` holds; a missing one holds nothing.
    #[must_use]
    pub fn dotenv_file(mut self, path: &Path) -> Self {
        match std::fs::read_to_string(path) {
            Ok(text) => self.dotenv(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self,
            // Some tools keep a folder of that name.
            Err(_) if path.is_dir() => self,
            Err(error) => {
                self.problems.push(".env", format!("can't be read: {error}"));
                self
            }
        }
    }

    /// Adds the text of a `.env` file; of a name that stands there twice the last one holds.
    #[must_use]
    pub fn dotenv(mut self, text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        for entry in dotenvy::from_read_iter(text.as_bytes()) {
            match entry {
                Ok((name, value)) => drop(self.dotenv.insert(name, value)),
                Err(error) => self.problems.push(".env", unreadable(text, &error)),
            }
        }
        self.warnings.extend(substitutions(text).map(|line| {
            format!(".env, line {line}: `$` starts the name of a variable there; a value that contains it goes in 'single quotes'")
        }));
        self
    }

    /// Says whether the log goes to a terminal.
    #[must_use]
    pub fn terminal(mut self, terminal: bool) -> Self {
        self.terminal = terminal;
        self
    }

    /// Says that this is root in a container, with a volume for data at `path`.
    #[must_use]
    pub fn data_volume(mut self, path: impl Into<PathBuf>) -> Self {
        self.data_volume = Some(path.into());
        self
    }

    /// The first place that gives `name` a value; an empty one counts as none.
    pub(super) fn given(&self, name: &str) -> Option<(&str, Source)> {
        let places =
            [(&self.flags, Source::Flag), (&self.environment, Source::Environment), (&self.dotenv, Source::DotEnv)];
        places.into_iter().find_map(|(place, source)| {
            let value = place.get(name)?;
            (!value.trim().is_empty()).then_some((value.as_str(), source))
        })
    }

    pub(super) fn is_not_text(&self, name: &str) -> bool {
        self.not_text.contains(name) && !self.flags.contains_key(name)
    }

    /// The names that flags, environment and `.env` give, each once.
    pub(super) fn names(&self) -> BTreeSet<&str> {
        let names = [&self.flags, &self.environment, &self.dotenv].into_iter().flat_map(BTreeMap::keys);
        names.map(String::as_str).collect()
    }
}

/// Shows no values: some are secrets.
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").field("names", &self.names()).finish_non_exhaustive()
    }
}

/// `/data`, if we are root in a container and it is there: the volume that images mount.
fn data_volume(in_kubernetes: bool) -> Option<PathBuf> {
    let in_container =
        in_kubernetes || ["/.dockerenv", "/run/.containerenv"].iter().any(|mark| Path::new(mark).exists());
    let data = Path::new("/data");
    (in_container && is_root() && data.is_dir()).then(|| data.to_owned())
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // A process owns its own entry, which spares us an unsafe call for the user id.
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// The parser's own message quotes the line, which may hold a secret: say where it is instead.
fn unreadable(text: &str, error: &dotenvy::Error) -> String {
    let line = match error {
        dotenvy::Error::LineParse(read, _) => {
            // It quotes the line from the name on, or from the value on.
            let first = read.lines().next().unwrap_or_default().trim_end();
            text.lines().position(|line| line.trim_end().ends_with(first)).map(|at| at + 1)
        }
        _ => None,
    };
    let place = line.map_or_else(String::new, |line| format!("line {line} "));
    format!("{place}can't be read; write NAME=value, and put a value with spaces, quotes or # in 'single quotes'")
}

/// The lines where `$` would be replaced: outside single quotes and not escaped.
fn substitutions(text: &str) -> impl Iterator<Item = usize> {
    text.lines().enumerate().filter_map(|(at, line)| {
        let (name, value) = line.split_once('=')?;
        let value = value.split(" #").next().unwrap_or(value).trim_start();
        let literal = name.trim_start().starts_with('#') || value.starts_with('\'') || value.starts_with('#');
        (!literal && value.replace("\\$", "").contains('$')).then_some(at + 1)
    })
}
