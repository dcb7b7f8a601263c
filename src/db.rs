//! Two engines behind one statement: each SQL text is written once and runs on SQLite and on PostgreSQL.
//!
//! [`Db`] is cheap to clone. Reads go to `&Db` or to a [`Tx`]; a write needs a `&mut Tx`, so that one outside a
//! transaction does not compile. Statements are made with [`sql`]; what the two engines do not share is listed in
//! `docs/ARCHITECTURE.md`.
//!
//! This room knows no table but its own ledger of migrations; SQL for our tables is [`crate::store`]'s business.

mod clock;
mod connect;
mod error;
pub mod migrate;
mod presence;
mod reach;
mod snapshot;
mod statement;
pub mod table;
mod value;
mod vectors;
mod watch;

use std::time::{Duration, Instant};

use metrics::Histogram;
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};
use tokio_util::sync::CancellationToken;

use crate::domain::metric::{self, Held};

/// The longest that [`Db::give_way`] waits: who wants to write to SQLite's file looks as often.
const GIVEN: Duration = Duration::from_millis(100);

pub use error::{Error, Result};
pub use presence::Presence;
pub use reach::{Reach, Watch};
pub use statement::{On, Row, Statement, sql};
pub use value::Value;

/// Which database answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file beside us.
    Sqlite,
    /// A server.
    Postgres,
}

impl Engine {
    /// The engine's name as `/health` shows it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
        }
    }

    /// How many values one statement is best given when rows are many: PostgreSQL pays for each statement's way.
    pub const fn values_at_once(self) -> usize {
        match self {
            Self::Sqlite => 4_000,
            Self::Postgres => 20_000,
        }
    }

    /// The functions that gather rows into a JSON array and values into a JSON array.
    pub const fn json_functions(self) -> (&'static str, &'static str) {
        match self {
            Self::Sqlite => ("json_group_array", "json_array"),
            Self::Postgres => ("json_agg", "json_build_array"),
        }
    }

    /// The suffix that keeps a row that was read from being changed, or referred to, by others until the transaction ends.
    pub const fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// The condition that an id is one of those of `cte`, a few of many rows: PostgreSQL can't know how few, and would read the
    /// whole table for them.
    pub fn one_of(self, cte: &str) -> String {
        match self {
            Self::Sqlite => format!("IN (SELECT id FROM {cte})"),
            Self::Postgres => format!("= ANY (ARRAY(SELECT id FROM {cte}))"),
        }
    }

    /// The suffix that makes a claim skip rows that another worker holds; SQLite has one writer and needs none.
    pub const fn skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }
}

/// An open database.
#[derive(Clone, Debug)]
pub enum Db {
    /// Readers beside one writer, which is SQLite's own rule.
    Sqlite {
        /// Read-only connections.
        read: Reach<SqlitePool>,
        /// The one connection that writes.
        write: Reach<SqlitePool>,
    },
    /// One pool for all.
    Postgres(Reach<PgPool>),
}

/// A transaction; dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub enum Tx<'c> {
    /// Begun with `BEGIN IMMEDIATE`: it already holds the right to write.
    Sqlite(sqlx::Transaction<'c, Sqlite>, CancellationToken),
    /// At PostgreSQL's default level, read committed.
    Postgres(sqlx::Transaction<'c, Postgres>, CancellationToken),
}

static BEGIN: Held<Histogram> = Held::new(|| metrics::histogram!(metric::DB_BEGIN));

impl Db {
    /// The engine behind it.
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx<'static>> {
        let asked = Instant::now();
        let tx = tokio::time::timeout(connect::ACQUIRE, self.begin_now())
            .await
            .unwrap_or_else(|_| Err(Error::Busy(sqlx::Error::PoolTimedOut)))?;
        if let Some(begin) = BEGIN.get() {
            begin.record(asked.elapsed());
        }
        Ok(tx)
    }

    /// Lets other processes write to SQLite's file, after a transaction that took so long: nobody queues for it there, and
    /// who begins the next at once keeps out those that look now and then. For loops that are in no hurry.
    pub async fn give_way(&self, took: Duration) {
        if self.engine() == Engine::Sqlite {
            tokio::time::sleep(took.min(GIVEN)).await;
        }
    }

    async fn begin_now(&self) -> Result<Tx<'static>> {
        Ok(match self {
            Self::Sqlite { write, .. } => {
                let (write, given_up) = write.now();
                Tx::Sqlite(reach::unless(&given_up, write.begin_with("BEGIN IMMEDIATE")).await?, given_up)
            }
            Self::Postgres(pool) => {
                let (pool, given_up) = pool.now();
                Tx::Postgres(reach::unless(&given_up, pool.begin()).await?, given_up)
            }
        })
    }

    /// Asks the database for a sign of life and says how long it took.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when there is no answer within `limit`.
    pub async fn ping(&self, limit: Duration) -> Result<Duration> {
        let asked = Instant::now();
        let answer = sql("SELECT CAST(1 AS BIGINT)").fetch_one::<(i64,)>(self);
        tokio::time::timeout(limit, answer).await.map_err(|_| Error::Unreachable("no answer in time".into()))??;
        Ok(asked.elapsed())
    }

    /// The pools behind it, as they are now.
    pub fn pools(&self) -> Vec<Pool> {
        match self {
            Self::Sqlite { read, write } => vec![Pool::of("read", &read.now().0), Pool::of("write", &write.now().0)],
            Self::Postgres(pool) => vec![Pool::of("all", &pool.now().0)],
        }
    }

    /// Closes every connection; statements that still run are waited for.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.now().0.close().await;
                write.now().0.close().await;
            }
            Self::Postgres(pool) => pool.now().0.close().await,
        }
    }
}

/// How full a pool is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// `read`, `write`, or `all` where one does both.
    pub name: &'static str,
    /// Connections that are open.
    pub open: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
    /// The most that will be opened.
    pub max: u32,
}

impl Pool {
    fn of<D: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<D>) -> Self {
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        Self { name, open: pool.size(), idle, max: pool.options().get_max_connections() }
    }
}

impl Tx<'_> {
    /// The engine behind it.
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(..) => Engine::Sqlite,
            Self::Postgres(..) => Engine::Postgres,
        }
    }

    /// Waits until no other transaction holds the lock `key`, and holds it to the end; SQLite's one writer holds them all.
    pub async fn lock(&mut self, key: i64) -> Result<()> {
        if self.engine() == Engine::Postgres {
            sql("SELECT CAST(1 AS BIGINT) FROM (SELECT pg_advisory_xact_lock($1)) AS lock")
                .bind(key)
                .fetch_one::<(i64,)>(self)
                .await?;
        }
        Ok(())
    }

    /// Makes all that was written in it last.
    pub async fn commit(self) -> Result<()> {
        let watched = watch::commit(self.engine());
        let done = match self {
            Self::Sqlite(tx, given_up) => reach::unless(&given_up, tx.commit()).await,
            Self::Postgres(tx, given_up) => reach::unless(&given_up, tx.commit()).await,
        };
        if let Some(watched) = watched {
            watched.end(done.is_err());
        }
        done
    }
}
