//! Whose database is this? Told from its tables and their columns, before anything is changed.

use std::collections::BTreeMap;

use crate::db::{Db, Result};
use crate::store::adoption::{self, Column};

/// What a database turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Survey {
    /// Nothing of a name that we use.
    Empty,
    /// It has our ledger.
    Ours,
    /// The old server's five tables.
    OldServer,
    /// Tables that are named as ours and are not; the first difference.
    Foreign(String),
}

/// Looks at the tables, in one statement.
pub(super) async fn survey(db: &Db) -> Result<Survey> {
    Ok(judge(&adoption::columns(db).await?))
}

fn judge(columns: &[Column]) -> Survey {
    let mut tables: BTreeMap<&str, Vec<&Column>> = BTreeMap::new();
    for column in columns {
        tables.entry(&column.table_name).or_default().push(column);
    }
    if tables.contains_key("schema_migrations") {
        return Survey::Ours;
    }
    if let Some(name) = LATER_TABLES.iter().find(|name| tables.contains_key(*name)) {
        return Survey::Foreign(format!("there is a table {name} and no record of its migration"));
    }
    if OLD_TABLES.iter().all(|(name, _)| !tables.contains_key(name)) {
        return Survey::Empty;
    }
    let mut differences = OLD_TABLES.iter().filter_map(|(name, wanted)| match tables.get(name) {
        None => Some(format!("there is no table {name}")),
        Some(found) => difference(name, wanted, found),
    });
    differences.next().map_or(Survey::OldServer, Survey::Foreign)
}

/// A column that is missing, of another type, or one of somebody else's that our inserts would have to fill.
fn difference(table: &str, wanted: &[(&str, &str)], found: &[&Column]) -> Option<String> {
    let wrong = wanted.iter().find_map(|(name, kind)| match found.iter().find(|column| column.column_name == *name) {
        None => Some(format!("{table} has no column {name}")),
        Some(column) if same_type(&column.type_name) != *kind => {
            Some(format!("{table}.{name} is {}, not {kind}", column.type_name))
        }
        Some(_) => None,
    });
    let known = |column: &Column| wanted.iter().any(|(name, _)| *name == column.column_name);
    let extra = || found.iter().find(|column| column.is_required && !known(column));
    wrong.or_else(|| extra().map(|column| format!("{table} has a further column {}", column.column_name)))
}

/// A text's longest length does not matter to us.
fn same_type(name: &str) -> &str {
    if name == "varchar" { "text" } else { name }
}

/// Some of the tables that only we make.
const LATER_TABLES: &[&str] = &["content_counts", "api_tokens", "enrichment_attempts", "jobs", "rate_limits"];

/// The old server's tables with PostgreSQL's names of their columns' types.
const OLD_TABLES: &[(&str, &[(&str, &str)])] = &[
    (
        "users",
        &[
            ("id", "uuid"),
            ("username", "text"),
            ("email", "text"),
            ("password", "text"),
            ("google_id", "text"),
            ("profile_picture", "text"),
            ("auth_provider", "text"),
            ("created_at", "timestamptz"),
        ],
    ),
    (
        "contents",
        &[
            ("id", "uuid"),
            ("title", "text"),
            ("link", "text"),
            ("content_id", "text"),
            ("type", "text"),
            ("user_id", "uuid"),
            ("enrichment_status", "text"),
            ("enrichment_error", "text"),
            ("enrichment_retries", "int4"),
            ("enriched_at", "timestamptz"),
            ("meta_title", "text"),
            ("meta_description", "text"),
            ("meta_author", "text"),
            ("meta_author_url", "text"),
            ("meta_thumbnail", "text"),
            ("meta_published_at", "timestamptz"),
            ("meta_tags", "jsonb"),
            ("meta_language", "text"),
            ("full_text", "text"),
            ("full_text_type", "text"),
            ("transcript_segments", "jsonb"),
            ("provider_data", "jsonb"),
            ("extracted_at", "timestamptz"),
            ("extractor_version", "text"),
            ("summary", "text"),
            ("ai_tags", "jsonb"),
            ("created_at", "timestamptz"),
            ("updated_at", "timestamptz"),
        ],
    ),
    ("tags", &[("id", "uuid"), ("name", "text"), ("user_id", "uuid"), ("created_at", "timestamptz")]),
    ("content_tags", &[("content_id", "uuid"), ("tag_id", "uuid")]),
    ("share_links", &[("id", "uuid"), ("hash", "text"), ("user_id", "uuid")]),
];
