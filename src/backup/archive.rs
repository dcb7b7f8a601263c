//! The portable archive: every row that can't be made anew, readable on either engine and by other programs.
//!
//! A gzip-compressed tar file. `header.json` comes first and names the version, the engine, the schema and the columns of each
//! table with their kinds. `tables/<table>/<number>.jsonl` hold the rows, one JSON array a line, its values in the order of
//! the header's columns; tables come in an order in which each may refer to those before. `manifest.json` comes last, with
//! the SHA-256 of every part and each table's rows and fingerprint: without it, or with another, nothing is imported.
//!
//! Values: numbers, texts and booleans as they are; NULL is `null`; ids and times (RFC 3339) are texts; bytes are base64; a
//! JSON value stands in an array of its own, since it may itself be `null`. `docs/archive.md` says the same to others.

mod read;
mod row;
mod tar;
mod write;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::TableSum;
use crate::db::table::{Column, ColumnKind, Table};

pub use read::{Contents, inspect, parts};
pub use row::read_rows;
pub use write::export;

/// The word by which an archive is known.
const FORMAT: &str = "brainly-archive";
/// What this program writes; it reads this and what is older.
const VERSION: u32 = 1;
const HEADER: &str = "header.json";
const MANIFEST: &str = "manifest.json";
/// Bytes of rows after which a part is closed.
const PART: usize = 4 * 1024 * 1024;
/// Bytes of the longest part that is read: one row may be long.
const LONGEST_PART: u64 = 1024 * 1024 * 1024;

/// What an archive says before its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    format: String,
    version: u32,
    /// The program that wrote it.
    pub program: String,
    /// The engine that the rows came from.
    pub engine: String,
    /// The newest migration that it had.
    pub schema: i64,
    /// The columns of each table, with their kinds.
    pub tables: BTreeMap<String, Vec<(String, String)>>,
}

/// What an archive says after its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Every part, in order.
    pub parts: Vec<PartSum>,
    /// Every table.
    pub tables: BTreeMap<String, TableSum>,
}

/// What is known of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartSum {
    /// Its name in the archive.
    pub name: String,
    /// Rows in it.
    pub rows: u64,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of it.
    pub sha256: String,
}

/// A part with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivePart {
    /// The table that its rows are of.
    pub table: String,
    /// The rows, one a line.
    pub bytes: Vec<u8>,
}

impl Header {
    /// A table of the archive with its columns; none when one of its kinds is unknown.
    pub fn table(&self, name: &str) -> Option<Table> {
        let columns = self.tables.get(name)?.iter();
        let columns = columns.map(|(name, kind)| Some(Column { name: name.clone(), kind: ColumnKind::parse(kind)? }));
        Some(Table { name: name.to_owned(), columns: columns.collect::<Option<_>>()? })
    }
}
