//! Why an action did not happen.

use std::time::Duration;

use crate::auth::password;
use crate::db;
use crate::domain::ContentId;
use crate::embed;
use crate::store::tags::Tag;

/// The result of an action.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an action did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was asked for can't be: the text says which field and what it must be.
    #[error("{0}")]
    Invalid(String),
    /// Nothing of that kind and id is the caller's.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The item is gone, or never was.
    #[error("there is no item {0}")]
    NoSuchContent(ContentId),
    /// Another account has the name.
    #[error("Username already exists")]
    UsernameTaken,
    /// The user already has a tag of that name: this one.
    #[error("Tag already exists")]
    TagExists(Tag),
    /// New accounts are not wanted.
    #[error("Sign-ups are closed")]
    SignUpsClosed,
    /// Wrong name or wrong password; which of the two is not told.
    #[error("Incorrect credentials")]
    IncorrectCredentials,
    /// A token that does not hold, or no longer.
    #[error("Invalid or expired token")]
    InvalidToken,
    /// A token that holds but may not do this.
    #[error("This token may not do that")]
    Forbidden,
    /// Sign-in with Google is not set up.
    #[error("Google authentication is not configured")]
    GoogleNotConfigured,
    /// Google's credential does not hold.
    #[error("Google authentication failed")]
    GoogleFailed,
    /// Google's credential can't be checked now: its keys can't be had.
    #[error("Google authentication is not available at the moment, please try again")]
    GoogleUnavailable,
    /// Too much of the same at once.
    #[error("The server is busy, please try again")]
    Busy,
    /// The job is being done at this moment.
    #[error("The job is running")]
    JobRuns,
    /// The job is over.
    #[error("The job has ended")]
    JobEnded,
    /// The page's host asked us to come back later.
    #[error("{message}")]
    Throttled {
        /// How long it wants to be left alone.
        after: Duration,
        /// For people.
        message: String,
    },
    /// The link can't or must not be read, however often it is tried; the text is for people.
    #[error("{0}")]
    Refused(String),
    /// The link could not be read this time; the text is for people.
    #[error("{0}")]
    Unreadable(String),
    /// A text could not be embedded this time.
    #[error("the text could not be embedded")]
    Embedding(#[source] embed::Error),
    /// The database.
    #[error("the database failed")]
    Database(#[source] db::Error),
    /// A defect of ours, or of the machine.
    #[error("{0}")]
    Internal(&'static str, #[source] Option<Box<dyn std::error::Error + Send + Sync>>),
}

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        match error {
            // A tag or an account that was removed at the same moment: the next try sees how things stand.
            db::Error::Orphaned(_) => Self::Busy,
            other => Self::Database(other),
        }
    }
}

impl From<password::Error> for Error {
    fn from(error: password::Error) -> Self {
        match error {
            password::Error::Busy => Self::Busy,
            other => Self::Internal("a password could not be hashed", Some(Box::new(other))),
        }
    }
}
