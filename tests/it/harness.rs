//! What the tests stand on: a scratch database of either engine for each test, and Brainly around it.

mod app;
mod client;
mod scratch;
mod site;

use std::future::Future;

pub(crate) use app::TestApp;
use brainly::db::{Db, Engine};
pub(crate) use client::{Answer, Client};
pub(crate) use scratch::Scratch;
pub(crate) use site::{Asked, Site};

/// Runs each test once on SQLite and once on PostgreSQL, each time with a migrated database of its own.
///
/// The argument is a `Db`, or a `Scratch` for a test that needs the database's URL too.
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($scratch:ident: $kind:ty) $body:block)*) => { $(
        mod $name {
            use super::*;

            async fn body($scratch: $kind) $body

            $(#[$meta])*
            #[test]
            fn on_sqlite() {
                $crate::harness::run(brainly::db::Engine::Sqlite, |scratch| body(scratch.into()));
            }

            $(#[$meta])*
            #[test]
            fn on_postgres() {
                $crate::harness::run(brainly::db::Engine::Postgres, |scratch| body(scratch.into()));
            }
        }
    )* };
}
pub(crate) use on_both_engines;

/// Runs `test` with a migrated database of `engine`, which goes when the test ends well.
pub(crate) fn run<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(Scratch) -> F) {
    run_on(Scratch::new(engine), test);
}

/// Runs `test` with the database that `making` makes, which goes when the test ends well.
pub(crate) fn run_on<F: Future<Output = ()>>(making: impl Future<Output = Scratch>, test: impl FnOnce(Scratch) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let scratch = making.await;
        test(scratch.clone()).await;
        scratch.remove().await;
    });
}

impl From<Scratch> for Db {
    fn from(scratch: Scratch) -> Self {
        scratch.db
    }
}
