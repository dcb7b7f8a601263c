//! The one list of tables is the catalogue's.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use brainly::backup::tables::{self, TABLES, Treatment};
use brainly::db::table::{ColumnKind, catalogue};
use brainly::db::{Db, Engine};

use crate::harness::on_both_engines;

on_both_engines! {
    async fn every_table_and_column_is_listed(db: Db) {
        let found = catalogue(&db).await.unwrap();
        if db.engine() == Engine::Postgres {
            refresh_when_told(&found);
        }

        let there: BTreeSet<&str> = found.iter().map(|(table, ..)| table.as_str()).collect();
        let ruled: BTreeSet<&str> = TABLES.iter().map(|rule| rule.table).collect();
        assert_eq!(there.symmetric_difference(&ruled).collect::<Vec<_>>(), Vec::<&&str>::new(), "give each a row in TABLES of src/backup/tables.rs");
        let columns: BTreeSet<(&str, &str)> = found.iter().map(|(table, column, _)| (table.as_str(), column.as_str())).collect();
        let known: BTreeSet<(&str, &str)> = tables::known().map(|(table, column, _)| (table, column)).collect();
        assert_eq!(columns.symmetric_difference(&known).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new(), "run UPDATE=1 scripts/test every_table_and_column_is_listed");
        for (table, column, word) in &found {
            let copied = tables::rule(table).is_some_and(|rule| rule.treatment == Treatment::Copied);
            if db.engine() == Engine::Postgres {
                assert!(tables::known().any(|known| known == (table, column, word)), "{table}.{column} is {word}: run it with UPDATE=1");
                assert!(!copied || ColumnKind::parse(word).is_some(), "{table}.{column}: {word} can't be copied");
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "whoever runs the test says whether it may write")]
fn refresh_when_told(found: &[(String, String, String)]) {
    if std::env::var_os("UPDATE").is_none() {
        return;
    }
    let text: String =
        found.iter().map(|(table, column, word)| format!("{table} {column} {word}\n")).collect::<Vec<_>>().concat();
    fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/backup/columns.txt"), text).unwrap();
    panic!("columns.txt is written anew; run it again without UPDATE");
}

#[test]
fn a_table_comes_after_those_that_it_refers_to() {
    let at = |table: &str| TABLES.iter().position(|rule| rule.table == table).unwrap();

    for rule in TABLES.iter().filter(|rule| rule.treatment == Treatment::Copied) {
        let sql = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite")).unwrap();
        let sql: String = sql.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
        let Some(begin) = sql.find(&format!("CREATE TABLE {} (", rule.table)) else { panic!("{}", rule.table) };
        let body = &sql[begin..begin + sql[begin..].find(';').unwrap()];
        for reference in body.match_indices("REFERENCES ").map(|(from, word)| &body[from + word.len()..]) {
            let parent = reference.split(' ').next().unwrap();
            assert!(at(parent) < at(rule.table), "{} refers to {parent}", rule.table);
        }
    }
}
