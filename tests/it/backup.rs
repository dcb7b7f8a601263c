//! Backups: made of a live database, proven, restored, and never half.

mod broken;
mod catalogue;
pub(crate) mod data;
mod encrypted;
mod live;
mod retention;
mod round_trip;
mod s3;
mod scheduled;

use brainly::db::{Db, Engine};
use serde_json::Value;

use crate::cli::binary::Binary;
use crate::harness::Scratch;

/// `brainly` on a database, with PostgreSQL's programs in reach.
#[expect(clippy::disallowed_methods, reason = "the test server's own programs are first in PATH")]
pub(crate) fn operator(scratch: &Scratch) -> Binary {
    Binary::on(scratch).env("PATH", &std::env::var("PATH").unwrap())
}

/// Makes a backup and gives its name.
fn create(brainly: &Binary) -> String {
    let made: Value = serde_json::from_str(&brainly.run(&["backup", "--json"]).assert_code(0).stdout).unwrap();
    made["name"].as_str().unwrap().to_owned()
}

/// Every table of a database, as a backup's manifest has it.
pub(crate) async fn tables(db: &Db) -> std::collections::BTreeMap<String, brainly::backup::TableSum> {
    let mut tx = db.snapshot().await.unwrap();
    let mut tables = brainly::backup::survey(&mut tx, &brainly::backup::Meter::default()).await.unwrap();
    // It tells of backups, and is written after each.
    tables.remove("backups");
    tables
}

/// An empty database of the same engine.
async fn empty_like(scratch: &Scratch) -> Scratch {
    Scratch::empty(scratch.db.engine()).await
}

/// The other of the two.
pub(crate) const fn other(engine: Engine) -> Engine {
    match engine {
        Engine::Sqlite => Engine::Postgres,
        Engine::Postgres => Engine::Sqlite,
    }
}
