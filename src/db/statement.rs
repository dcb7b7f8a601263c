//! A statement: its text, its values, and the engine that it meets when it runs.

use std::fmt::Write as _;
use std::time::Instant;

use metrics::Histogram;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow, PgPool, Postgres, Sqlite, SqlitePool};
use tokio_util::sync::CancellationToken;

use super::reach::unless;
use super::{Db, Engine, Error, Result, Tx, Value, value, watch};
use crate::domain::metric::{self, Held};
use crate::domain::trace::Leaf;

/// What a row can be read into; `#[derive(sqlx::FromRow)]` serves both engines.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// Where a statement can read: the database, or a transaction.
#[derive(Debug)]
pub enum On<'a, 'c> {
    /// SQLite's readers.
    Sqlite(SqlitePool, CancellationToken),
    /// PostgreSQL's pool.
    Postgres(PgPool, CancellationToken),
    /// Inside a transaction of SQLite.
    SqliteTx(&'a mut sqlx::Transaction<'c, Sqlite>, CancellationToken),
    /// Inside a transaction of PostgreSQL.
    PostgresTx(&'a mut sqlx::Transaction<'c, Postgres>, CancellationToken),
}

impl<'a> From<&'a Db> for On<'a, 'static> {
    fn from(db: &'a Db) -> Self {
        match db {
            Db::Sqlite { read, .. } => {
                let (read, given_up) = read.now();
                On::Sqlite(read, given_up)
            }
            Db::Postgres(pool) => {
                let (pool, given_up) = pool.now();
                On::Postgres(pool, given_up)
            }
        }
    }
}

impl<'a, 'c> From<&'a mut Tx<'c>> for On<'a, 'c> {
    fn from(tx: &'a mut Tx<'c>) -> Self {
        match tx {
            Tx::Sqlite(tx, given_up) => On::SqliteTx(tx, given_up.clone()),
            Tx::Postgres(tx, given_up) => On::PostgresTx(tx, given_up.clone()),
        }
    }
}

impl On<'_, '_> {
    /// The engine that will run the statement.
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(..) | Self::SqliteTx(..) => Engine::Sqlite,
            Self::Postgres(..) | Self::PostgresTx(..) => Engine::Postgres,
        }
    }
}

/// SQL with its values, not yet run.
#[derive(Debug)]
#[must_use = "a statement does nothing until it is fetched or executed"]
pub struct Statement {
    text: String,
    values: Vec<Value>,
    /// A text that differs from call to call must not fill the cache of prepared statements.
    kept: bool,
}

/// A statement of `text`, whose `$1`, `$2`, … are bound in order.
pub fn sql(text: &str) -> Statement {
    Statement { text: text.to_owned(), values: Vec::new(), kept: true }
}

/// From so many values on a statement's places lose their names on SQLite.
const MANY: usize = 64;

/// A large statement as SQLite likes it: `?` in place of `$1`, `$2`, …, and the values in the order of their places.
///
/// SQLite looks for a name among all those before it, when it prepares a statement and when a value is bound, so that twice as
/// many cost four times as much; places without a name are counted. A value that stands in two places is given twice.
fn in_order(text: String, values: Vec<Value>) -> (String, Vec<Value>) {
    if values.len() < MANY {
        return (text, values);
    }
    let (mut plain, mut order) = (String::with_capacity(text.len()), Vec::with_capacity(values.len()));
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['$', '\'']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let digits = from[1..].bytes().take_while(u8::is_ascii_digit).count();
        let number = from[1..=digits].parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let place = number.filter(|place| *place < values.len());
        let end = match place {
            Some(place) if from.starts_with('$') => {
                plain.push('?');
                order.push(place);
                1 + digits
            }
            // A text stays as it is, to its end.
            _ if from.starts_with('\'') => from[1..].find('\'').map_or(from.len(), |end| end + 2),
            _ => 1,
        };
        if place.is_none() || from.starts_with('\'') {
            plain.push_str(&from[..end]);
        }
        rest = &from[end..];
    }
    plain.push_str(rest);
    let given = if order.iter().copied().eq(0..values.len()) {
        values
    } else {
        order.into_iter().filter_map(|place| values.get(place).cloned()).collect()
    };
    (plain, given)
}

static WAIT: Held<Histogram> = Held::new(|| metrics::histogram!(metric::DB_WAIT));

/// A connection to read with. How long it was waited for is counted.
async fn connection<D: sqlx::Database>(pool: &sqlx::Pool<D>) -> sqlx::Result<sqlx::pool::PoolConnection<D>> {
    let asked = Instant::now();
    let connection = pool.acquire().await;
    if let Some(wait) = WAIT.get() {
        wait.record(asked.elapsed());
    }
    connection
}

macro_rules! run {
    ($statement:ident, $on:expr, $method:ident) => {{
        match $on {
            On::Sqlite(on, given_up) => {
                let (text, values) = in_order($statement.text, $statement.values);
                let query = sqlx::query_as_with(AssertSqlSafe(text), value::for_sqlite(values)?);
                let run = async { query.persistent($statement.kept).$method(&mut *connection(&on).await?).await };
                unless(&given_up, run).await
            }
            On::SqliteTx(on, given_up) => {
                let (text, values) = in_order($statement.text, $statement.values);
                let query = sqlx::query_as_with(AssertSqlSafe(text), value::for_sqlite(values)?);
                unless(&given_up, query.persistent($statement.kept).$method(&mut **on)).await
            }
            On::Postgres(on, given_up) => {
                let query =
                    sqlx::query_as_with(AssertSqlSafe($statement.text), value::for_postgres($statement.values)?);
                let run = async { query.persistent($statement.kept).$method(&mut *connection(&on).await?).await };
                unless(&given_up, run).await
            }
            On::PostgresTx(on, given_up) => {
                let query =
                    sqlx::query_as_with(AssertSqlSafe($statement.text), value::for_postgres($statement.values)?);
                unless(&given_up, query.persistent($statement.kept).$method(&mut **on)).await
            }
        }
    }};
}

