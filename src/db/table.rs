//! Tables whose columns are known only when the program runs: their rows, read and written as [`Value`]s.
//!
//! What a column means is said by its [`ColumnKind`]: SQLite alone can't tell a time from a text, nor an id from bytes. For
//! copies and checks of whole tables; who knows their columns beforehand uses [`super::sql`].

use std::fmt::Write as _;

use futures::TryStreamExt as _;
use futures::stream::BoxStream;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, Row};

use super::{Engine, Error, On, Result, Tx, Value, sql};

/// What a column holds, on either engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// `boolean` | INTEGER
    Bool,
    /// `integer` | INTEGER
    Int,
    /// `bigint` | INTEGER
    Big,
    /// `double precision` | REAL
    Real,
    /// `text`, `varchar` | TEXT
    Text,
    /// `bytea` | BLOB
    Bytes,
    /// `uuid` | BLOB
    Uuid,
    /// `timestamptz` | TEXT
    Time,
    /// `jsonb` | TEXT
    Json,
}

impl ColumnKind {
    /// The kind that has this word; PostgreSQL's own names of its types are these words.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "bool" => Self::Bool,
            "int4" => Self::Int,
            "int8" => Self::Big,
            "float8" => Self::Real,
            "text" | "varchar" => Self::Text,
            "bytea" => Self::Bytes,
            "uuid" => Self::Uuid,
            "timestamptz" => Self::Time,
            "jsonb" => Self::Json,
            _ => return None,
        })
    }

    /// NULL of this kind.
    pub const fn null(self) -> Value {
        match self {
            Self::Bool => Value::Bool(None),
            Self::Int => Value::Int(None),
            Self::Big => Value::Big(None),
            Self::Real => Value::Real(None),
            Self::Text => Value::Text(None),
            Self::Bytes => Value::Bytes(None),
            Self::Uuid => Value::Uuid(None),
            Self::Time => Value::Time(None),
            Self::Json => Value::Json(None),
        }
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
}

/// A table with those of its columns that are read and written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// In the order of the values of a row.
    pub columns: Vec<Column>,
}

impl Table {
    fn column_list(&self) -> String {
        self.columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ")
    }

    /// Every row, in the order of `order` (columns; empty: as they lie), as it comes from the database.
    pub fn rows<'a>(&'a self, tx: &'a mut Tx<'_>, order: &[&str]) -> BoxStream<'a, Result<Vec<Value>>> {
        let mut text = format!("SELECT {} FROM \"{}\"", self.column_list(), self.name);
        if !order.is_empty() {
            _ = write!(text, " ORDER BY {}", order.join(", "));
        }
        let text = AssertSqlSafe(text);
        match tx {
            Tx::Sqlite(tx, _) => Box::pin(
                sqlx::query_with(text, SqliteArguments::default())
                    .persistent(false)
                    .fetch(&mut **tx)
                    .map_err(Error::from)
                    .and_then(async |row| self.read_sqlite(&row)),
            ),
            Tx::Postgres(tx, _) => Box::pin(
                sqlx::query_with(text, PgArguments::default())
                    .persistent(false)
                    .fetch(&mut **tx)
                    .map_err(Error::from)
                    .and_then(async |row| self.read_postgres(&row)),
            ),
        }
    }

    /// Inserts rows as they are, few enough that their values fit one statement.
    pub async fn insert(&self, tx: &mut Tx<'_>, rows: Vec<Vec<Value>>) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut statement = sql(&format!("INSERT INTO \"{}\" ({}) VALUES ", self.name, self.column_list()));
        for (at, row) in rows.into_iter().enumerate() {
            statement = if at == 0 { statement } else { statement.push(", ") }.push_list(row);
        }
        statement.execute(tx).await.map(drop)
    }

    fn read_sqlite(&self, row: &SqliteRow) -> Result<Vec<Value>> {
        let columns = self.columns.iter().enumerate();
        columns
            .map(|(at, column)| {
                Ok(match column.kind {
                    ColumnKind::Bool => Value::Bool(row.try_get_unchecked(at)?),
                    ColumnKind::Int => Value::Int(row.try_get_unchecked(at)?),
                    ColumnKind::Big => Value::Big(row.try_get_unchecked(at)?),
                    ColumnKind::Real => Value::Real(row.try_get_unchecked(at)?),
                    ColumnKind::Text => Value::Text(row.try_get_unchecked(at)?),
                    ColumnKind::Bytes => Value::Bytes(row.try_get_unchecked(at)?),
                    ColumnKind::Uuid => Value::Uuid(row.try_get_unchecked(at)?),
                    ColumnKind::Time => Value::Time(row.try_get_unchecked(at)?),
                    ColumnKind::Json => {
                        Value::Json(row.try_get_unchecked::<Option<Json<serde_json::Value>>, _>(at)?.map(|json| json.0))
                    }
                })
            })
            .collect::<sqlx::Result<_>>()
            .map_err(Error::from)
    }

    fn read_postgres(&self, row: &PgRow) -> Result<Vec<Value>> {
        let columns = self.columns.iter().enumerate();
        columns
            .map(|(at, column)| {
                Ok(match column.kind {
                    ColumnKind::Bool => Value::Bool(row.try_get(at)?),
                    ColumnKind::Int => Value::Int(row.try_get(at)?),
                    ColumnKind::Big => Value::Big(row.try_get(at)?),
                    ColumnKind::Real => Value::Real(row.try_get(at)?),
                    ColumnKind::Text => Value::Text(row.try_get(at)?),
                    ColumnKind::Bytes => Value::Bytes(row.try_get(at)?),
                    ColumnKind::Uuid => Value::Uuid(row.try_get(at)?),
                    ColumnKind::Time => Value::Time(row.try_get(at)?),
                    ColumnKind::Json => {
                        Value::Json(row.try_get::<Option<Json<serde_json::Value>>, _>(at)?.map(|json| json.0))
                    }
                })
            })
            .collect::<sqlx::Result<_>>()
            .map_err(Error::from)
    }
}

/// Every column of every table that is there: table, column, PostgreSQL's word for its type (empty on SQLite).
pub async fn catalogue<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>) -> Result<Vec<(String, String, String)>> {
    let on = on.into();
    sql(match on.engine() {
        Engine::Sqlite => {
            "SELECT t.name, c.name, '' FROM sqlite_schema t, pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name, c.cid"
        }
        Engine::Postgres => {
            "SELECT CAST(c.table_name AS text), CAST(c.column_name AS text), CAST(c.udt_name AS text) \
             FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema \
             AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE' \
             WHERE c.table_schema = current_schema() ORDER BY c.table_name, c.ordinal_position"
        }
    })
    .fetch_all(on)
    .await
}

/// How many rows a table has.
pub async fn count(tx: &mut Tx<'_>, table: &str) -> Result<u64> {
    let (rows,): (i64,) = sql(&format!("SELECT COUNT(*) FROM \"{table}\"")).fetch_one(tx).await?;
    Ok(rows.unsigned_abs())
}
