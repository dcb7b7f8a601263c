//! `brainly config`: what holds, and where it came from.

use clap::Args;
use serde::Serialize;

use super::output::{Output, talk};
use super::settings::Global;
use crate::config::Effective;

/// Show the effective configuration, secrets hidden
///
/// Every setting with its value and where that came from: a flag, the environment, .env, a file, or the default. What
/// can't work is an error here too, so this is a check before a restart.
#[derive(Debug, Args)]
pub(super) struct Config {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Shown<'a> {
    settings: &'a [Effective],
    warnings: &'a [String],
}

impl Config {
    pub(super) fn run(&self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let config = global.config([])?;
        let settings = config.effective();
        if self.json {
            return out.json(&Shown { settings, warnings: &config.warnings });
        }
        config.warnings.iter().for_each(|warning| talk(format_args!("warning: {warning}")));
        let width = settings.iter().map(|setting| setting.name.len()).max().unwrap_or_default();
        for Effective { name, value, source } in settings {
            out.line(format_args!("{name:width$}  {value}  ({source})"))?;
        }
        out.flush()
    }
}
