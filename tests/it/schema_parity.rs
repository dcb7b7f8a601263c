//! The two catalogues say the same: tables, columns, what may be NULL, indexes by name.

use std::collections::BTreeSet;

use brainly::db::{Db, Engine, sql};

use crate::harness::Scratch;

#[derive(Debug, PartialEq, Eq)]
struct Catalogue {
    columns: BTreeSet<(String, String, bool)>,
    indexes: BTreeSet<(String, String, bool)>,
}

/// Without the vectors, which SQLite keeps in a table for each space (`store::index::meaning`).
async fn catalogue(db: &Db) -> Catalogue {
    let (columns, indexes) = match db.engine() {
        Engine::Sqlite => (
            "SELECT t.name, c.name, CAST(c.\"notnull\" = 0 AND c.pk = 0 AS INTEGER) <> 0 FROM sqlite_schema t, pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
            "SELECT t.name, i.name, i.\"unique\" FROM sqlite_schema t, pragma_index_list(t.name) i \
             WHERE t.type = 'table' AND i.origin = 'c'",
        ),
        Engine::Postgres => (
            "SELECT CAST(table_name AS text), CAST(column_name AS text), is_nullable = 'YES' \
             FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> 'chunk_vectors'",
            "SELECT CAST(t.relname AS text), CAST(i.relname AS text), x.indisunique FROM pg_index x \
             JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
             JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = current_schema() \
             AND t.relname <> 'chunk_vectors' AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid)",
        ),
    };
    let columns: Vec<(String, String, bool)> = sql(columns).fetch_all(db).await.unwrap();
    let indexes: Vec<(String, String, bool)> = sql(indexes).fetch_all(db).await.unwrap();

    Catalogue { columns: columns.into_iter().collect(), indexes: indexes.into_iter().collect() }
}

#[tokio::test]
async fn both_engines_have_the_same_tables_columns_and_indexes() {
    let (sqlite, postgres) = (Scratch::new(Engine::Sqlite).await, Scratch::new(Engine::Postgres).await);

    let (ours, theirs) = (catalogue(&sqlite.db).await, catalogue(&postgres.db).await);

    assert!(ours.columns.len() > 50, "the catalogue was read: {:?}", ours.columns);
    let differences = |a: &BTreeSet<_>, b: &BTreeSet<_>| a.symmetric_difference(b).cloned().collect::<Vec<_>>();
    assert_eq!(differences(&ours.columns, &theirs.columns), []);
    assert_eq!(differences(&ours.indexes, &theirs.indexes), []);
    sqlite.remove().await;
    postgres.remove().await;
}
