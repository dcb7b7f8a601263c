//! Google's public keys, as its JSON Web Key Set (RFC 7517) gives them, and how long to keep them.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;

use super::Error;

/// Google's set has about 1 KiB and two keys.
const MAX_SET_BYTES: usize = 64 * 1024;
const MAX_KEYS: usize = 32;
/// What ring verifies: 2048 to 8192 bits.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;

const DEFAULT_AGE: Duration = Duration::from_hours(1);
const SHORTEST_AGE: Duration = Duration::from_mins(5);
const LONGEST_AGE: Duration = Duration::from_hours(24);

/// The keys that may have signed a credential, by `kid`.
#[derive(Clone)]
pub struct GoogleKeys(HashMap<String, RsaPublicKeyComponents<Vec<u8>>>);

#[derive(Deserialize)]
struct Set {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl GoogleKeys {
    /// Reads a key set; keys of other kinds are passed over.
    ///
    /// # Errors
    /// [`Error::KeySet`].
    pub fn from_jwks(json: &[u8]) -> Result<Self, Error> {
        if json.len() > MAX_SET_BYTES {
            return Err(Error::KeySet);
        }
        let set: Set = serde_json::from_slice(json).map_err(|_| Error::KeySet)?;
        let keys: HashMap<_, _> = set.keys.into_iter().take(MAX_KEYS).filter_map(Key::usable).collect();
        if keys.is_empty() { Err(Error::KeySet) } else { Ok(Self(keys)) }
    }

    /// Checks the signature that the key `kid` has put on `message`.
    pub(super) fn verify(&self, kid: &str, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        let key = self.0.get(kid).ok_or(Error::UnknownKey)?;
        key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).map_err(|_| Error::Signature)
    }
}

impl fmt::Debug for GoogleKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Key {
    fn usable(self) -> Option<(String, RsaPublicKeyComponents<Vec<u8>>)> {
        let is = |claim: Option<String>, wanted: &str| claim.is_none_or(|claim| claim == wanted);
        if self.kty != "RSA" || !is(self.alg, "RS256") || !is(self.purpose, "sig") {
            return None;
        }
        let kid = self.kid.filter(|kid| !kid.is_empty())?;
        let (n, e) = (integer(&self.n?)?, integer(&self.e?)?);
        MODULUS_BYTES.contains(&n.len()).then_some((kid, RsaPublicKeyComponents { n, e }))
    }
}

/// A big-endian number; ring wants no leading zeros, which some write to keep the sign.
fn integer(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    Some(bytes[zeros..].to_vec())
}

/// How long a key set may be kept, from the `Cache-Control` that came with it: 5 minutes to a day, an hour when it says
/// nothing.
pub fn max_age(cache_control: Option<&str>) -> Duration {
    let mut age = DEFAULT_AGE;
    for directive in cache_control.unwrap_or_default().split(',') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => return SHORTEST_AGE,
            "max-age" => {
                if let Ok(seconds) = value.trim().trim_matches('"').parse() {
                    age = Duration::from_secs(seconds);
                }
            }
            _ => {}
        }
    }
    age.clamp(SHORTEST_AGE, LONGEST_AGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_kept_as_long_as_google_says_within_reason() {
        let seconds = |text| max_age(Some(text)).as_secs();
        assert_eq!(seconds("public, max-age=19683, must-revalidate, no-transform"), 19683);
        assert_eq!(seconds("Max-Age = \"7200\""), 7200);
        assert_eq!(seconds("max-age=0"), 300);
        assert_eq!(seconds("max-age=99999999"), 86_400);
        assert_eq!(seconds("max-age=19683, no-store"), 300);
        assert_eq!(seconds("max-age=soon"), 3600);
        assert_eq!(seconds("s-maxage=60"), 3600);
        assert_eq!(max_age(None).as_secs(), 3600);
    }

    #[test]
    fn a_set_without_a_usable_key_is_refused() {
        let small = URL_SAFE_NO_PAD.encode([0xff; 128]);
        let big = URL_SAFE_NO_PAD.encode([0xff; 256]);
        let key = |kty: &str, alg: &str, n: &str| {
            format!(r#"{{"keys":[{{"kty":"{kty}","alg":"{alg}","kid":"a","use":"sig","n":"{n}","e":"AQAB"}}]}}"#)
        };
        let refused = [
            String::new(),
            "[]".into(),
            r#"{"keys":[]}"#.into(),
            key("EC", "ES256", &big),
            key("RSA", "RS512", &big),
            key("RSA", "RS256", &small),
            key("RSA", "RS256", "not base64!"),
            key("RSA", "RS256", &big) + &" ".repeat(MAX_SET_BYTES),
        ];
        for set in refused {
            assert_eq!(GoogleKeys::from_jwks(set.as_bytes()).err(), Some(Error::KeySet), "{set:.90}");
        }
        assert!(GoogleKeys::from_jwks(key("RSA", "RS256", &big).as_bytes()).is_ok());
    }

    #[test]
    fn a_leading_zero_of_a_number_is_dropped() {
        assert_eq!(integer("AAEAAQ"), Some(vec![1, 0, 1]));
    }
}
