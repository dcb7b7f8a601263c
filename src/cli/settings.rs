//! Flags that set configuration: each overrides its variable and is checked by the same rules.

use std::path::PathBuf;

use clap::Args;

use crate::config::{Config, Level, Source, Sources};

/// Flags that every subcommand takes.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Where the SQLite database and the generated secret are kept [BRAINLY_DATA_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The least important log lines that are written: error, warn, info, debug, trace [LOG_LEVEL]
    #[arg(long, global = true, value_name = "LEVEL")]
    log_level: Option<String>,
    /// How a log line looks: pretty or json [LOG_FORMAT]
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
}

impl Global {
    /// The configuration for something that runs on: it logs what happens.
    pub(super) fn config(&self, flags: impl IntoIterator<Item = (&'static str, String)>) -> anyhow::Result<Config> {
        Ok(Config::from_sources(&self.sources(flags))?)
    }

    /// The configuration for something that answers and ends: it logs only what is wrong, unless told otherwise.
    pub(super) fn quiet_config(
        &self,
        flags: impl IntoIterator<Item = (&'static str, String)>,
    ) -> anyhow::Result<Config> {
        let mut config = self.config(flags)?;
        let untold =
            |name| config.effective().iter().any(|setting| setting.name == name && setting.source == Source::Default);
        if untold("LOG_LEVEL") {
            config.log.level = config.log.level.min(Level::Warn);
        }
        Ok(config)
    }

    fn sources(&self, flags: impl IntoIterator<Item = (&'static str, String)>) -> Sources {
        let data_dir = self.data_dir.as_ref().map(|dir| ("BRAINLY_DATA_DIR", dir.to_string_lossy().into_owned()));
        let log_level = self.log_level.clone().map(|level| ("LOG_LEVEL", level));
        let log_format = self.log_format.clone().map(|format| ("LOG_FORMAT", format));
        Sources::from_process([data_dir, log_level, log_format].into_iter().flatten().chain(flags))
    }
}

/// A flag that was given, as an override of its variable.
pub(super) fn flag(name: &'static str, value: Option<&impl ToString>) -> Option<(&'static str, String)> {
    value.map(|value| (name, value.to_string()))
}
