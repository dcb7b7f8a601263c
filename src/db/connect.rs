//! Opening: a URL becomes a pool whose settings fit its engine.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection as _};

use super::{Db, Error, Reach, Result};

/// How long a caller waits for a connection, and a writer for its turn.
pub(super) const ACQUIRE: Duration = Duration::from_secs(5);
/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(30);
/// How long SQLite waits for another process's write lock.
const BUSY: Duration = Duration::from_secs(5);

impl Db {
    /// Opens `sqlite://path` (made when missing) or `postgres://…`, with at most `max` connections.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when the server does not answer or the file can't be opened; [`Error::Refused`] when
    /// the URL makes no sense or the server turns us away.
    pub async fn open(url: &str, max: NonZeroU32) -> Result<Self> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Box::pin(answers(url)).await?;
            return Ok(Self::Postgres(Reach::new(postgres(url, max)?)));
        }
        let db = sqlite(url, max).await?;
        db.ping(ACQUIRE).await?;
        Ok(db)
    }

    /// Opens an SQLite file that nobody writes to, and writes nothing to it or beside it.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when the file can't be opened; [`Error::Refused`] when it is no database.
    pub async fn look_at(path: &Path) -> Result<Self> {
        super::vectors::register();
        let options =
            SqliteConnectOptions::new().filename(path).read_only(true).immutable(true).disable_statement_logging();
        let pool = || SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options.clone());
        let db = Self::Sqlite { read: Reach::new(pool()), write: Reach::new(pool()) };
        db.ping(ACQUIRE).await?;
        Ok(db)
    }

    /// Makes an empty PostgreSQL database beside the one that `url` names, and gives its URL.
    ///
    /// # Errors
    /// [`Error::Refused`] when the role may not make databases.
    pub async fn make_beside(url: &str, name: &str) -> Result<String> {
        beside(url, &format!("CREATE DATABASE \"{name}\" TEMPLATE template0")).await?;
        let mut made = url::Url::parse(url).map_err(|_| Error::Unreadable("the URL of the database".into()))?;
        made.set_path(name);
        Ok(made.to_string())
    }

    /// Removes a database that [`Db::make_beside`] made, whoever is connected to it.
    pub async fn drop_beside(url: &str, name: &str) -> Result<()> {
        beside(url, &format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")).await
    }

    /// The file that `url` names; none for a server's.
    pub fn file(url: &str) -> Option<PathBuf> {
        url.starts_with("sqlite:").then(|| sqlite_path(url))
    }
}

/// Runs a statement that no transaction may be around.
async fn beside(url: &str, statement: &str) -> Result<()> {
    let mut connection = options(url)?.connect().await?;
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

fn options(url: &str) -> Result<PgConnectOptions> {
    Ok(url.parse::<PgConnectOptions>()?.application_name("brainly").disable_statement_logging())
}

/// Whether the server takes a connection. A pool that is refused one asks again until its time is up, and does not say why.
async fn answers(url: &str) -> Result<()> {
    let connected = tokio::time::timeout(ACQUIRE, options(url)?.connect()).await;
    Ok(connected.map_err(|_| Error::Unreachable("no answer in time".into()))??.close().await?)
}

fn postgres(url: &str, max: NonZeroU32) -> Result<sqlx::PgPool> {
    Ok(PgPoolOptions::new()
        .max_connections(max.get())
        .acquire_timeout(ACQUIRE)
        .idle_timeout(IDLE)
        // A dead connection shows itself at its next use; asking first would cost every statement a round trip.
        .test_before_acquire(false)
        .connect_lazy_with(options(url)?))
}

async fn sqlite(url: &str, max: NonZeroU32) -> Result<Db> {
    super::vectors::register();
    let path = sqlite_path(url);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|cause| Error::Unreachable(format!("the folder {} can't be made: {cause}", folder.display())))?;
    }
    make_private(&path);
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .disable_statement_logging();
    let pool = || SqlitePoolOptions::new().acquire_timeout(ACQUIRE).test_before_acquire(false);
    let write = pool()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        // A full disk makes SQLite end a transaction by itself, of which the connection does not hear: it could begin no other.
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_with(options.clone().pragma("journal_size_limit", "67108864").optimize_on_close(true, None))
        .await?;
    // More readers than cores only wait for one another.
    let readers = max.get().min(cores().saturating_mul(2).max(2));
    let read = pool().max_connections(readers).idle_timeout(IDLE).connect_lazy_with(options.read_only(true));
    Ok(Db::Sqlite { read: Reach::new(read), write: Reach::new(write) })
}

/// Makes the file for its owner alone, and with it those that SQLite puts beside it; one that is there stays as it is. What is
/// wrong with the place is told when it is opened.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(path));
}

/// The file that a `sqlite://` URL names.
pub(super) fn sqlite_path(url: &str) -> PathBuf {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or(url);
    let path = path.split('?').next().unwrap_or(path);
    PathBuf::from(percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned())
}

fn cores() -> u32 {
    std::thread::available_parallelism().ok().and_then(|n| u32::try_from(n.get()).ok()).unwrap_or(2)
}
