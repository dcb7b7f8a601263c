//! What a personal API token may do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One permission. Neither contains the other: a token that can only save is of use, in a browser's button say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Look: every request that changes nothing.
    Read,
    /// Change: save, edit, delete.
    Write,
}

/// A set of permissions, never empty. In JSON a list (`["read","write"]`), as stored text words with a space between.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "Vec<Scope>", into = "Vec<Scope>")]
pub struct Scopes {
    read: bool,
    write: bool,
}

/// Why a list is no [`Scopes`]; the message is for the person who asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidScopes {
    /// A token that may do nothing is of no use.
    #[error("At least one scope is required")]
    Empty,
    /// A word that names no scope.
    #[error("Scopes must be \"read\" or \"write\"")]
    Unknown,
}

impl Scope {
    /// The word for it, in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

impl FromStr for Scope {
    type Err = InvalidScopes;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "read" => Ok(Self::Read),
            "write" => Ok(Self::Write),
            _ => Err(InvalidScopes::Unknown),
        }
    }
}

impl Scopes {
    /// Everything: what a person who signed in has.
    pub const ALL: Self = Self { read: true, write: true };

    /// Whether `scope` is among them.
    pub const fn allows(self, scope: Scope) -> bool {
        match scope {
            Scope::Read => self.read,
            Scope::Write => self.write,
        }
    }

    /// Reads the words of a list; one named twice counts once.
    ///
    /// # Errors
    /// [`InvalidScopes`] for an unknown word or none at all.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidScopes> {
        words.into_iter().map(str::parse).collect::<Result<Vec<Scope>, _>>()?.try_into()
    }
}

impl TryFrom<Vec<Scope>> for Scopes {
    type Error = InvalidScopes;

    fn try_from(list: Vec<Scope>) -> Result<Self, Self::Error> {
        let (read, write) = (list.contains(&Scope::Read), list.contains(&Scope::Write));
        if read || write { Ok(Self { read, write }) } else { Err(InvalidScopes::Empty) }
    }
}

impl From<Scopes> for Vec<Scope> {
    fn from(scopes: Scopes) -> Self {
        [Scope::Read, Scope::Write].into_iter().filter(|scope| scopes.allows(*scope)).collect()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Vec::from(*self).into_iter().map(Scope::as_str).collect::<Vec<_>>().join(" "))
    }
}

impl FromStr for Scopes {
    type Err = InvalidScopes;

    /// Reads what [`fmt::Display`] wrote.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text.split_whitespace())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_becomes_a_set_and_reads_back_the_same() {
        let both: Scopes = serde_json::from_str(r#"["write","read","write"]"#).unwrap();
        assert_eq!(both, Scopes::ALL);
        assert_eq!(serde_json::to_string(&both).unwrap(), r#"["read","write"]"#);
        assert_eq!(both.to_string().parse(), Ok(both));
    }

    #[test]
    fn writing_does_not_imply_reading() {
        let write = Scopes::parse(["write"]).unwrap();
        assert!(write.allows(Scope::Write) && !write.allows(Scope::Read));
        assert_eq!(write.to_string(), "write");
    }

    #[test]
    fn no_scope_and_an_unknown_scope_are_refused() {
        assert_eq!(Scopes::parse([]), Err(InvalidScopes::Empty));
        assert_eq!(Scopes::parse(["read", "admin"]), Err(InvalidScopes::Unknown));
        assert!(serde_json::from_str::<Scopes>("[]").is_err());
        assert!(serde_json::from_str::<Scopes>(r#"["Read"]"#).is_err());
    }
}
