//! Who is asking? Passwords, our own tokens and Google's, made and verified.
//!
//! Pure but for [`PasswordHasher`], which owns a few threads: nothing is stored, fetched or read from a clock here. Callers
//! bring the row, the key set and `now`, and keep the answers apart from one another only in their logs: to a client, a
//! wrong name and a wrong password, or any two bad tokens, look the same. No error and no `Debug` in this room shows a
//! password, a secret or a token.
//!
//! To add a way to sign in: one file that turns a proof into an identity, like [`google`]. To retire a kind of password
//! hash: `password/check.rs`.

pub mod api_token;
pub mod google;
pub mod jwt;
mod jwt_provider;
pub mod password;
pub mod random;

pub use api_token::ApiToken;
pub use password::{Password, PasswordHasher, Verdict};
