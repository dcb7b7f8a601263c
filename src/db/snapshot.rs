//! A database as it stood at one moment, while others go on writing.

use std::collections::HashMap;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use sqlx::Row as _;
use sqlx::sqlite::SqliteArguments;

use super::reach::unless;
use super::{Db, Error, Result, Tx, sql};

const _: &str =
    env!("LIBSQLITE3_FLAGS", "build in the project's folder, whose .cargo/config.toml says how SQLite is made");

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

    /// The pages of an SQLite database in their order, as this transaction sees them: together a database's file.
    ///
    /// What is free in them comes as zeros: what was deleted stays behind.
    ///
    /// # Errors
    /// When a page can't be read; on PostgreSQL, which has none.
    pub async fn pages(&mut self) -> Result<BoxStream<'_, Result<Vec<u8>>>> {
        let free = self.free_pages().await?;
        let Tx::Sqlite(tx, _) = self else { return Err(Error::Unreachable("not a file".into())) };
        let pages = "SELECT pgno, data FROM sqlite_dbpage ORDER BY pgno";
        let pages = sqlx::query_with(pages, SqliteArguments::default()).fetch(&mut **tx);
        Ok(Box::pin(pages.map(move |row| {
            let row = row?;
            let (number, mut page): (u32, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
            if let Some(unused) = free.get(&number).and_then(|kept| page.get_mut(*kept..)) {
                unused.fill(0);
            }
            Ok(page)
        })))
    }

    /// The pages on SQLite's list of free ones (<https://sqlite.org/fileformat2.html#the_freelist>), and how many bytes of each the list
    /// itself needs: the rest is nobody's.
    async fn free_pages(&mut self) -> Result<HashMap<u32, usize>> {
        let (first, mut free) = (self.page(1).await?, HashMap::new());
        let mut next = number(&first, 32);
        while next != 0 && !free.contains_key(&next) {
            let trunk = self.page(next).await?;
            let leaves = usize::try_from(number(&trunk, 4)).unwrap_or(usize::MAX);
            let leaves = trunk.chunks_exact(4).skip(2).take(leaves).map(|leaf| number(leaf, 0));
            free.insert(next, 8 + 4 * leaves.len());
            free.extend(leaves.map(|leaf| (leaf, 0)));
            next = number(&trunk, 0);
        }
        Ok(free)
    }

    async fn page(&mut self, number: u32) -> Result<Vec<u8>> {
        let page = sql("SELECT data FROM sqlite_dbpage WHERE pgno = $1").bind(i64::from(number));
        Ok(page.fetch_one::<(Vec<u8>,)>(self).await?.0)
    }
}

/// The number that stands at `at` in a page; 0 past its end.
fn number(page: &[u8], at: usize) -> u32 {
    page.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u32::from_be_bytes(*bytes))
}
