//! Everything that is wrong with a configuration, in an operator's words.

use std::fmt;

/// One thing that can't work, and the mend. Never carries a secret's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The variable, such as `PORT`; or `.env` when the file itself can't be read.
    pub name: String,
    /// What is wrong and what to do about it.
    pub message: String,
}

/// All problems of a configuration; as an error it is never empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// The problems in the order in which the settings are documented.
    pub fn as_slice(&self) -> &[Problem] {
        &self.0
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn push(&mut self, name: impl Into<String>, message: impl Into<String>) {
        self.0.push(Problem { name: name.into(), message: message.into() });
    }

    pub(super) fn names(&self, name: &str) -> bool {
        self.0.iter().any(|problem| problem.name == name)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration can't work:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {}: {}", problem.name, problem.message))
    }
}
