//! `brainly backup list`.

use clap::Args;
use indicatif::HumanBytes;
use serde_json::json;

use super::{explained, place};
use crate::backup::{self, Listed};
use crate::cli::output::{Output, talk};
use crate::config::Config;

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    from: place::From,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) async fn run(self, config: &Config, out: &mut Output) -> anyhow::Result<()> {
        let (place, _) = self.from.place(config).await?;
        let backups = backup::list(&place).await.map_err(explained)?;
        if self.json {
            return out.json(&backups.iter().map(as_json).collect::<Vec<_>>());
        }
        if backups.is_empty() {
            talk(format_args!("there is no backup in {}", place.place()));
        }
        for Listed { id, manifest, .. } in &backups {
            match manifest {
                Ok(manifest) => out.line(format_args!(
                    "{id}  {:>12}  {:>10} rows  {} {}, schema {:04}{}",
                    HumanBytes(manifest.bytes()).to_string(),
                    manifest.rows(),
                    manifest.engine,
                    manifest.engine_version,
                    manifest.schema,
                    if manifest.encryption().is_some() { ", encrypted" } else { "" }
                ))?,
                Err(why) => out.line(format_args!("{id}  {why}"))?,
            }
        }
        out.flush()
    }
}

fn as_json(listed: &Listed) -> serde_json::Value {
    match &listed.manifest {
        Ok(manifest) => json!({
            "name": listed.id, "whole": true, "createdAt": manifest.created_at, "bytes": manifest.bytes(),
            "rows": manifest.rows(), "engine": manifest.engine, "schema": manifest.schema, "program": manifest.program,
            "encryptedBy": manifest.encryption().map(|how| how.by),
        }),
        Err(why) => json!({ "name": listed.id, "whole": false, "createdAt": listed.id.at(), "why": why.to_string() }),
    }
}
