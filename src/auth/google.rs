//! Google's word for who somebody is: an ID token, verified against Google's keys.
//!
//! Pure: the caller fetches the key set, keeps it for [`max_age`], and brings it with `now`. On [`Error::UnknownKey`] it may
//! fetch once more, for Google changes its keys ahead of time; but not for each request, or anybody could make us call.
//!
//! RS256 only, PKCS #1 v1.5 on ring. The checks are those of "Verify the Google ID token on your server side" in Google's
//! documents. Which account an identity belongs to is an action's business: by `subject`, and by e-mail only when
//! [`GoogleIdentity::email_verified`].

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::domain::Timestamp;

mod keys;

pub use keys::{GoogleKeys, max_age};

/// The longest credential that is looked at; Google's have about 1,200 bytes.
pub const MAX_CREDENTIAL_BYTES: usize = 8192;
/// How far Google's clock and ours may differ, in seconds.
const LEEWAY_SECONDS: i64 = 60;
const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];

/// Somebody who has just signed in at Google.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GoogleIdentity {
    /// Google's name for the account; never changes, never re-used.
    pub subject: String,
    /// May change, and may belong to somebody else later.
    pub email: Option<String>,
    /// Whether Google vouches that `email` is theirs. False when there is none.
    pub email_verified: bool,
    /// As shown to people; not unique.
    pub name: Option<String>,
    /// An `https` address of a picture.
    pub picture: Option<String>,
}

/// Why a credential, or a key set, is not accepted. To a client all of the former are one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// The key set is not JSON, is too large or holds no RSA key that can be used.
    #[error("Google's key set can't be used")]
    KeySet,
    /// Longer than [`MAX_CREDENTIAL_BYTES`].
    #[error("the credential is too long")]
    TooLong,
    /// Not a signed token, or a claim is missing or of the wrong type.
    #[error("the credential can't be read")]
    Malformed,
    /// Any algorithm but RS256.
    #[error("the credential names another algorithm")]
    Algorithm,
    /// Its key is not in the set: perhaps the set is old.
    #[error("the credential is signed with a key that is not known")]
    UnknownKey,
    /// Not signed by that key, or changed since.
    #[error("the credential's signature is wrong")]
    Signature,
    /// Made for another application.
    #[error("the credential was made for another application")]
    Audience,
    /// Not issued by Google's accounts.
    #[error("the credential was not issued by Google")]
    Issuer,
    /// Past its `exp`, leeway included.
    #[error("the credential has expired")]
    Expired,
    /// Issued, or good only from, a time that is yet to come.
    #[error("the credential is from the future")]
    NotYet,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    exp: i64,
    nbf: Option<i64>,
    email: Option<String>,
    email_verified: Option<Truth>,
    name: Option<String>,
    picture: Option<String>,
}

/// Google has sent both `true` and `"true"`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Truth {
    Bool(bool),
    Text(String),
}

/// Who `credential` names, when Google made it for `client_id` and it counts at `now`.
///
/// # Errors
/// Every [`Error`] but `KeySet`. Nothing in the claims is believed, nor looked at, before the signature.
pub fn verify(credential: &str, keys: &GoogleKeys, client_id: &str, now: Timestamp) -> Result<GoogleIdentity, Error> {
    if credential.len() > MAX_CREDENTIAL_BYTES {
        return Err(Error::TooLong);
    }
    let (signed, signature) = credential.rsplit_once('.').ok_or(Error::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Error::Malformed)?;

    let header: Header = part(header)?;
    if header.alg != "RS256" {
        return Err(Error::Algorithm);
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Error::Malformed)?;
    keys.verify(&header.kid, signed.as_bytes(), &signature)?;

    let claims: Claims = part(claims)?;
    claims.check(client_id, now.timestamp())?;
    claims.identity()
}

fn part<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| Error::Malformed)
}

impl Claims {
    fn check(&self, client_id: &str, now: i64) -> Result<(), Error> {
        if client_id.is_empty() || self.aud != client_id {
            return Err(Error::Audience);
        }
        if !ISSUERS.contains(&self.iss.as_str()) {
            return Err(Error::Issuer);
        }
        if now >= self.exp.saturating_add(LEEWAY_SECONDS) {
            return Err(Error::Expired);
        }
        if self.iat.max(self.nbf.unwrap_or(i64::MIN)) > now.saturating_add(LEEWAY_SECONDS) {
            return Err(Error::NotYet);
        }
        Ok(())
    }

    fn identity(self) -> Result<GoogleIdentity, Error> {
        let texts = [Some(&self.sub), self.email.as_ref(), self.name.as_ref(), self.picture.as_ref()];
        // 255 is what Google promises for `sub`; a NUL no database takes.
        if self.sub.is_empty() || self.sub.len() > 255 || texts.into_iter().flatten().any(|text| text.contains('\0')) {
            return Err(Error::Malformed);
        }
        let vouched = match self.email_verified {
            Some(Truth::Bool(yes)) => yes,
            Some(Truth::Text(text)) => text == "true",
            None => false,
        };
        let email = self.email.filter(|email| !email.is_empty());
        Ok(GoogleIdentity {
            subject: self.sub,
            email_verified: vouched && email.is_some(),
            email,
            name: self.name.filter(|name| !name.is_empty()),
            picture: self.picture.filter(|picture| picture.starts_with("https://")),
        })
    }
}
