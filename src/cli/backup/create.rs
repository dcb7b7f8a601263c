//! `brainly backup create`.

use clap::Args;
use indicatif::HumanBytes;
use serde_json::json;

use super::explained;
use crate::actions::backup;
use crate::backup::Meter;
use crate::cli::meter::watched;
use crate::cli::open::{self, Schema};
use crate::cli::output::Output;
use crate::config::Config;

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl Create {
    pub(super) async fn run(self, config: Config, out: &mut Output) -> anyhow::Result<()> {
        let app = open::app(config, Schema::MigrateOwn).await?;
        let meter = Meter::default();
        let made = Box::pin(watched(&meter, backup::create(&app, &meter))).await;
        app.db.close().await;
        let made = made.map_err(explained)?;
        let manifest = &made.manifest;
        if self.json {
            return out.json(&json!({
                "name": manifest.id, "bytes": manifest.bytes(), "rows": manifest.rows(), "engine": manifest.engine,
                "schema": manifest.schema, "encryptedBy": manifest.encryption().map(|how| how.by), "places": made.places, "tookMs": made.took.num_milliseconds(),
            }));
        }
        #[expect(clippy::cast_precision_loss, reason = "for people")]
        let seconds = made.took.num_milliseconds() as f64 / 1000.0;
        out.line(format_args!(
            "{}  {}{} in {} rows, {seconds:.1} s, to {}",
            manifest.id,
            if manifest.encryption().is_some() { "encrypted, " } else { "" },
            HumanBytes(manifest.bytes()),
            manifest.rows(),
            made.places.join(" and ")
        ))?;
        out.flush()
    }
}
