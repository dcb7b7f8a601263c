//! What can go wrong with a database, in the terms of those who must act on it.

/// A database that refused, or that could not be reached. Texts never carry the connection's address or password.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection, or no answer in time.
    #[error("the database can't be reached: {0}")]
    Unreachable(String),
    /// Every connection was in use for longer than the limit, or another process kept the write lock.
    #[error("the database is busy")]
    Busy(#[source] sqlx::Error),
    /// The database's own disk or quota is full.
    #[error("the database's disk is full")]
    Full(#[source] sqlx::Error),
    /// Another row has the value that must be unique: two callers wanted the same thing at once.
    #[error("another row has the same key")]
    Taken(#[source] sqlx::Error),
    /// The row that this one belongs to is gone: somebody removed it meanwhile.
    #[error("the row that it belongs to is gone")]
    Orphaned(#[source] sqlx::Error),
    /// A row that must be there is not.
    #[error("the row is missing")]
    Missing,
    /// A row does not read as what it should be.
    #[error("a stored value can't be read: {0}")]
    Unreadable(String),
    /// The schema is not the one that this program was built for.
    #[error(transparent)]
    Schema(#[from] super::migrate::Mismatch),
    /// Everything else: the engine's own words.
    #[error("the database refused a statement")]
    Refused(#[source] sqlx::Error),
}

/// The result of asking a database.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The server's own code for why it refused (SQLSTATE; on SQLite the extended result code), where it gave one.
    pub fn code(&self) -> Option<String> {
        match self {
            Self::Refused(cause) | Self::Busy(cause) | Self::Full(cause) | Self::Taken(cause) => {
                cause.as_database_error()?.code().map(Into::into)
            }
            _ => None,
        }
    }

    /// Is it worth trying the same thing again a little later?
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Busy(_) | Self::Full(_))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::Missing,
            sqlx::Error::PoolTimedOut => Self::Busy(error),
            sqlx::Error::Io(cause) => Self::Unreachable(cause.kind().to_string()),
            sqlx::Error::Tls(_) => Self::Unreachable("the encrypted connection failed".into()),
            // A server that ends in the middle of a word.
            sqlx::Error::Protocol(_) => Self::Unreachable("the connection broke off".into()),
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Self::Unreachable("we are shutting down".into()),
            sqlx::Error::ColumnDecode { index, .. } => Self::Unreadable(format!("column {index}")),
            sqlx::Error::Database(cause) => match cause.code().as_deref() {
                // SQLITE_BUSY, SQLITE_LOCKED and their extended forms; PostgreSQL's serialization failure, deadlock.
                Some("5" | "6" | "261" | "262" | "517" | "40001" | "40P01" | "55P03") => Self::Busy(error),
                // SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE, unique_violation.
                Some("1555" | "2067" | "23505") => Self::Taken(error),
                // SQLITE_CONSTRAINT_FOREIGNKEY, foreign_key_violation.
                Some("787" | "23503") => Self::Orphaned(error),
                // SQLITE_FULL, disk_full, out_of_memory.
                Some("13" | "53100" | "53200") => Self::Full(error),
                // The server stops, starts, or has no connection left.
                Some("57P01" | "57P02" | "57P03" | "53300") => Self::Unreachable("the server is not ready".into()),
                // SQLITE_CANTOPEN and its extended forms.
                Some("14" | "270" | "526" | "782" | "1038") => Self::Unreachable("the file can't be opened".into()),
                _ => Self::Refused(error),
            },
            _ => Self::Refused(error),
        }
    }
}
