//! A database as it stood at one moment, while others go on writing.

use std::path::Path;

use sqlx::AssertSqlSafe;

use super::reach::unless;
use super::{Db, Error, Result, Tx, sql};

impl Db {
    /// A transaction that reads everything as it stood when it began, and keeps nobody from writing.
    ///
    /// A write in it is refused.
    pub async fn snapshot(&self) -> Result<Tx<'static>> {
        match self {
            Self::Sqlite { read, .. } => {
                let (read, given_up) = read.now();
                let mut tx = Tx::Sqlite(read.begin().await?, given_up);
                // A deferred transaction sees what stands at its first read.
                sql("SELECT COUNT(*) FROM sqlite_schema").fetch_one::<(i64,)>(&mut tx).await?;
                Ok(tx)
            }
            Self::Postgres(pool) => {
                let (pool, given_up) = pool.now();
                let begun = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
                Ok(Tx::Postgres(unless(&given_up, begun).await?, given_up))
            }
        }
    }

    /// Writes a whole copy of an SQLite database, as it stands now, to `path`, which must not exist.
    ///
    /// It reads in one transaction, so writers go on meanwhile; they only can't shrink the write-ahead log.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when the path is not text or can't be written; [`Error::Full`] when the disk is full.
    pub async fn copy_into(&self, path: &Path) -> Result<()> {
        let Self::Sqlite { read, .. } = self else { return Err(Error::Unreachable("not a file".into())) };
        let path = path.to_str().ok_or_else(|| Error::Unreachable("the path of the copy is not text".into()))?;
        let statement = format!("VACUUM INTO '{}'", path.replace('\'', "''"));
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&read.now().0).await?;
        Ok(())
    }

    /// Brings everything that stands in SQLite's write-ahead log into its file.
    pub async fn settle(&self) -> Result<()> {
        if let Self::Sqlite { write, .. } = self {
            sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&write.now().0).await?;
        }
        Ok(())
    }
}

impl Tx<'_> {
    /// The name under which PostgreSQL lets another session see what this transaction sees, for as long as it lasts.
    pub async fn export_snapshot(&mut self) -> Result<String> {
        Ok(sql("SELECT pg_export_snapshot()").fetch_one::<(String,)>(self).await?.0)
    }
}
