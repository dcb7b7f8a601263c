//! Tells workers that a job may be waiting, so that they need not ask all the time.
//!
//! A wake is a hint: one too many costs a look, and one that got lost costs the worker's `poll` at most.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgListener, PgPoolOptions};
use sqlx::{ConnectOptions as _, Executor as _, PgPool, Row as _, SqlitePool};
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::db::{self, Db, Engine, Tx, sql};

/// PostgreSQL's name for the news that a job is available.
const CHANNEL: &str = "brainly_jobs";
/// How often it is looked at whether SQLite's log of changes is as it was, which is one call to the system.
const WATCH: Duration = Duration::from_millis(10);
/// After so many of these the file is asked itself, whatever its log looks like.
const ASK: u32 = 20;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Wakes the workers of this process. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Wakes every worker that waits. Call it after the commit.
    pub fn notify(&self) {
        self.0.notify_waiters();
    }

    /// Waits for the next [`Wake::notify`]. To miss none, `enable` it before you look for jobs, and await it after.
    pub fn notified(&self) -> Notified<'_> {
        self.0.notified()
    }

    /// Passes on what other processes enqueue, until `shutdown`; notifies once as soon as it listens.
    ///
    /// PostgreSQL: `LISTEN` on a connection beside the pool. SQLite: a look at the size and time of its write-ahead log a
    /// hundred times a second, and at the file's `data_version` five times; neither costs any I/O.
    pub fn listen(&self, db: &Db, shutdown: CancellationToken) -> JoinHandle<()> {
        let (wake, db) = (self.clone(), db.clone());
        tokio::spawn(async move {
            shutdown.run_until_cancelled(Box::pin(wake.keep_listening(&db))).await;
        })
    }

    /// Listens for ever: after a loss anew, with growing pauses while there is no connection to be had.
    async fn keep_listening(&self, db: &Db) {
        let mut pause = FIRST_PAUSE;
        loop {
            let mut heard = false;
            let listening = async {
                match db {
                    Db::Sqlite { read, .. } => self.watch(&read.pool(), &mut heard).await,
                    Db::Postgres(pool) => self.listen_once(&pool.pool(), &mut heard).await,
                }
            };
            // A connection on which nothing more will come may look as well as any.
            let lost = db.while_it_answers(listening).await.unwrap_or(Err(sqlx::Error::PoolClosed));
            if heard {
                pause = FIRST_PAUSE;
            }
            // Once an outage is enough.
            if let Err(error) = lost
                && pause == FIRST_PAUSE
            {
                let error = db::Error::from(error);
                tracing::warn!(%error, "no news of jobs from other processes; workers look for them now and then");
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Passes on PostgreSQL's notifications until the connection is lost.
    async fn listen_once(&self, pool: &PgPool, heard: &mut bool) -> sqlx::Result<()> {
        // Its own connection: a small pool must not lose one for good.
        let own = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let own = own.connect_lazy_with((*pool.connect_options()).clone());
        let mut listener = PgListener::connect_with(&own).await?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        *heard = true;
        // Something may have been enqueued while nobody listened.
        self.notify();
        while listener.try_recv().await?.is_some() {
            self.notify();
        }
        Ok(())
    }

    /// Notifies whenever another connection has written to SQLite's file; ours do too, which is harmless.
    async fn watch(&self, pool: &SqlitePool, heard: &mut bool) -> sqlx::Result<()> {
        let options = pool.connect_options();
        let mut log = options.get_filename().as_os_str().to_owned();
        log.push("-wal");
        let log = PathBuf::from(log);
        let mut connection = options.connect().await?;
        let (mut seen, mut looked) = (None, None);
        for turn in 0_u32.. {
            // First, or what is written in between would be missed.
            let looks = std::fs::metadata(&log).ok().map(|log| (log.len(), log.modified().ok()));
            let mut changed = looked.replace(looks) != Some(looks);
            if turn.is_multiple_of(ASK) {
                let version: i64 = connection.fetch_one("PRAGMA data_version").await?.try_get(0)?;
                changed |= seen.replace(version) != Some(version);
            }
            if changed {
                *heard = true;
                self.notify();
            }
            tokio::time::sleep(WATCH).await;
        }
        Ok(())
    }
}

/// Tells the workers of other processes, when `tx` commits; SQLite's see it for themselves.
pub(super) async fn announce(tx: &mut Tx<'_>) -> db::Result<()> {
    if tx.engine() == Engine::Postgres {
        sql("SELECT pg_notify($1, '')").bind(CHANNEL).execute(tx).await?;
    }
    Ok(())
}
