//! Personal API tokens: long-lived keys that a person makes for a script or an app.
//!
//! The text is shown once; only its SHA-256 is kept. A plain hash suffices, unlike for a password: 256 random bits can't
//! be guessed, and one row is found by one index look-up.
//!
//! Which user a token belongs to, whether it has expired or was revoked, is the database's to say.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

pub use crate::domain::scope::{InvalidScopes, Scope, Scopes};

/// What each token starts with, so that people and secret scanners can tell what it is.
pub const PREFIX: &str = "brainly_";

const RANDOM_BYTES: usize = 32;
/// Base64url digits of [`RANDOM_BYTES`], without padding.
const DIGITS: usize = 43;

/// A token that was just made: the one moment at which its text exists here.
pub struct ApiToken(String);

impl ApiToken {
    /// Makes a new token: [`PREFIX`] and 256 random bits in base64url.
    pub fn generate() -> Self {
        let mut bytes = [0_u8; RANDOM_BYTES];
        rand::fill(&mut bytes);
        Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The text, to be shown to its owner once.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored in its place.
    pub fn hash(&self) -> [u8; 32] {
        hash(&self.0)
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken(…)")
    }
}

/// The SHA-256 of a token's whole text, prefix included: the key of its row.
pub fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Whether a bearer has the shape of a personal token; anything else is tried as a JWT.
pub fn looks_like(text: &str) -> bool {
    text.strip_prefix(PREFIX).is_some_and(|digits| {
        digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_token_looks_like_one_and_differs_from_the_next() {
        let (one, two) = (ApiToken::generate(), ApiToken::generate());
        assert!(looks_like(one.as_str()), "{}", one.as_str());
        assert_ne!(one.as_str(), two.as_str());
        assert_ne!(one.hash(), two.hash());
    }

    #[test]
    fn the_stored_hash_is_the_sha_256_of_the_text() {
        let token = ApiToken::generate();
        assert_eq!(token.hash(), hash(token.as_str()));
        assert_eq!(::hex::encode(hash("brainly_")), "af5fd25853881f1620166cf3626b18a0ff03a0afdd86e42852a5c496d97e36a7");
    }

    #[test]
    fn other_texts_do_not_look_like_a_token() {
        let digits = "a".repeat(DIGITS);
        assert!(looks_like(&format!("brainly_{digits}")));
        let others = [
            String::new(),
            "brainly_".into(),
            digits.clone(),
            format!("Brainly_{digits}"),
            format!("brainly_{digits}a"),
        ];
        for other in
            others.into_iter().chain([format!("brainly_{}.", &digits[1..]), "eyJhbGciOiJIUzI1NiJ9.e30.x".into()])
        {
            assert!(!looks_like(&other), "{other}");
        }
    }

    #[test]
    fn debug_hides_the_text() {
        let token = ApiToken::generate();
        assert!(!format!("{token:?}").contains(&token.as_str()[PREFIX.len()..]));
    }
}
