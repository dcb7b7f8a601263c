//! What a person calls a personal API token.

use serde::{Deserialize, Deserializer};

/// A token's name: trimmed, 1–100 characters. Two tokens may share one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenName(String);

/// Why a text can't be a [`TokenName`]; the message is for the person who typed it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidTokenName {
    /// Nothing, or more than 100 characters.
    #[error("Name must be between 1 and {} characters", TokenName::MAX)]
    Length,
    /// A NUL, which no database takes.
    #[error("Name must not contain the NUL character")]
    Nul,
}

impl TokenName {
    /// Most characters.
    pub const MAX: usize = 100;

    /// Trims `text` and checks what remains.
    ///
    /// # Errors
    /// [`InvalidTokenName`].
    pub fn parse(text: &str) -> Result<Self, InvalidTokenName> {
        let text = text.trim();
        match text.chars().count() {
            1..=Self::MAX if text.contains('\0') => Err(InvalidTokenName::Nul),
            1..=Self::MAX => Ok(Self(text.to_owned())),
            _ => Err(InvalidTokenName::Length),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for TokenName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}
