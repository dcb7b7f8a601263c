//! `brainly backup prune`.

use clap::Args;
use serde_json::json;

use super::explained;
use crate::actions::backup;
use crate::cli::output::Output;
use crate::config::Config;
use crate::domain::Clock;

#[derive(Debug, Args)]
pub(super) struct Prune {
    /// Say what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl Prune {
    pub(super) async fn run(self, config: &Config, out: &mut Output) -> anyhow::Result<()> {
        let place = backup::folder(config);
        let gone = backup::prune(config, &place, &Clock::system(), self.dry_run).await.map_err(explained)?;
        if self.json {
            return out.json(&json!({ "dryRun": self.dry_run, "removed": gone }));
        }
        for id in &gone {
            out.line(id)?;
        }
        let what = if self.dry_run { "would be removed" } else { "removed" };
        out.line(format_args!("{} {what}", gone.len()))?;
        out.flush()
    }
}
