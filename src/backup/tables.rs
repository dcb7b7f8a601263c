//! Every table, and what a copy does with it: the one list.
//!
//! `columns.txt` beside this file has each table's columns with their kinds, as PostgreSQL's catalogue gives them; a test
//! compares both with the catalogues of both engines, so that a new table can't be forgotten. To add one: a row in [`TABLES`],
//! after the tables that it refers to, then `UPDATE=1 scripts/test every_table_and_column_is_listed`.

use crate::db::table::{Column, ColumnKind, Table};

/// What happens to a table's rows when a database is copied to another engine. A backup of the engine's own holds them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// Copied row by row, and compared.
    Copied,
    /// Made anew from the rows that are copied: by triggers or by jobs.
    MadeAnew,
    /// Of this moment or of this installation: worth nothing elsewhere.
    LeftOut,
}

/// A table and what is done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The table.
    pub table: &'static str,
    /// What is done.
    pub treatment: Treatment,
    /// The columns that tell one row from all others, comma-separated.
    pub key: &'static str,
}

const fn copied(table: &'static str, key: &'static str) -> Rule {
    Rule { table, treatment: Treatment::Copied, key }
}

const fn made_anew(table: &'static str) -> Rule {
    Rule { table, treatment: Treatment::MadeAnew, key: "" }
}

const fn left_out(table: &'static str) -> Rule {
    Rule { table, treatment: Treatment::LeftOut, key: "" }
}

/// Every table; one that refers to another comes after it.
pub const TABLES: &[Rule] = &[
    copied("users", "id"),
    copied("contents", "id"),
    copied("tags", "id"),
    copied("content_tags", "content_id, tag_id"),
    copied("share_links", "id"),
    copied("content_counts", "user_id, bucket"),
    copied("api_tokens", "id"),
    copied("enrichment_attempts", "id"),
    copied("jobs", "id"),
    copied("job_attempts", "id"),
    copied("job_turns", "kind, priority, owner"),
    copied("job_clocks", "kind, priority"),
    copied("job_pauses", "queue"),
    copied("job_schedules", "name"),
    copied("job_minutes", "minute, kind, outcome"),
    copied("content_keys", "user_id, key_hash, content_id"),
    copied("imports", "id"),
    copied("import_rows", "import_id, entry"),
    // The word index: an index job for each item.
    made_anew("word_totals"),
    made_anew("word_documents"),
    made_anew("word_postings"),
    // What finds things by their meaning: the same job writes the pieces, the model does the rest.
    made_anew("embedding_spaces"),
    made_anew("content_digests"),
    made_anew("content_chunks"),
    made_anew("digest_bands"),
    made_anew("content_embeddings"),
    made_anew("vector_revisions"),
    // A trigger on jobs.
    made_anew("job_counts"),
    // The target's own.
    left_out("schema_migrations"),
    left_out("backfills"),
    left_out("backups"),
    left_out("rate_limits"),
    left_out("hosts"),
    left_out("host_visits"),
];

const COLUMNS: &str = include_str!("columns.txt");

/// What is done with a table; none for one that is not ours.
pub fn rule(table: &str) -> Option<&'static Rule> {
    TABLES.iter().find(|rule| rule.table == table)
}

/// Every column that is known: table, column, PostgreSQL's word for its type.
pub fn known() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    COLUMNS.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.next()?, words.next()?))
    })
}

/// A table with those of its columns that `there` says are there, in the order in which they are hashed and copied.
pub fn table(name: &str, there: impl Fn(&str) -> bool) -> Table {
    let columns = known()
        .filter(|(table, column, _)| *table == name && there(column))
        .filter_map(|(_, column, kind)| Some(Column { name: column.to_owned(), kind: ColumnKind::parse(kind)? }))
        .collect();
    Table { name: name.to_owned(), columns }
}
