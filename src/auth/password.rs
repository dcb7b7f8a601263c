//! Passwords: what may become one, and the slow hash that stands for it in the database.
//!
//! [`PasswordHasher`] is what others use; `check` holds the schemes that it reads, and what each verdict costs.

use std::fmt;

use serde::{Deserialize, Deserializer};

mod check;
mod hasher;

pub use check::Verdict;
pub use hasher::{Error, PasswordHasher, default_concurrency};

/// A password that may be set: 8–128 characters, all of which count. Its `Debug` does not show it.
///
/// Signing in does not go through it: an adopted account's password may be shorter or longer than today's rules allow.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a text can't be a [`Password`]; the message is for the person who typed it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidPassword {
    /// Fewer than 8 characters.
    #[error("Password must be at least 8 characters")]
    TooShort,
    /// More than 128 characters.
    #[error("Password must be at most 128 characters")]
    TooLong,
    /// A NUL, which no keyboard sends and old hashes end at.
    #[error("Password must not contain a NUL character")]
    Nul,
}

impl Password {
    /// Fewest characters (Unicode scalar values, not bytes).
    pub const MIN: usize = 8;
    /// Most characters.
    pub const MAX: usize = 128;

    /// Checks `text` as it stands: nothing is trimmed, folded or cut.
    ///
    /// # Errors
    /// [`InvalidPassword`].
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidPassword> {
        let text = text.into();
        match text.chars().count() {
            ..Self::MIN => Err(InvalidPassword::TooShort),
            count if count > Self::MAX => Err(InvalidPassword::TooLong),
            _ if text.contains('\0') => Err(InvalidPassword::Nul),
            _ => Ok(Self(text)),
        }
    }

    /// The password itself, for [`PasswordHasher`] only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(Password::parse("ä".repeat(8)).is_ok());
        assert!(Password::parse("🔑".repeat(128)).is_ok());
        assert_eq!(Password::parse("🔑".repeat(7)), Err(InvalidPassword::TooShort));
        assert_eq!(Password::parse("x".repeat(129)), Err(InvalidPassword::TooLong));
    }

    #[test]
    fn a_password_is_kept_as_typed_and_a_nul_is_refused() {
        assert_eq!(Password::parse("  a b c  ").unwrap().expose(), "  a b c  ");
        assert_eq!(Password::parse("abcd\0efgh"), Err(InvalidPassword::Nul));
    }

    #[test]
    fn debug_hides_it() {
        assert_eq!(format!("{:?}", Password::parse("correct horse").unwrap()), "Password(…)");
    }
}
