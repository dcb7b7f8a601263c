//! Session tokens: what a sign-in hands out and every later request brings back.
//!
//! HS256 and nothing else, with the claims `id`, `iat` and `exp` (seconds) that the old server's tokens have too, so those
//! stay valid when the secret stays the same. Time comes from the caller, never from the system.
//!
//! *Revoking.* A user's row holds `tokens_valid_after`; [`Claims::revoked_by`] compares it with the time of issue. Whole
//! seconds can't tell a token made just before a revoke from one made just after, so ours carry `iatMs` beside `iat`. What
//! remains, the same millisecond, [`Keys::issue`] and [`revocation_at`] settle by never using a millisecond for both.
//!
//! Personal API tokens are [`crate::auth::api_token`]'s business.

use std::fmt;
use std::time::Duration;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::jwt_provider;
use crate::domain::{Timestamp, UserId};

/// The fewest bytes of a secret that signs.
pub const MIN_SECRET_BYTES: usize = 32;
/// The longest token that is looked at; ours have about 250 bytes.
pub const MAX_TOKEN_BYTES: usize = 4096;
/// A lifetime beyond this is cut to it, to keep `exp` a date.
const MAX_TTL_SECONDS: u64 = 100 * 366 * 24 * 60 * 60;
const MILLISECOND: chrono::TimeDelta = chrono::TimeDelta::milliseconds(1);

/// The secrets that sign and verify, and how long a token lives.
#[derive(Clone)]
pub struct Keys {
    signing: EncodingKey,
    /// The current secret, then the one that is being rotated out.
    verifying: Vec<DecodingKey>,
    ttl_seconds: i64,
    validation: Validation,
}

/// Whom a token names. That the user still exists and may act is the database's to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claims {
    /// The user who signed in.
    pub user: UserId,
    /// When: to the millisecond for our tokens, cut to the second for the old server's.
    pub issued_at: Timestamp,
    /// The first instant at which the token no longer counts.
    pub expires_at: Timestamp,
}

/// Why a token or a secret is not accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// The signing secret is shorter than [`MIN_SECRET_BYTES`].
    #[error("the secret that signs tokens must have at least {MIN_SECRET_BYTES} bytes")]
    WeakSecret,
    /// Longer than [`MAX_TOKEN_BYTES`].
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64url, not JSON, a claim missing or of the wrong type, or not a `typ` of ours.
    #[error("the token can't be read")]
    Malformed,
    /// Any algorithm but HS256.
    #[error("the token names another algorithm")]
    Algorithm,
    /// Signed with none of our secrets, or changed since.
    #[error("the token's signature is wrong")]
    Signature,
    /// Past its `exp`.
    #[error("the token has expired")]
    Expired,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    id: UserId,
    iat: i64,
    exp: i64,
    #[serde(rename = "iatMs", default, skip_serializing_if = "Option::is_none")]
    iat_ms: Option<i64>,
}

impl Keys {
    /// Signs with `current` and verifies with both; `ttl` counts in whole seconds. An empty `previous` is none.
    ///
    /// # Errors
    /// [`Error::WeakSecret`] when `current` is too short. A short `previous` passes: it is on its way out.
    pub fn new(current: &[u8], previous: Option<&[u8]>, ttl: Duration) -> Result<Self, Error> {
        if current.len() < MIN_SECRET_BYTES {
            return Err(Error::WeakSecret);
        }
        jwt_provider::install();
        let mut validation = Validation::new(Algorithm::HS256);
        // The crate would ask the system's clock; `verify` checks `exp` by the given one.
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let secrets = [Some(current), previous.filter(|secret| !secret.is_empty())];
        Ok(Self {
            signing: EncodingKey::from_secret(current),
            verifying: secrets.into_iter().flatten().map(DecodingKey::from_secret).collect(),
            ttl_seconds: i64::try_from(ttl.as_secs().min(MAX_TTL_SECONDS)).unwrap_or(i64::MAX),
            validation,
        })
    }

    /// A token for `user`, who has just proved who they are; `valid_after` is their row's `tokens_valid_after`.
    ///
    /// A sign-in within the very millisecond of a revoke (or before it, when the clock was set back) counts as a
    /// millisecond after it, so that it is not born revoked.
    pub fn issue(&self, user: UserId, now: Timestamp, valid_after: Option<Timestamp>) -> String {
        let issued_at = valid_after.map_or(now, |revoked| now.max(revoked + MILLISECOND));
        let iat = issued_at.timestamp();
        let payload =
            Payload { id: user, iat, exp: iat + self.ttl_seconds, iat_ms: Some(issued_at.timestamp_millis()) };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &payload, &self.signing)
            .expect("an id and three numbers are JSON, and the provider signs HS256")
    }

    /// Whom `token` names at `now`. Ask [`Claims::revoked_by`] next.
    ///
    /// # Errors
    /// Every [`Error`] but `WeakSecret`; to a client they are one and the same.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, Error> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Error::TooLong);
        }
        let payload = self.open(token)?;
        let issued_ms = payload.iat_ms.or_else(|| payload.iat.checked_mul(1000)).ok_or(Error::Malformed)?;
        let issued_at = Timestamp::from_timestamp_millis(issued_ms).ok_or(Error::Malformed)?;
        let expires_at = Timestamp::from_timestamp(payload.exp, 0).ok_or(Error::Malformed)?;
        if now >= expires_at {
            return Err(Error::Expired);
        }
        Ok(Claims { user: payload.id, issued_at, expires_at })
    }

    fn open(&self, token: &str) -> Result<Payload, Error> {
        for key in &self.verifying {
            match jsonwebtoken::decode::<Payload>(token, key, &self.validation) {
                Ok(data) if data.header.typ.as_deref().is_none_or(|typ| typ.eq_ignore_ascii_case("JWT")) => {
                    return Ok(data.claims);
                }
                Ok(_) => return Err(Error::Malformed),
                Err(error) => match error.kind() {
                    ErrorKind::InvalidSignature => {} // perhaps the other secret's
                    ErrorKind::InvalidAlgorithm => return Err(Error::Algorithm),
                    _ => return Err(Error::Malformed),
                },
            }
        }
        Err(Error::Signature)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (secrets, ttl) = (self.verifying.len(), self.ttl_seconds);
        f.debug_struct("Keys").field("secrets", &secrets).field("ttl_seconds", &ttl).finish_non_exhaustive()
    }
}

impl Claims {
    /// Whether the user has ended, by a revoke or a new password, all tokens up to one made when this was.
    ///
    /// An old server's token of the same second as the revoke counts as older, which is the safe side.
    pub fn revoked_by(&self, valid_after: Option<Timestamp>) -> bool {
        valid_after.is_some_and(|revoked| self.issued_at <= revoked)
    }
}

/// The `tokens_valid_after` that ends every token issued so far; `previous` is the row's present one.
///
/// Later than `previous` by a millisecond at least, for a token issued since then may be dated that late.
pub fn revocation_at(now: Timestamp, previous: Option<Timestamp>) -> Timestamp {
    previous.map_or(now, |revoked| now.max(revoked + MILLISECOND))
}
