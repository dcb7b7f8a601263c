//! Why nothing could be made of bytes.

use serde::{Deserialize, Serialize};

/// What is wrong with what came. Trying again changes none of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
pub enum ParseError {
    /// A video, a recording, an archive, …: in a person's words, with an article.
    #[error("{0} can't be read")]
    UnsupportedType(String),
    /// The answer is empty, or holds nothing for a reader.
    #[error("nothing readable in the answer")]
    Unreadable,
    /// Reading it took more time or memory than it may.
    #[error("reading the answer takes more time or memory than it may")]
    TooCostly,
    /// It can be read only in a process of its own, and none can be had.
    #[error("no process can be had to read the answer in")]
    Uncontained,
}

impl ParseError {
    /// What the link's owner is shown.
    pub fn for_people(&self) -> String {
        match self {
            Self::UnsupportedType(kind) => format!("This link leads to {kind}, which can't be read"),
            Self::Unreadable => "There is nothing to read at this link".into(),
            Self::TooCostly => "What is at this link is too large or too complex to be read".into(),
            Self::Uncontained => "This server can't read documents".into(),
        }
    }
}
