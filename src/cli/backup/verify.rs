//! `brainly backup verify`.

use clap::Args;
use serde_json::json;

use super::{explained, place, unlocked};
use crate::actions::backup::{self, Verify as How};
use crate::backup::{self as room, BackupId, Meter};
use crate::cli::meter::watched;
use crate::cli::open::{self, Schema};
use crate::cli::output::Output;
use crate::config::Config;
use crate::files::Files;

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Which; the newest when it is left out
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Restore it as well, into a database that is made for this, and compare every table
    #[arg(long)]
    restore: bool,
    /// Only compare the stored files with their checksums: an encrypted backup needs no key for that
    #[arg(long, conflicts_with = "restore")]
    stored: bool,
    #[command(flatten)]
    from: place::From,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) async fn run(self, config: &Config, out: &mut Output) -> anyhow::Result<()> {
        let (place, own) = self.from.place(config).await?;
        let name = self.name.or(own);
        let meter = Meter::default();
        let how = How { by_restoring: self.restore, as_stored: self.stored };
        let manifest = room::find(&place, name.as_deref()).await.map_err(explained)?;
        let config = if self.stored { config } else { &unlocked(config, &manifest)? };
        let name = manifest.id.to_string();
        let verified = watched(&meter, backup::verify(config, &place, Some(&name), how, &meter)).await;
        let manifest = verified.map_err(explained)?;
        note(config, &place, &manifest.id).await;
        if self.json {
            return out.json(
                &json!({ "name": manifest.id, "whole": true, "restored": self.restore, "rows": manifest.rows() }),
            );
        }
        let how = match (self.restore, self.stored) {
            (true, _) => "restored and compared",
            (_, true) => "the stored checksums hold",
            _ => "checksums hold",
        };
        out.line(format_args!(
            "{}  whole: {how}, {} tables, {} rows",
            manifest.id,
            manifest.tables.len(),
            manifest.rows()
        ))?;
        out.flush()
    }
}

/// Where the database works, it is told; a backup is verified on other machines too.
async fn note(config: &Config, place: &Files, id: &BackupId) {
    let is_there = crate::db::Db::file(config.database.url.expose()).is_none_or(|file| file.exists());
    if is_there && let Ok(app) = open::app(config.clone(), Schema::Check).await {
        drop(backup::note_verified(&app, place, id).await);
        app.db.close().await;
    }
}