impl Statement {
    /// Binds the next value.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Binds a value and gives the `$n` under which `push` may use it.
    pub fn parameter(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Appends more text: a filter that is only there when it was asked for.
    pub fn push(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Appends `text` with its one `{}` replaced by the place of `value`, which is bound.
    pub fn push_bind(mut self, text: &str, value: impl Into<Value>) -> Self {
        let place = self.parameter(value);
        self.text.push_str(&text.replacen("{}", &place, 1));
        self
    }

    /// Appends another statement, whose values are bound here in their turn; `self` must not have any yet.
    pub fn append(mut self, other: Self) -> Self {
        debug_assert!(self.values.is_empty(), "places would shift");
        self.text.push_str(&other.text);
        self.values = other.values;
        self.kept &= other.kept;
        self
    }

    /// Appends `($n, $n+1, …)` and binds the items; an empty list matches nothing.
    pub fn push_list<V: Into<Value>>(mut self, items: impl IntoIterator<Item = V>) -> Self {
        let first = self.values.len();
        self.text.push('(');
        for item in items {
            if self.values.len() > first {
                self.text.push_str(", ");
            }
            self.values.push(item.into());
            let _ = write!(self.text, "${}", self.values.len());
        }
        if self.values.len() == first {
            self.text.push_str("NULL");
        }
        self.text.push(')');
        self.kept = false;
        self
    }

    /// Appends `($n, …), ($m, …)` for rows of equal width; `rows` must not be empty.
    pub fn push_rows<const N: usize>(mut self, rows: impl IntoIterator<Item = [Value; N]>) -> Self {
        for (at, row) in rows.into_iter().enumerate() {
            if at > 0 {
                self.text.push_str(", ");
            }
            self = self.push_list(row);
        }
        self
    }

    /// Keeps it prepared all the same: for a list whose length is one of a few.
    pub fn keep(mut self) -> Self {
        self.kept = true;
        self
    }

    /// Every row.
    pub async fn fetch_all<'a, 'c: 'a, T: Row>(self, on: impl Into<On<'a, 'c>>) -> Result<Vec<T>> {
        let on = on.into();
        let watched = watch::statement(on.engine(), &self.text);
        let rows: Result<Vec<T>> = run!(self, on, fetch_all);
        ended(watched, rows)
    }

    /// The first row, if there is one.
    pub async fn fetch_optional<'a, 'c: 'a, T: Row>(self, on: impl Into<On<'a, 'c>>) -> Result<Option<T>> {
        let on = on.into();
        let watched = watch::statement(on.engine(), &self.text);
        let row: Result<Option<T>> = run!(self, on, fetch_optional);
        ended(watched, row)
    }

    /// The row that must be there.
    ///
    /// # Errors
    /// [`Error::Missing`] when it is not.
    pub async fn fetch_one<'a, 'c: 'a, T: Row>(self, on: impl Into<On<'a, 'c>>) -> Result<T> {
        self.fetch_optional(on).await?.ok_or(Error::Missing)
    }

    /// Runs it in a transaction and says how many rows it touched.
    pub async fn execute(self, tx: &mut Tx<'_>) -> Result<u64> {
        let watched = watch::statement(tx.engine(), &self.text);
        let done = match tx {
            Tx::Sqlite(tx, given_up) => {
                let (text, values) = in_order(self.text, self.values);
                let query = sqlx::query_with(AssertSqlSafe(text), value::for_sqlite(values)?);
                let done = unless(given_up, query.persistent(self.kept).execute(&mut **tx)).await;
                done.map(|done| done.rows_affected())
            }
            Tx::Postgres(tx, given_up) => {
                let query = sqlx::query_with(AssertSqlSafe(self.text), value::for_postgres(self.values)?);
                let done = unless(given_up, query.persistent(self.kept).execute(&mut **tx)).await;
                done.map(|done| done.rows_affected())
            }
        };
        ended(watched, done)
    }
}

fn ended<T>(watched: Option<Leaf>, outcome: Result<T>) -> Result<T> {
    if let Some(watched) = watched {
        watched.end(outcome.is_err());
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::{MANY, in_order};
    use crate::db::Value;

    #[test]
    fn a_large_statement_loses_the_names_of_its_places_and_gives_values_in_their_order() {
        let values: Vec<Value> = (1..=100).map(|n| Value::Big(Some(n))).collect();

        let (text, given) = in_order("SELECT $2, '$3 it''s', $100, $1 || '$.a', $2, j -> '$', $0, $101".into(), values);

        assert_eq!(text, "SELECT ?, '$3 it''s', ?, ? || '$.a', ?, j -> '$', $0, $101");
        assert_eq!(given, [2, 100, 1, 2].map(|n| Value::Big(Some(n))));
    }

    #[test]
    fn a_small_statement_stays_as_it_is() {
        let values: Vec<Value> = (1..MANY).map(|_| Value::Int(None)).collect();
        assert_eq!(in_order("SELECT $2, $1".into(), values.clone()), ("SELECT $2, $1".to_owned(), values));
    }
}
