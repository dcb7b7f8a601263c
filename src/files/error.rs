//! What can go wrong with a file.

use std::io;

/// A file that could not be written, read or removed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none of that key.
    #[error("there is no file {0}")]
    Missing(String),
    /// A key that would lead elsewhere.
    #[error("{0:?} is no name for a file here")]
    BadKey(String),
    /// More bytes than such a file may have.
    #[error("the file {0} is too long")]
    TooLong(String),
    /// No room is left.
    #[error("there is no room for {0}")]
    Full(String),
    /// We may not.
    #[error("{0} may not be used by this user")]
    Denied(String),
    /// There is no such bucket.
    #[error("there is no bucket {0}")]
    NoSuchBucket(String),
    /// The service does not answer: its address, and why.
    #[error("{0} can't be reached: {1}")]
    Unreachable(String, String),
    /// The service refused: its address, and its own words.
    #[error("{0} refused: {1}")]
    Refused(String, String),
    /// Everything else.
    #[error("the file {0} can't be used")]
    Broken(String, #[source] io::Error),
}

/// The result of using a file.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// What an I/O error on `name` means.
    pub(super) fn broken(name: &str, cause: io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::NotFound => Self::Missing(name.to_owned()),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full(name.to_owned()),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::Denied(name.to_owned()),
            _ => Self::Broken(name.to_owned(), cause),
        }
    }
}
