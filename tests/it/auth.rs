//! What `brainly::auth` promises, seen from outside.

#![expect(clippy::unwrap_used, reason = "a broken fixture should fail the test")]

mod google;
mod jwt;
mod password;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use brainly::domain::Timestamp;
use serde_json::Value;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token of any header and claims, with whatever signature `sign` makes of the first two parts.
fn token(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let signed = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
    let signature = base64url(sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// The claims of a token, unverified.
fn claims_of(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}
