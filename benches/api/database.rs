//! An empty database of a run's own, gone when the run ends.

use std::num::NonZeroU32;
use std::path::Path;

use anyhow::{Context as _, Result};
use brainly::db::{Db, Engine};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;

/// Connections of a process, as many as `serve` has by default.
pub(crate) const POOL: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// Where a Brainly of this run keeps its data.
pub(crate) struct Database {
    pub(crate) engine: Engine,
    /// As `DATABASE_URL` takes it.
    pub(crate) url: String,
    folder: TempDir,
    server: Option<String>,
}

impl Database {
    /// Makes one; `server` is a superuser's URL on PostgreSQL.
    pub(crate) async fn new(engine: Engine, server: Option<&str>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("brainly.db").display()),
            Engine::Postgres => {
                let server = server.context("no PostgreSQL server was named")?;
                let name = format!("bench_{}", uuid::Uuid::new_v4().simple());
                execute(server, &format!("CREATE DATABASE {name}")).await?;
                let mut url = url::Url::parse(server)?;
                url.set_path(&name);
                url.into()
            }
        };
        Ok(Self { engine, url, folder, server: server.map(str::to_owned) })
    }

    /// The data directory; on SQLite the database is in it.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Opens it with as many connections as `serve` has.
    pub(crate) async fn open(&self) -> Result<Db> {
        Ok(Db::open(&self.url, POOL).await?)
    }

    /// Leaves it as a database that has been in use for a while: statistics fresh, dead rows gone.
    pub(crate) async fn settle(&self) -> Result<()> {
        match self.open().await? {
            Db::Sqlite { write, .. } => {
                sqlx::raw_sql("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)").execute(&write.pool()).await?;
                write.pool().close().await;
            }
            Db::Postgres(pool) => {
                sqlx::raw_sql("VACUUM (ANALYZE)").execute(&pool.pool()).await?;
                sqlx::raw_sql("CHECKPOINT").execute(&pool.pool()).await?;
                pool.pool().close().await;
            }
        }
        Ok(())
    }

    /// Drops it; on SQLite it goes with its folder.
    pub(crate) async fn remove(self) -> Result<()> {
        if let (Engine::Postgres, Some(server)) = (self.engine, &self.server) {
            let url = url::Url::parse(&self.url)?;
            execute(server, &format!("DROP DATABASE {} WITH (FORCE)", url.path().trim_start_matches('/'))).await?;
        }
        Ok(())
    }
}

async fn execute(server: &str, statement: &str) -> Result<()> {
    let mut connection = PgConnection::connect(server).await?;
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await?;
    Ok(connection.close().await?)
}
