//! `brainly migrate copy`: from one database to another.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::actions::migrate;
use crate::backup::{Keys, Meter, archive};
use crate::cli::backup::explained;
use crate::cli::hint::{self, mended};
use crate::cli::import::read_in;
use crate::cli::meter::watched;
use crate::cli::output::Output;
use crate::cli::{open, welcome};
use crate::config::{Config, Engine, Secret};
use crate::db::Presence;

#[derive(Debug, Args)]
pub(in crate::cli) struct Copy {
    /// Where everything is now: sqlite://… or postgres://…; DATABASE_URL when it is left out
    #[arg(long, value_name = "URL")]
    from: Option<String>,
    /// An empty database: sqlite://… or postgres://…
    #[arg(long, value_name = "URL")]
    to: String,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl Copy {
    pub(in crate::cli) async fn run(self, config: Config, out: &mut Output) -> anyhow::Result<()> {
        let from = self.from.map_or_else(|| Ok(config.clone()), |url| pointed(&config, url))?;
        let to = pointed(&config, self.to)?;
        let (source, target) = (from.database.url.expose(), to.database.url.expose());
        if source == target {
            return Err(mended("both are the same database", "name another with --to"));
        }
        let archive = archive_of(&config, source, target)?;
        let meter = Meter::default();
        // What an earlier try left is used when the other side has begun with it.
        if !archive.exists() || !begun_with(&to, &archive, &meter).await {
            export(&from, &archive, &meter).await?;
        }
        let imported = read_in(&to, &archive, &meter).await?;
        std::fs::remove_file(&archive).context("the copy is done, but its archive can't be removed")?;
        if self.json {
            return out.json(&json!({ "rows": imported.rows, "partsSkipped": imported.parts_skipped }));
        }
        out.line(format_args!(
            "{} rows from {} to {}, every one compared",
            imported.rows,
            welcome::place(&from),
            welcome::place(&to)
        ))?;
        out.flush()
    }
}

/// The same configuration with another database.
fn pointed(config: &Config, url: String) -> anyhow::Result<Config> {
    let engine = match url.split_once("://").map(|(scheme, _)| scheme) {
        Some("sqlite") => Engine::Sqlite,
        Some("postgres" | "postgresql") => Engine::Postgres,
        _ => {
            return Err(mended(
                "a database's URL must start with sqlite:// or postgres://",
                "see DATABASE_URL in docs/configuration.md",
            ));
        }
    };
    let mut config = config.clone();
    config.database.url = Secret::new(url);
    config.database.engine = engine;
    Ok(config)
}

/// Where the rows lie on their way; the same for the same two databases.
fn archive_of(config: &Config, from: &str, to: &str) -> anyhow::Result<PathBuf> {
    let name = hex::encode(&Sha256::digest(format!("{from}\n{to}").as_bytes())[..6]);
    std::fs::create_dir_all(&config.backup.dir).context("the folder BACKUP_DIR can't be made")?;
    Ok(config.backup.dir.join(format!(".copy-{name}.tar.gz")))
}

async fn begun_with(to: &Config, archive: &std::path::Path, meter: &Meter) -> bool {
    let Ok(contents) = archive::inspect(archive, &Keys::default(), meter).await else { return false };
    let Ok(db) = open::database(to).await else { return false };
    let begun = crate::actions::archive::is_begun_with(&db, &contents).await.unwrap_or(false);
    db.close().await;
    begun
}

async fn export(from: &Config, archive: &std::path::Path, meter: &Meter) -> anyhow::Result<()> {
    let alone = Presence::alone(from.database.url.expose()).await.map_err(|error| hint::database(from, error))?;
    let Some(_alone) = alone else {
        let message = format!("{} is in use: `brainly serve` or `brainly worker` runs", welcome::place(from));
        return Err(mended(message, "stop them first, on every machine: what they save would stay behind"));
    };
    let db = open::database(from).await?;
    migrate::check(&db).await?;
    let exported = watched(meter, archive::export(&db, archive, &Keys::default(), meter)).await;
    db.close().await;
    exported.map(drop).map_err(explained)
}
