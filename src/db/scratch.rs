//! Whole databases on a PostgreSQL server: made for one purpose, and removed after it.

use sqlx::AssertSqlSafe;

use super::{Db, Error, Result};

impl Db {
    /// Makes an empty database beside this one.
    ///
    /// # Errors
    /// [`Error::Refused`] when `name` is not made of lower-case letters, digits and `_`, when this is SQLite or when the role
    /// may not.
    pub async fn create_database(&self, name: &str) -> Result<()> {
        self.about_database("CREATE DATABASE", name, "").await
    }

    /// Removes a database beside this one, whoever is connected to it.
    ///
    /// # Errors
    /// As [`Db::create_database`].
    pub async fn drop_database(&self, name: &str) -> Result<()> {
        self.about_database("DROP DATABASE", name, " WITH (FORCE)").await
    }

    /// These statements take no parameters and run in no transaction.
    async fn about_database(&self, verb: &str, name: &str, how: &str) -> Result<()> {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let Self::Postgres(pool) = self else {
            return Err(Error::Refused(sqlx::Error::Configuration("SQLite has one database a file".into())));
        };
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(Error::Refused(sqlx::Error::Configuration(
                "a database's name is made of lower-case letters, digits and _".into(),
            )));
        }
        sqlx::raw_sql(AssertSqlSafe(format!("{verb} {name}{how}"))).execute(pool).await?;
        Ok(())
    }
}
