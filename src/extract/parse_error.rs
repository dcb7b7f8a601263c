//! Why nothing could be made of bytes.

/// What is wrong with what came. Trying again changes none of it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ParseError {
    /// A video, a recording, an archive, …: in a person's words, with an article.
    #[error("{0} can't be read")]
    UnsupportedType(String),
    /// The answer is empty, or holds nothing for a reader.
    #[error("nothing readable in the answer")]
    Unreadable,
}

impl ParseError {
    /// What the link's owner is shown.
    pub fn for_people(&self) -> String {
        match self {
            Self::UnsupportedType(kind) => format!("This link leads to {kind}, which can't be read"),
            Self::Unreadable => "There is nothing to read at this link".into(),
        }
    }
}
