//! Whether the database answers; and when it does not, that nobody waits for it.
//!
//! [`Db::watch`] asks for a sign of life once a second. When there is none, whatever waits for the database fails at once, a
//! statement in the middle of its way too, and so does whatever asks afterwards: a request is then told so within
//! milliseconds, and not after the minutes in which TCP gives up. As soon as there is an answer, all goes on; on PostgreSQL with
//! new connections, since the old ones may be dead without knowing it.
//!
//! Without a watch, as in commands that end by themselves, the database always counts as there.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures::future::BoxFuture;
use sqlx::postgres::PgConnection;
use sqlx::{ConnectOptions as _, Connection as _, PgPool, SqlitePool};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Db, Error, Result};

/// How often the database is asked for a sign of life.
const PULSE: Duration = Duration::from_secs(1);
/// How often when it has given none.
const SOON: Duration = Duration::from_millis(500);
/// How long a sign of life may take: long for a server at its limit, short for whoever waits.
const SILENCE: Duration = Duration::from_secs(3);

/// Pools, and whether the database behind them answers.
#[derive(Debug)]
pub struct Reach<P>(Arc<RwLock<(P, CancellationToken)>>);

impl<P> Clone for Reach<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P: Clone> Reach<P> {
    pub(super) fn new(pools: P) -> Self {
        Self(Arc::new(RwLock::new((pools, CancellationToken::new()))))
    }

    /// The pools as they are now, and the token that is cancelled when they are given up.
    pub(super) fn now(&self) -> (P, CancellationToken) {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The pool as it is now.
    pub fn pool(&self) -> P {
        self.now().0
    }

    /// Fails all that waits and all that comes, which meets `pools` when the database answers again.
    fn give_up(&self, pools: P) -> P {
        let mut now = self.0.write().unwrap_or_else(PoisonError::into_inner);
        now.1.cancel();
        std::mem::replace(&mut now.0, pools)
    }

    /// Lets all that comes use `pools`, while what is under way goes on with the old ones.
    fn replace(&self, pools: P) -> P {
        std::mem::replace(&mut self.0.write().unwrap_or_else(PoisonError::into_inner).0, pools)
    }

    /// Lets all go on.
    fn take_up(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).1 = CancellationToken::new();
    }

    fn is_given_up(&self) -> bool {
        self.now().1.is_cancelled()
    }
}

/// Does `work` unless the database is given up before it is done. Boxed: it is in everything, and large.
pub(super) fn unless<'a, T: 'a>(
    given_up: &'a CancellationToken,
    work: impl Future<Output = sqlx::Result<T>> + Send + 'a,
) -> BoxFuture<'a, Result<T>> {
    Box::pin(async move {
        match given_up.run_until_cancelled(work).await {
            Some(done) => Ok(done?),
            None => Err(Error::Unreachable("it does not answer".into())),
        }
    })
}

/// A database that is watched, until this is dropped.
#[derive(Debug)]
#[must_use = "the watch ends when this is dropped"]
pub struct Watch(JoinHandle<()>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Db {
    /// Sees to it that nobody waits for a database that does not answer.
    pub fn watch(&self) -> Watch {
        match self.clone() {
            Self::Postgres(reach) => Watch(tokio::spawn(watch_server(reach))),
            Self::Sqlite { read, write } => {
                let file = read.pool().connect_options().get_filename().to_owned();
                let ours = identity(&file);
                // The writer first: whoever is told so by a reader can no longer write, and once readers answer, writers do.
                Watch(tokio::spawn(watch_file(file, ours, [write, read])))
            }
        }
    }

    /// Does `work` unless the database is given up before it is done; `None` then.
    pub async fn while_it_answers<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let given_up = match self {
            Self::Sqlite { read, .. } => read.now().1,
            Self::Postgres(pool) => pool.now().1,
        };
        given_up.run_until_cancelled(work).await
    }
}

async fn watch_server(reach: Reach<PgPool>) {
    // A connection of its own: a pool that is used up is no dead database.
    let mut connection = None;
    loop {
        let had = connection.is_some();
        let (lives, anew) = lives(&mut connection, &reach.pool()).await;
        match (lives, reach.is_given_up()) {
            (true, true) => {
                reach.take_up();
                tracing::info!("the database answers again");
            }
            // It was away for a moment: the other connections are as dead as this one, and each would fail somebody.
            (true, false) if had && anew => close(reach.replace(again(&reach.pool()))),
            (false, false) => {
                tracing::error!("the database does not answer: nobody waits for it until it does");
                close(reach.give_up(again(&reach.pool())));
            }
            (true, false) | (false, true) => {}
        }
        tokio::time::sleep(if lives { PULSE } else { SOON }).await;
    }
}

/// The same pool without its connections.
fn again(pool: &PgPool) -> PgPool {
    pool.options().clone().connect_lazy_with((*pool.connect_options()).clone())
}

/// Closes what can be closed; of the rest, the system learns in its own time that nobody is there.
fn close(pool: PgPool) {
    tokio::spawn(async move { pool.close().await });
}

/// Whether the server answers, over the connection that is there or, when that is lost, over another; and whether it was another.
async fn lives(connection: &mut Option<PgConnection>, pool: &PgPool) -> (bool, bool) {
    if let Some(mut known) = connection.take() {
        match tokio::time::timeout(SILENCE, known.ping()).await {
            Ok(Ok(())) => {
                *connection = Some(known);
                return (true, false);
            }
            // A server that is silent here would be silent on another connection too, for as long again.
            Err(_) => return (false, false),
            // The connection is lost; the server may be there.
            Ok(Err(_)) => {}
        }
    }
    match tokio::time::timeout(SILENCE, pool.connect_options().connect()).await {
        Ok(Ok(new)) => {
            *connection = Some(new);
            (true, true)
        }
        // Whoever refuses us lives; unless it is about to start or stop.
        Ok(Err(sqlx::Error::Database(refused))) => {
            (!refused.code().is_some_and(|code| code.starts_with("57P0")), false)
        }
        Ok(Err(_)) | Err(_) => (false, false),
    }
}

/// What is written to a file that was removed or replaced is lost, and SQLite does not notice.
async fn watch_file(file: PathBuf, ours: Option<(u64, u64)>, pools: [Reach<SqlitePool>; 2]) {
    let mut lost = false;
    loop {
        let found = identity(&file);
        if found != ours && !lost {
            lost = true;
            if found.is_none() {
                tracing::error!("the database's file is gone: nothing is read or written until it is back");
            } else {
                tracing::error!("another file stands in place of the database: start again to use it");
            }
            // The connections stay: closed, they would remove the write-ahead log of whatever file is there by then.
            for pool in &pools {
                drop(pool.give_up(pool.pool()));
            }
        } else if found == ours && lost {
            lost = false;
            tracing::info!("the database's file is back");
            pools.iter().for_each(Reach::take_up);
        }
        tokio::time::sleep(PULSE).await;
    }
}

/// What tells a file from another of the same name; none when it is not there.
fn identity(file: &Path) -> Option<(u64, u64)> {
    let found = std::fs::metadata(file).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Some((found.dev(), found.ino()))
    }
    #[cfg(not(unix))]
    {
        drop(found);
        Some((0, 0))
    }
}
