//! The schema's ledger: which migrations this program knows, which ones the database has, and the way from one to the
//! other.
//!
//! All that is missing runs in one transaction behind a lock, so that ten instances that start at once wait for one
//! another, and a process that is killed half-way leaves the database as it was. To add a migration: one file of the
//! same number and name in `migrations/sqlite` and in `migrations/postgres`; never edit one that was shipped.

use sqlx::migrate::{Migration, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use super::{Db, Engine, Result, Tx, sql};
use crate::domain::Timestamp;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The key of the lock that instances on PostgreSQL take in turn: "brainly" in ASCII.
const LOCK: i64 = 0x62_72_61_69_6e_6c_79;

/// Why a schema and this program do not go together.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Mismatch {
    /// The database was migrated by a newer program.
    #[error("the database has migration {found}, and this program knows none after {known}")]
    Newer {
        /// The newest migration in the database.
        found: i64,
        /// The newest that we know.
        known: i64,
    },
    /// A migration that ran is not the one we hold.
    #[error("migration {0} in the database differs from this program's")]
    Changed(i64),
    /// Some migrations have yet to run.
    #[error("the database lacks {0} migration(s)")]
    Older(usize),
    /// An archive was imported in part.
    #[error("an archive has been imported into the database in part")]
    HalfImported,
    /// Tables are there that we did not make, and they are not the old server's either.
    #[error("the database holds tables named as ours that nobody's migrations made (first difference: {0})")]
    Foreign(String),
}

/// One migration and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its number, from 1.
    pub version: i64,
    /// Its name, as in the file.
    pub name: String,
    /// When it ran; `None` when it has yet to.
    pub applied_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Applied {
    version: i64,
    checksum: Vec<u8>,
    #[sqlx(rename = "applied_at")]
    at: Timestamp,
}

/// Every migration that we know, oldest first, with what the database says of it.
///
/// # Errors
/// [`Mismatch`] when the database was made by a newer or another program.
pub async fn status(db: &Db) -> Result<Vec<Step>> {
    let applied = if has_table(db, "schema_migrations").await? { read_ledger(db).await? } else { Vec::new() };
    Ok(compare(known(db.engine()), &applied)?)
}

/// Refuses a database whose schema is not exactly ours.
///
/// # Errors
/// [`Mismatch`] says how it differs.
pub async fn check(db: &Db) -> Result<()> {
    match status(db).await?.iter().filter(|step| step.applied_at.is_none()).count() {
        0 => Ok(()),
        missing => Err(Mismatch::Older(missing).into()),
    }
}

/// Runs what is missing and returns it; nothing missing is nothing done.
///
/// `adopted` is how many of the first migrations a database without a ledger already has: 1 for the old server's.
///
/// # Errors
/// [`Mismatch`] when the database was made by a newer or another program; whatever a statement meets.
pub async fn up(db: &Db, adopted: usize, now: Timestamp) -> Result<Vec<Step>> {
    let mut tx = db.begin().await?;
    tx.lock(LOCK).await?;
    let types = match tx.engine() {
        Engine::Sqlite => ["INTEGER", "TEXT", "BLOB", "TEXT", " STRICT"],
        Engine::Postgres => ["bigint", "text", "bytea", "timestamptz", ""],
    };
    let [version, name, checksum, applied_at, strict] = types;
    sql(&format!(
        "CREATE TABLE IF NOT EXISTS schema_migrations (version {version} NOT NULL PRIMARY KEY, name {name} NOT NULL, \
         checksum {checksum} NOT NULL, applied_at {applied_at} NOT NULL){strict}"
    ))
    .execute(&mut tx)
    .await?;

    let migrations = known(tx.engine());
    let ledger = read_ledger(&mut tx).await?;
    let fresh = ledger.is_empty();
    let steps = compare(migrations, &ledger)?;
    let mut done = Vec::new();
    for (at, (migration, step)) in migrations.iter().zip(steps).enumerate() {
        if step.applied_at.is_some() {
            continue;
        }
        if !(fresh && at < adopted) {
            apply(&mut tx, migration).await?;
        }
        record(&mut tx, migration, now).await?;
        done.push(Step { applied_at: Some(now), ..step });
    }
    tx.commit().await?;
    Ok(done)
}

/// The indexes that a database of ours has when all migrations have run: their names, and the statements that make them.
pub fn indexes(engine: Engine) -> Vec<(String, String)> {
    let mut made: Vec<(String, String)> = Vec::new();
    for statement in known(engine).iter().flat_map(|migration| migration.sql.as_str().split(';')) {
        let lines = statement.lines().filter(|line| !line.trim_start().starts_with("--"));
        let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
        let at = words.iter().position(|word| *word == "INDEX").filter(|at| *at <= 2);
        let Some(name) =
            at.and_then(|at| words[at + 1..].iter().find(|word| !matches!(**word, "IF" | "NOT" | "EXISTS")))
        else {
            continue;
        };
        match words[0] {
            "DROP" => made.retain(|(known, _)| known != name),
            _ => made.push(((*name).to_owned(), words.join(" "))),
        }
    }
    made
}

/// Is there a table of that name?
pub async fn has_table(db: &Db, name: &str) -> Result<bool> {
    let text = match db.engine() {
        Engine::Sqlite => "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = $1",
        Engine::Postgres => {
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1"
        }
    };
    Ok(sql(text).bind(name).fetch_one::<(i64,)>(db).await?.0 > 0)
}

/// The version of the newest migration that this program knows.
pub fn newest(engine: Engine) -> i64 {
    known(engine).last().map_or(0, |migration| migration.version)
}

fn known(engine: Engine) -> &'static [Migration] {
    match engine {
        Engine::Sqlite => &SQLITE.migrations,
        Engine::Postgres => &POSTGRES.migrations,
    }
}

async fn read_ledger<'a, 'c: 'a>(on: impl Into<super::On<'a, 'c>>) -> Result<Vec<Applied>> {
    sql("SELECT version, checksum, applied_at FROM schema_migrations ORDER BY version").fetch_all(on).await
}

fn compare(known: &[Migration], applied: &[Applied]) -> std::result::Result<Vec<Step>, Mismatch> {
    let newest = known.last().map_or(0, |migration| migration.version);
    if let Some(newer) = applied.last().filter(|last| last.version > newest) {
        return Err(Mismatch::Newer { found: newer.version, known: newest });
    }
    known
        .iter()
        .map(|migration| {
            let row = applied.iter().find(|row| row.version == migration.version);
            if row.is_some_and(|row| row.checksum != *migration.checksum) {
                return Err(Mismatch::Changed(migration.version));
            }
            Ok(Step {
                version: migration.version,
                name: migration.description.to_string(),
                applied_at: row.map(|row| row.at),
            })
        })
        .collect()
}

async fn apply(tx: &mut Tx<'_>, migration: &Migration) -> Result<()> {
    let text = AssertSqlSafe(migration.sql.as_str().to_owned()).into_sql_str();
    match tx {
        Tx::Sqlite(tx, _) => sqlx::raw_sql(text).execute(&mut **tx).await.map(drop)?,
        Tx::Postgres(tx, _) => sqlx::raw_sql(text).execute(&mut **tx).await.map(drop)?,
    }
    Ok(())
}

async fn record(tx: &mut Tx<'_>, migration: &Migration, now: Timestamp) -> Result<()> {
    sql("INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)")
        .bind(migration.version)
        .bind(migration.description.to_string())
        .bind(migration.checksum.to_vec())
        .bind(now)
        .execute(tx)
        .await
        .map(drop)
}
