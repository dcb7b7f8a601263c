//! Migrations: run by many at once, stopped half-way, on schemas of others, on the old server's database.

mod old_server;

use std::future::Future;

use brainly::actions::migrate;
use brainly::db::migrate::Mismatch;
use brainly::db::{Db, Engine, Error, sql};
use brainly::domain::Clock;

use crate::harness::{self, Scratch, on_both_engines};

/// Runs `test` on a database with nothing in it, of each engine.
fn on_empty<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(Scratch) -> F) {
    harness::run_on(Scratch::empty(engine), test);
}

async fn ten_at_once(scratch: Scratch) {
    let mut starting = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let db = scratch.db.clone();
        starting.spawn(async move { migrate::up(&db, &Clock::system()).await });
    }

    let done: Vec<_> = starting.join_all().await.into_iter().map(|done| done.unwrap().steps.len()).collect();

    let known = migrate::plan(&scratch.db).await.unwrap().steps.len();
    assert_eq!(done.iter().filter(|ran| **ran == known).count(), 1, "one of them ran all: {done:?}");
    assert_eq!(done.iter().filter(|ran| **ran == 0).count(), 9, "the others found nothing to do: {done:?}");
    migrate::check(&scratch.db).await.unwrap();
}

#[test]
fn ten_that_start_at_once_migrate_once_on_sqlite() {
    on_empty(Engine::Sqlite, ten_at_once);
}

#[test]
fn ten_that_start_at_once_migrate_once_on_postgres() {
    on_empty(Engine::Postgres, ten_at_once);
}

async fn dry_run(scratch: Scratch) {
    let plan = migrate::plan(&scratch.db).await.unwrap();

    assert!(plan.steps.len() >= 2 && plan.steps.iter().all(|step| step.applied_at.is_none()), "{plan:?}");
    assert!(plan.to_adopt.is_none());
    assert!(!brainly::db::migrate::has_table(&scratch.db, "schema_migrations").await.unwrap());
    let refused = migrate::check(&scratch.db).await;
    assert!(matches!(refused, Err(Error::Schema(Mismatch::Older(_)))), "{refused:?}");
}

#[test]
fn a_plan_names_every_step_and_changes_nothing_on_sqlite() {
    on_empty(Engine::Sqlite, dry_run);
}

#[test]
fn a_plan_names_every_step_and_changes_nothing_on_postgres() {
    on_empty(Engine::Postgres, dry_run);
}

async fn foreign(scratch: Scratch) {
    execute(&scratch.db, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)").await;

    let refused = migrate::up(&scratch.db, &Clock::system()).await;

    assert!(matches!(refused, Err(Error::Schema(Mismatch::Foreign(_)))), "{refused:?}");
    assert!(!brainly::db::migrate::has_table(&scratch.db, "contents").await.unwrap());
}

#[test]
fn tables_of_somebody_else_with_our_names_are_refused_on_sqlite() {
    on_empty(Engine::Sqlite, foreign);
}

#[test]
fn tables_of_somebody_else_with_our_names_are_refused_on_postgres() {
    on_empty(Engine::Postgres, foreign);
}

on_both_engines! {
    async fn a_schema_newer_than_this_program_is_refused(db: Db) {
        execute(&db, "INSERT INTO schema_migrations (version, name, checksum, applied_at) \
            SELECT 999, 'from_the_future', checksum, applied_at FROM schema_migrations WHERE version = 1").await;

        for refused in [migrate::check(&db).await.err(), migrate::up(&db, &Clock::system()).await.err()] {
            assert!(matches!(refused, Some(Error::Schema(Mismatch::Newer { found: 999, .. }))), "{refused:?}");
        }
    }

    async fn a_migration_that_was_changed_after_it_ran_is_refused(db: Db) {
        let zeros = [0_u8; 32];
        let mut tx = db.begin().await.unwrap();
        sql("UPDATE schema_migrations SET checksum = $1 WHERE version = 2").bind(zeros).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();

        for refused in [migrate::check(&db).await.err(), migrate::up(&db, &Clock::system()).await.err()] {
            assert!(matches!(refused, Some(Error::Schema(Mismatch::Changed(2)))), "{refused:?}");
        }
    }

    async fn a_second_run_finds_nothing_to_do(db: Db) {
        let done = migrate::up(&db, &Clock::system()).await.unwrap();

        assert!(done.steps.is_empty() && done.adopted.is_none(), "{done:?}");
    }
}

pub(super) async fn execute(db: &Db, statement: &str) {
    let mut tx = db.begin().await.unwrap();
    sql(statement).execute(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}
