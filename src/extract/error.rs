//! Why a link was not read: for the queue, for the ledger and for the person who saved it.

use std::time::Duration;

use super::ParseError;
use crate::fetch::{self, Retry};

/// Why nothing could be made of a link.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It could not be fetched.
    #[error(transparent)]
    Fetch(#[from] fetch::Error),
    /// What came could not be read.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// The site says that there is no such thing, or not for everybody: what is not there, as in "This video".
    #[error("{0} is gone, or was never public")]
    Gone(&'static str),
    /// The site says why it shows nothing: a whole sentence for people, without the full stop.
    #[error("{0}")]
    Closed(String),
    /// It can be read only with a key that is not set.
    #[error("{0} is not set")]
    MissingKey(&'static str),
    /// The service wants to be left alone for so long.
    #[error("{service} wants to be left alone for {} s", after.as_secs())]
    Busy {
        /// Its name for people.
        service: &'static str,
        /// For how long.
        after: Duration,
    },
    /// The service answered in a form that is not known: it has changed, or is broken today.
    #[error("{service} answered in an unknown form: {what}")]
    Unexpected {
        /// Its name for people.
        service: &'static str,
        /// What was missing or could not be read; no text of the answer.
        what: String,
    },
    /// The page is as it was when it was last read.
    #[error("the page has not changed")]
    Unchanged,
}

impl Error {
    /// What the link's owner is shown.
    pub fn for_people(&self) -> String {
        match self {
            Self::Fetch(error) => error.for_people(),
            Self::Parse(error) => error.for_people(),
            Self::Gone(what) => format!("{what} is gone, or is not public"),
            Self::Closed(why) => why.clone(),
            Self::MissingKey(setting) => format!("This can be read only when {setting} is set"),
            Self::Busy { service, .. } => format!("{service} answers no more questions for now"),
            Self::Unexpected { service, .. } => format!("{service} answered in a way that Brainly does not understand"),
            Self::Unchanged => "The page has not changed".into(),
        }
    }

    /// Whether somebody of ours should look: a reader that no longer understands its service, or a database that failed.
    pub const fn is_ours(&self) -> bool {
        matches!(self, Self::Unexpected { .. } | Self::Fetch(fetch::Error::Unpaced { .. }))
    }

    /// Whether another try may help, and when.
    pub fn retry(&self) -> Retry {
        match self {
            Self::Fetch(error) => error.retry(),
            Self::Busy { after, .. } => Retry::After(*after),
            // A service that is broken may be mended soon; one that has changed is given up after a few tries.
            Self::Unexpected { .. } => Retry::Later,
            _ => Retry::Never,
        }
    }

    /// Whether nothing here reads such a link, so that the item is skipped and has not failed.
    pub const fn is_skipped(&self) -> bool {
        matches!(self, Self::Parse(ParseError::UnsupportedType(_)) | Self::MissingKey(_))
    }
}
