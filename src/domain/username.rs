//! The name under which a local account signs in.

use std::fmt;

use serde::{Deserialize, Deserializer};

/// A name that a new account may take: 3–30 of `[A-Za-z0-9_]`, shown as it was typed, unique by [`Username::folded`].
///
/// Adopted accounts may carry names that break these rules; look those up by [`fold`] and never refuse a sign-in because
/// its name does not parse.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Username(String);

/// Why a text can't be a [`Username`]; the message is for the person who typed it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidUsername {
    /// Fewer than 3 or more than 30 characters.
    #[error("Username must be between 3 and 30 characters")]
    Length,
    /// Something other than ASCII letters, digits and underscores.
    #[error("Username can only contain letters, numbers and underscores")]
    Characters,
}

impl Username {
    /// Fewest characters.
    pub const MIN: usize = 3;
    /// Most characters.
    pub const MAX: usize = 30;

    /// Checks `text` as it stands; nothing is trimmed.
    ///
    /// # Errors
    /// [`InvalidUsername`], the length before the characters.
    pub fn parse(text: &str) -> Result<Self, InvalidUsername> {
        if !(Self::MIN..=Self::MAX).contains(&text.chars().count()) {
            return Err(InvalidUsername::Length);
        }
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(InvalidUsername::Characters);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as its owner wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key under which the name is unique: `Ada` and `ada` are one.
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
}

impl<'de> Deserialize<'de> for Username {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The key under which any name is looked up, whether or not it would be allowed today.
pub fn fold(name: &str) -> String {
    name.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_to_thirty_letters_digits_and_underscores_make_a_name() {
        for name in ["ada", "Ada_99", "___", &"x".repeat(30)] {
            assert_eq!(Username::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_name_of_another_length_is_refused() {
        for name in ["", "ab", &"x".repeat(31), "éé"] {
            assert_eq!(Username::parse(name), Err(InvalidUsername::Length), "{name}");
        }
    }

    #[test]
    fn spaces_signs_nul_and_letters_beyond_ascii_are_refused() {
        for name in [" ada", "ada ", "a-da", "a.da", "ada\0", "adä", "аdа", "a\nda"] {
            assert_eq!(Username::parse(name), Err(InvalidUsername::Characters), "{name:?}");
        }
    }

    #[test]
    fn names_that_differ_only_in_case_share_a_key() {
        assert_eq!(Username::parse("Ada_L").unwrap().folded(), "ada_l");
        assert_eq!(fold("Ärger-Mann"), "ärger-mann");
    }
}
