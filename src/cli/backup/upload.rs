//! `brainly backup upload`.

use clap::Args;
use indicatif::HumanBytes;
use serde_json::json;

use super::explained;
use crate::actions::backup;
use crate::backup::Meter;
use crate::cli::hint::mended;
use crate::cli::meter::watched;
use crate::cli::open::{self, Schema};
use crate::cli::output::Output;
use crate::config::Config;

#[derive(Debug, Args)]
pub(super) struct Upload {
    /// Which; the newest when it is left out
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl Upload {
    pub(super) async fn run(self, config: Config, out: &mut Output) -> anyhow::Result<()> {
        let Some(bucket) = backup::bucket(&config).await else {
            return Err(mended("no bucket is named", "set BACKUP_S3_BUCKET, and what the AWS tools need"));
        };
        let app = open::app(config, Schema::Check).await?;
        let meter = Meter::default();
        let sending = Box::pin(backup::upload(&app, &bucket, self.name.as_deref(), &meter));
        let sent = watched(&meter, sending).await;
        app.db.close().await;
        let manifest = sent.map_err(explained)?;
        if self.json {
            return out.json(&json!({ "name": manifest.id, "bytes": manifest.bytes(), "place": bucket.place() }));
        }
        out.line(format_args!("{}  {} in {}", manifest.id, HumanBytes(manifest.bytes()), bucket.place()))?;
        out.flush()
    }
}
