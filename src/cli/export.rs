//! `brainly export`: everything that can't be made anew, as one file for either engine.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::backup::explained_archive;
use super::hint::mended;
use super::meter::watched;
use super::open::{self, Schema};
use super::output::Output;
use super::settings::Global;
use super::shutdown::interruptible;
use crate::backup::{Keys, Meter, archive};
use crate::config::Config;

/// Write everything to a portable archive
///
/// Accounts, items with their texts, tags, tokens and jobs as lines of JSON in a .tar.gz, which `brainly import` reads into an
/// empty database of either engine, and other programs can read too (docs/archive.md). For safety's sake, `brainly backup` is
/// faster and holds the indexes as well.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The file to write
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Encrypt it with what BACKUP_KEY, BACKUP_RECIPIENT or BACKUP_PASSPHRASE holds
    #[arg(long)]
    encrypt: bool,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl Export {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let config = global.quiet_config([])?;
        open::block_on(&config.clone(), interruptible(self.export(config, out)))
    }

    async fn export(self, config: Config, out: &mut Output) -> anyhow::Result<()> {
        let keys = if self.encrypt { Keys::new(&config.backup.encryption) } else { Keys::default() };
        if self.encrypt && keys.encryption().is_none() {
            return Err(mended(
                "there is nothing to encrypt with",
                "set BACKUP_KEY_FILE, BACKUP_RECIPIENT or BACKUP_PASSPHRASE_FILE",
            ));
        }
        let app = open::app(config, Schema::MigrateOwn).await?;
        let meter = Meter::default();
        let totals = watched(&meter, archive::export(&app.db, &self.file, &keys, &meter)).await;
        app.db.close().await;
        let totals = totals.map_err(explained_archive)?;
        if self.json {
            return out.json(&json!({ "file": self.file, "tables": totals.tables }));
        }
        let rows: u64 = totals.tables.values().map(|table| table.rows).sum();
        out.line(format_args!("{rows} rows of {} tables to {}", totals.tables.len(), self.file.display()))?;
        out.flush()
    }
}
