//! What most commands begin with: a runtime, the log, the database.

use std::future::Future;

use anyhow::Context as _;

use super::hint;
use super::output::talk;
use crate::actions::migrate;
use crate::app::{self, App};
use crate::config::{Config, Engine};
use crate::db::{Db, Presence};
use crate::domain::Clock;
use crate::{fetch, telemetry};

/// What a command does about a schema that is not up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schema {
    /// Migrates an SQLite database, which is ours alone; refuses an old one on PostgreSQL, where others may be at work.
    MigrateOwn,
    /// Migrates it, whatever the engine.
    Migrate,
    /// Refuses an old one, whatever the engine.
    Check,
}

/// Runs `work` on a runtime, with the log started as `config` says.
pub(super) fn block_on<T>(config: &Config, work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let telemetry = telemetry::init(config, || fetch::tls().ok());
    config.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("the threads can't be started")?;
    let done = runtime.block_on(work);
    // While the last words are sent the runtime goes on, and with it who listens for a second signal.
    drop(telemetry);
    done
}

/// Says that this process works on the database, for as long as what is returned is kept: nobody can restore another under it.
pub(super) async fn presence(config: &Config) -> anyhow::Result<Presence> {
    let announced = Presence::announce(config.database.url.expose()).await;
    let presence = announced.map_err(|error| hint::database(config, error))?;
    presence.ok_or_else(|| hint::mended("the database is being restored", "wait until that has ended, and start again"))
}

/// The database that `config` names, as it is.
pub(super) async fn database(config: &Config) -> anyhow::Result<Db> {
    let opened = Db::open(config.database.url.expose(), config.database.pool_max).await;
    opened.map_err(|error| hint::database(config, error))
}

/// The same for somebody who only looks: an SQLite file that is not there stays so, and an empty database stands for it.
pub(super) async fn database_to_look_at(config: &Config) -> anyhow::Result<Db> {
    if Db::file(config.database.url.expose()).is_some_and(|file| !file.exists()) {
        return Ok(Db::open("sqlite::memory:", config.database.pool_max).await?);
    }
    database(config).await
}

/// Brainly around its database, whose schema is ours when this returns.
pub(super) async fn app(config: Config, schema: Schema) -> anyhow::Result<App> {
    let opened = App::open(config.clone(), Clock::system()).await;
    let app = opened.map_err(|error| match error {
        app::Error::Database(error) => hint::database(&config, error),
        other => other.into(),
    })?;
    if schema == Schema::Migrate || schema == Schema::MigrateOwn && config.database.engine == Engine::Sqlite {
        let done = migrate::up(&app.db, &app.clock).await?;
        if let Some(found) = &done.adopted {
            talk(super::migrate::describe(found));
        }
    } else {
        migrate::check(&app.db).await?;
    }
    Ok(app)
}
