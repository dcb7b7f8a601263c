//! `brainly import`: a portable archive into an empty database.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::backup::explained_archive;
use super::hint::{self, mended};
use super::meter::watched;
use super::open;
use super::output::Output;
use super::settings::Global;
use super::shutdown::interruptible;
use super::welcome;
use crate::actions::archive::{self, Imported};
use crate::backup::{Keys, Meter, archive as room};
use crate::config::Config;
use crate::db::Presence;
use crate::domain::Clock;

/// Read a portable archive into an empty database
///
/// The archive is read once to see that it is whole, then its rows are written, and compared afterwards. An import that was
/// stopped goes on when it is started again. The word index is made anew by the worker. For links from other services, see
/// `brainly import-links`.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// What `brainly export` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl Import {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let config = global.quiet_config([])?;
        open::block_on(&config.clone(), interruptible(self.import(config, out)))
    }

    async fn import(self, config: Config, out: &mut Output) -> anyhow::Result<()> {
        let imported = read_in(&config, &self.file, &Meter::default()).await?;
        if self.json {
            return out.json(&json!({ "rows": imported.rows, "partsSkipped": imported.parts_skipped }));
        }
        out.line(format_args!("{} rows to {}, every one compared", imported.rows, welcome::place(&config)))?;
        out.flush()
    }
}

/// Imports `file` into the database of `config`, alone.
pub(super) async fn read_in(config: &Config, file: &Path, meter: &Meter) -> anyhow::Result<Imported> {
    let keys = Keys::new(&config.backup.encryption);
    let contents = watched(meter, room::inspect(file, &keys, meter)).await.map_err(explained_archive)?;
    let alone = Presence::alone(config.database.url.expose()).await.map_err(|error| hint::database(config, error))?;
    let Some(_alone) = alone else {
        let message = format!("{} is in use: `brainly serve` or `brainly worker` runs", welcome::place(config));
        return Err(mended(message, "stop them first, on every machine"));
    };
    let db = open::database(config).await?;
    let imported = watched(meter, archive::import(&db, &Clock::system(), &contents, meter)).await;
    db.close().await;
    imported.map_err(explained_archive)
}
