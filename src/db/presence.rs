//! Who is at work on a database: `serve` and `worker` say so, and whoever would replace it under them is refused.
//!
//! A file beside an SQLite database that all hold a shared lock on, and the restorer an exclusive one; on PostgreSQL an
//! advisory lock of a session of its own, which ends with its process. Behind a pooler that hands a session to others
//! between two transactions (`PgBouncer`'s transaction mode) the lock is not seen.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tokio::task::JoinHandle;

use super::connect::sqlite_path;
use super::{Error, Result};

/// PostgreSQL's key of the lock: "brainus" in ASCII, beside that of the migrations.
const LOCK: i64 = 0x62_72_61_69_6e_75_73;
/// How often a session that holds the lock is asked whether it lives.
const PULSE: Duration = Duration::from_secs(15);
/// How long after a loss it is taken again.
const PAUSE: Duration = Duration::from_secs(1);

/// As long as it is kept, the database counts as used (or as replaced, for an exclusive one).
#[derive(Debug)]
pub struct Presence(#[expect(dead_code, reason = "held, not read")] Held);

#[derive(Debug)]
enum Held {
    File(#[expect(dead_code, reason = "its lock ends when it is closed")] File),
    Session(#[expect(dead_code, reason = "its task ends when it is dropped")] Session),
}

/// The task that keeps the session; the session ends with it.
#[derive(Debug)]
struct Session(JoinHandle<()>);

impl Drop for Session {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Presence {
    /// Says that this process works on the database that `url` names; none when it is being replaced at this moment.
    ///
    /// # Errors
    /// When the server does not answer, or the file beside the database can't be made.
    pub async fn announce(url: &str) -> Result<Option<Self>> {
        if !is_postgres(url) {
            let file = lock_file(&sqlite_path(url))?;
            return held(file.try_lock_shared()).map(|got| got.then_some(Self(Held::File(file))));
        }
        let options = options(url)?;
        let mut connection = options.connect().await?;
        if !shared(&mut connection).await? {
            return Ok(None);
        }
        Ok(Some(Self(Held::Session(Session(tokio::spawn(keep(options, connection)))))))
    }

    /// Takes the database for this process alone; none while any other is at work on it.
    ///
    /// # Errors
    /// As for [`Presence::announce`].
    pub async fn alone(url: &str) -> Result<Option<Self>> {
        if !is_postgres(url) {
            let file = lock_file(&sqlite_path(url))?;
            return held(file.try_lock()).map(|got| got.then_some(Self(Held::File(file))));
        }
        let mut connection = options(url)?.connect().await?;
        if !took(&mut connection, "SELECT pg_try_advisory_lock($1)").await? {
            return Ok(None);
        }
        let pulse = async move {
            while connection.ping().await.is_ok() {
                tokio::time::sleep(PULSE).await;
            }
        };
        Ok(Some(Self(Held::Session(Session(tokio::spawn(pulse))))))
    }
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

fn options(url: &str) -> Result<PgConnectOptions> {
    Ok(url.parse::<PgConnectOptions>()?.application_name("brainly").disable_statement_logging())
}

/// Holds the lock for ever: after a loss anew, since the server may have been restarted.
async fn keep(options: PgConnectOptions, mut connection: PgConnection) {
    loop {
        while tokio::time::timeout(PULSE, connection.ping()).await.is_ok_and(|ping| ping.is_ok()) {
            tokio::time::sleep(PULSE).await;
        }
        loop {
            tokio::time::sleep(PAUSE).await;
            if let Ok(mut again) = options.connect().await
                && shared(&mut again).await.is_ok_and(|got| got)
            {
                connection = again;
                break;
            }
        }
    }
}

async fn shared(connection: &mut PgConnection) -> Result<bool> {
    took(connection, "SELECT pg_try_advisory_lock_shared($1)").await
}

async fn took(connection: &mut PgConnection, statement: &'static str) -> Result<bool> {
    let mut arguments = sqlx::postgres::PgArguments::default();
    sqlx::Arguments::add(&mut arguments, LOCK).map_err(sqlx::Error::Encode)?;
    let (got,): (bool,) = sqlx::query_as_with(statement, arguments).fetch_one(connection).await?;
    Ok(got)
}

/// The file beside the database at `path` that is locked instead of it: SQLite's own locks are not ours to take.
fn lock_file(path: &Path) -> Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".in-use");
    let name = PathBuf::from(name);
    if let Some(folder) = name.parent() {
        std::fs::create_dir_all(folder).map_err(|cause| unreachable(&name, &cause))?;
    }
    File::options().create(true).truncate(false).write(true).open(&name).map_err(|cause| unreachable(&name, &cause))
}

fn unreachable(file: &Path, cause: &std::io::Error) -> Error {
    Error::Unreachable(format!("{} can't be made: {cause}", file.display()))
}

fn held(result: std::result::Result<(), TryLockError>) -> Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        // A file system without locks, such as some network shares: nobody can be refused there.
        Err(TryLockError::Error(cause)) if cause.kind() == std::io::ErrorKind::Unsupported => Ok(true),
        Err(TryLockError::Error(cause)) => Err(Error::Unreachable(format!("the database's lock: {cause}"))),
    }
}
