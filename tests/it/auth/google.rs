//! Google's ID tokens, signed here with a key made for these tests alone.

use std::sync::LazyLock;

use brainly::auth::google::{Error, GoogleIdentity, GoogleKeys, MAX_CREDENTIAL_BYTES, verify};
use brainly::domain::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding, RsaKeyPair, RsaPublicKeyComponents};
use serde_json::{Value, json};

use super::{at, base64url, token};

const CLIENT: &str = "1234-brainly.apps.googleusercontent.com";

/// `openssl genrsa 2048`, as PKCS #8; it has never protected anything.
static PAIR: LazyLock<RsaKeyPair> =
    LazyLock::new(|| RsaKeyPair::from_pkcs8(include_bytes!("../../fixtures/google-test-key.der")).unwrap());

fn now() -> Timestamp {
    at("2026-11-23T12:00:00Z")
}

fn key_set(kid: &str) -> GoogleKeys {
    let public = RsaPublicKeyComponents::<Vec<u8>>::from(PAIR.public());
    let (n, e) = (base64url(public.n), base64url(public.e));
    let set = json!({ "keys": [
        { "kty": "EC", "crv": "P-256", "kid": "curve", "x": "AA", "y": "AA" },
        { "kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, "n": n, "e": e },
    ] });
    GoogleKeys::from_jwks(set.to_string().as_bytes()).unwrap()
}

fn rsa(encoding: &'static dyn RsaEncoding) -> impl FnOnce(&[u8]) -> Vec<u8> {
    move |message| {
        let mut signature = vec![0; PAIR.public().modulus_len()];
        PAIR.sign(encoding, &SystemRandom::new(), message, &mut signature).unwrap();
        signature
    }
}

/// The claims that Google would send, with some replaced (or removed, by `null`).
fn claims(changes: Value) -> Value {
    let mut claims = json!({
        "iss": "https://accounts.google.com", "azp": CLIENT, "aud": CLIENT, "sub": "110169484474386276334",
        "email": "ada@example.org", "email_verified": true, "name": "Ada L.", "given_name": "Ada",
        "picture": "https://lh3.example.org/ada", "nbf": now().timestamp() - 300,
        "iat": now().timestamp() - 10, "exp": now().timestamp() + 3590, "jti": "abc",
    });
    let Value::Object(changes) = changes else { panic!("an object") };
    for (name, value) in changes {
        claims[name] = value;
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

fn check(changes: Value) -> Result<GoogleIdentity, Error> {
    let header = json!({ "alg": "RS256", "kid": "one", "typ": "JWT" });
    verify(&token(&header, &claims(changes), rsa(&RSA_PKCS1_SHA256)), &key_set("one"), CLIENT, now())
}

#[test]
fn a_credential_of_googles_tells_who_signed_in() {
    let ada = GoogleIdentity {
        subject: "110169484474386276334".into(),
        email: Some("ada@example.org".into()),
        email_verified: true,
        name: Some("Ada L.".into()),
        picture: Some("https://lh3.example.org/ada".into()),
    };
    assert_eq!(check(json!({})), Ok(ada.clone()));
    assert_eq!(check(json!({ "iss": "accounts.google.com", "nbf": null, "email_verified": "true" })), Ok(ada));
}

#[test]
fn an_email_counts_as_verified_only_when_google_says_so() {
    for unsure in [Value::Null, json!(false), json!("false"), json!("yes"), json!("")] {
        let who = check(json!({ "email_verified": unsure })).unwrap();
        assert!(!who.email_verified && who.email.is_some(), "{unsure}");
    }
    for absent in [Value::Null, json!("")] {
        let who = check(json!({ "email": absent })).unwrap();
        assert!(!who.email_verified && who.email.is_none());
    }
}

#[test]
fn a_picture_is_kept_only_from_https() {
    for address in ["http://example.org/a", "javascript:alert(1)", "data:image/png,", ""] {
        assert_eq!(check(json!({ "picture": address })).unwrap().picture, None, "{address}");
    }
}

#[test]
fn a_credential_for_another_application_is_refused() {
    for other in [json!("9999.apps.googleusercontent.com"), json!(""), json!(format!("{CLIENT} "))] {
        assert_eq!(check(json!({ "aud": other })), Err(Error::Audience));
    }
    assert_eq!(check(json!({ "aud": null })), Err(Error::Malformed));
    let header = json!({ "alg": "RS256", "kid": "one" });
    let empty = token(&header, &claims(json!({ "aud": "" })), rsa(&RSA_PKCS1_SHA256));
    assert_eq!(verify(&empty, &key_set("one"), "", now()), Err(Error::Audience));
}

#[test]
fn another_issuer_is_refused() {
    for other in
        ["https://accounts.google.com.example.org", "http://accounts.google.com", "https://accounts.google.com/"]
    {
        assert_eq!(check(json!({ "iss": other })), Err(Error::Issuer), "{other}");
    }
}

#[test]
fn time_is_checked_with_a_minute_of_leeway() {
    let seconds = |claim: &str, from_now: i64| check(json!({ claim: now().timestamp() + from_now })).err();
    assert_eq!(seconds("exp", -59), None);
    assert_eq!(seconds("exp", -60), Some(Error::Expired));
    for claim in ["iat", "nbf"] {
        assert_eq!(seconds(claim, 60), None);
        assert_eq!(seconds(claim, 61), Some(Error::NotYet));
    }
    assert_eq!(check(json!({ "exp": null })), Err(Error::Malformed));
    assert_eq!(check(json!({ "iat": null })), Err(Error::Malformed));
    assert!(check(json!({ "exp": i64::MAX })).is_ok());
}

#[test]
fn a_key_that_is_not_in_the_set_is_told_apart_so_that_it_can_be_fetched() {
    let signed = |header: Value| {
        verify(&token(&header, &claims(json!({})), rsa(&RSA_PKCS1_SHA256)), &key_set("two"), CLIENT, now())
    };
    assert_eq!(signed(json!({ "alg": "RS256", "kid": "one" })), Err(Error::UnknownKey));
    assert_eq!(signed(json!({ "alg": "RS256", "kid": "curve" })), Err(Error::UnknownKey));
    assert_eq!(signed(json!({ "alg": "RS256" })), Err(Error::UnknownKey));
    assert!(signed(json!({ "alg": "RS256", "kid": "two" })).is_ok());
}

#[test]
fn another_algorithm_is_refused_whatever_its_signature() {
    let public = RsaPublicKeyComponents::<Vec<u8>>::from(PAIR.public());
    let hmac = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &public.n);
    for alg in ["none", "HS256", "RS512", "PS256", "ES256", "rs256", ""] {
        let header = json!({ "alg": alg, "kid": "one" });
        let forged = token(&header, &claims(json!({})), |message| ring::hmac::sign(&hmac, message).as_ref().to_vec());
        assert_eq!(verify(&forged, &key_set("one"), CLIENT, now()), Err(Error::Algorithm), "{alg}");
    }
    let header = json!({ "alg": "RS256", "kid": "one" });
    let longer_hash = token(&header, &claims(json!({})), rsa(&RSA_PKCS1_SHA512));
    assert_eq!(verify(&longer_hash, &key_set("one"), CLIENT, now()), Err(Error::Signature));
    let unsigned = token(&header, &claims(json!({})), |_| Vec::new());
    assert_eq!(verify(&unsigned, &key_set("one"), CLIENT, now()), Err(Error::Signature));
}

#[test]
fn a_credential_that_was_changed_or_cut_is_refused() {
    let header = json!({ "alg": "RS256", "kid": "one" });
    let honest = token(&header, &claims(json!({})), rsa(&RSA_PKCS1_SHA256));
    let parts: Vec<&str> = honest.split('.').collect();
    let other = base64url(claims(json!({ "email": "eve@example.org" })).to_string());
    let forged = format!("{}.{other}.{}", parts[0], parts[2]);

    assert_eq!(verify(&forged, &key_set("one"), CLIENT, now()), Err(Error::Signature));
    for length in (0..honest.len()).step_by(7) {
        assert!(verify(&honest[..length], &key_set("one"), CLIENT, now()).is_err(), "cut to {length}");
    }
    for text in ["", ".", "..", "...", "a.b.c", "e30.e30.", "🔑.🔑.🔑"] {
        assert_eq!(verify(text, &key_set("one"), CLIENT, now()), Err(Error::Malformed), "{text}");
    }
    let huge = format!("{honest}{}", "A".repeat(MAX_CREDENTIAL_BYTES));
    assert_eq!(verify(&huge, &key_set("one"), CLIENT, now()), Err(Error::TooLong));
}

#[test]
fn claims_that_no_account_could_hold_are_refused() {
    for changes in [
        json!({ "sub": "" }),
        json!({ "sub": null }),
        json!({ "sub": "1".repeat(256) }),
        json!({ "sub": 110_169 }),
        json!({ "name": "A\0" }),
        json!({ "email": "a\0@example.org" }),
        json!({ "email_verified": 1 }),
    ] {
        assert_eq!(check(changes.clone()), Err(Error::Malformed), "{changes}");
    }
}
