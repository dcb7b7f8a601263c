//! `brainly migrate copy`: from one database to another.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::actions::migrate;
use crate::backup::archive::Contents;
use crate::backup::{Error, Keys, Meter, archive};
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
        // Until the end: what is saved there meanwhile would stay behind.
        let _alone = alone(&from).await?;
        let archive = archive_of(&config, source, target)?;
        let meter = Meter::default();
        if let Some(contents) = begun_with(&to, &archive, &meter).await {
            check_unchanged(&from, &contents, &archive, &meter).await?;
        } else {
            check_empty(&to).await?;
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

/// What an earlier try left, when the other side has begun with it.
async fn begun_with(to: &Config, archive: &Path, meter: &Meter) -> Option<Contents> {
    if !archive.exists() {
        return None;
    }
    let contents = archive::inspect(archive, &Keys::default(), meter).await.ok()?;
    let db = open::database(to).await.ok()?;
    let begun = crate::actions::archive::is_begun_with(&db, &contents).await;
    db.close().await;
    begun.is_ok_and(|begun| begun).then_some(contents)
}

/// Refuses to go on with a copy of what the source no longer is: it was at work in between.
async fn check_unchanged(from: &Config, contents: &Contents, archive: &Path, meter: &Meter) -> anyhow::Result<()> {
    let db = open::database(from).await?;
    let compared = watched(meter, crate::actions::archive::compare(&db, contents, meter)).await;
    db.close().await;
    compared.map_err(|error| match error {
        Error::Different(how) => mended(
            format!("{} has changed since this copy was begun: {how}", welcome::place(from)),
            format!("empty the database that --to names, remove {}, and start again", archive.display()),
        ),
        other => explained(other),
    })
}

async fn check_empty(to: &Config) -> anyhow::Result<()> {
    let db = open::database(to).await?;
    let checked = crate::actions::archive::check_empty(&db).await;
    db.close().await;
    checked.map_err(explained)
}

async fn alone(from: &Config) -> anyhow::Result<Presence> {
    let alone = Presence::alone(from.database.url.expose()).await.map_err(|error| hint::database(from, error))?;
    alone.ok_or_else(|| {
        let message = format!("{} is in use: `brainly serve` or `brainly worker` runs", welcome::place(from));
        mended(message, "stop them first, on every machine: what they save would stay behind")
    })
}

async fn export(from: &Config, archive: &Path, meter: &Meter) -> anyhow::Result<()> {
    let db = open::database(from).await?;
    migrate::check(&db).await?;
    let exported = watched(meter, archive::export(&db, archive, &Keys::default(), meter)).await;
    db.close().await;
    exported.map(drop).map_err(explained)
}
