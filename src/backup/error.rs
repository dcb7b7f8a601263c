//! Why there is no backup, or why one is not what it should be.

use crate::db;
use crate::files;

/// What went wrong with a backup.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file.
    #[error(transparent)]
    Files(#[from] files::Error),
    /// The database.
    #[error("the database failed")]
    Database(#[from] db::Error),
    /// Something on this machine, in the first words.
    #[error("{0}")]
    Machine(String, #[source] std::io::Error),
    /// A program of PostgreSQL that is not there.
    #[error("the program {0} can't be started")]
    NoProgram(String, #[source] std::io::Error),
    /// `pg_dump` refuses servers that are newer than itself.
    #[error("pg_dump is of version {found}, and the server of version {server}: it can't read a newer server")]
    DumpTooOld {
        /// Of the program.
        found: u32,
        /// Of the server.
        server: u32,
    },
    /// A program of PostgreSQL ended with an error: its own words.
    #[error("{program} failed: {words}")]
    Program {
        /// Which.
        program: &'static str,
        /// The last it said.
        words: String,
    },
    /// There is no backup of that name.
    #[error("there is no backup {0}")]
    NoSuchBackup(String),
    /// No manifest, or one that can't be read.
    #[error("the backup {0} is not whole: {1}")]
    NotWhole(String, String),
    /// It was made by a newer program.
    #[error("it was made by a newer Brainly ({0}), whose backups this one can't read")]
    Newer(String),
    /// It is of the other engine.
    #[error("it is of {found}, and the database is of {wanted}")]
    OtherEngine {
        /// The backup's.
        found: String,
        /// The database's.
        wanted: String,
    },
    /// Its bytes are not those that were written.
    #[error("the file {name} is damaged: {why}")]
    Damaged {
        /// Which.
        name: String,
        /// How it shows.
        why: String,
    },
    /// It is encrypted, and there is nothing here to open it with.
    #[error("{name} is encrypted {with}, and {lacking}")]
    Locked {
        /// Which.
        name: String,
        /// What with, in words.
        with: String,
        /// What is not there.
        lacking: &'static str,
    },
    /// It is encrypted with something else than what is here.
    #[error("{name} can't be opened: it is encrypted {with}, and {lacking}")]
    OtherKey {
        /// Which.
        name: String,
        /// What with, in words.
        with: String,
        /// What is wrong.
        lacking: &'static str,
    },
    /// The database has something in it.
    #[error("the database is not empty: {0}")]
    NotEmpty(String),
    /// What was restored is not what was backed up.
    #[error("what was restored differs from what was backed up: {0}")]
    Different(String),
}

/// The result of a step.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An I/O error with what it happened at.
    pub(crate) fn machine(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |cause| Self::Machine(what, cause)
    }
}
