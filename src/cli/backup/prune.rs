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
        let clock = Clock::system();
        let mut gone = backup::prune(config, &backup::folder(config), &clock, self.dry_run).await.map_err(explained)?;
        if let Some(bucket) = backup::bucket(config).await {
            gone.extend(backup::prune(config, &bucket, &clock, self.dry_run).await.map_err(explained)?);
            gone.sort_unstable();
            gone.dedup();
        }
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
