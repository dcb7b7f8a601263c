//! Session tokens: what is accepted, and everything that is not.

use std::time::Duration;

use brainly::auth::jwt::{Error, Keys, MAX_TOKEN_BYTES, revocation_at};
use brainly::domain::{Timestamp, UserId};
use ring::hmac;
use serde_json::{Value, json};

use super::{at, base64url, claims_of, token};

const SECRET: &[u8] = b"a secret of more than thirty-two bytes";
const OTHER: &[u8] = b"quite another secret, as long as it is";
const WEEK: Duration = Duration::from_hours(7 * 24);

fn now() -> Timestamp {
    at("2026-11-23T12:00:00.250Z")
}

fn ada() -> UserId {
    "0198c0de-0000-7000-8000-000000000001".parse().unwrap()
}

fn keys() -> Keys {
    Keys::new(SECRET, None, WEEK).unwrap()
}

fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn hs(algorithm: hmac::Algorithm, secret: &[u8]) -> impl Fn(&[u8]) -> Vec<u8> {
    let key = hmac::Key::new(algorithm, secret);
    move |message| hmac::sign(&key, message).as_ref().to_vec()
}

/// A token of the old server's kind, with one claim replaced (or removed, by `null`).
fn old_token(claim: &str, value: Value) -> String {
    let mut claims = json!({ "id": ada(), "iat": now().timestamp() - 60, "exp": now().timestamp() + 3600 });
    claims[claim] = value;
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    token(&json!({ "alg": "HS256", "typ": "JWT" }), &claims, hs(hmac::HMAC_SHA256, SECRET))
}

#[test]
fn an_issued_token_names_its_user_until_it_expires() {
    let token = keys().issue(ada(), now(), None);

    let claims = keys().verify(&token, now()).unwrap();
    assert_eq!((claims.user, claims.issued_at), (ada(), now()));
    assert!(keys().verify(&token, claims.expires_at - ms(1)).is_ok());
    assert_eq!(keys().verify(&token, claims.expires_at), Err(Error::Expired));
}

#[test]
fn a_token_has_the_claims_that_old_clients_know() {
    let claims = claims_of(&keys().issue(ada(), now(), None));
    let iat = now().timestamp();
    let expected = json!({ "id": ada(), "iat": iat, "exp": iat + 604_800, "iatMs": iat * 1000 + 250 });
    assert_eq!(claims, expected);
}

#[test]
fn the_old_servers_tokens_stay_valid() {
    let claims = keys().verify(&old_token("id", json!(ada())), now()).unwrap();
    assert_eq!(claims.user, ada());
    assert_eq!(claims.issued_at, at("2026-11-23T11:59:00Z"));
}

#[test]
fn while_a_secret_is_rotated_the_previous_one_verifies_and_the_current_one_signs() {
    let before = Keys::new(OTHER, None, WEEK).unwrap();
    let rotating = Keys::new(SECRET, Some(OTHER), WEEK).unwrap();
    let after = keys();
    let (old, new) = (before.issue(ada(), now(), None), rotating.issue(ada(), now(), None));

    assert!(rotating.verify(&old, now()).is_ok());
    assert!(rotating.verify(&new, now()).is_ok());
    assert!(after.verify(&new, now()).is_ok());
    assert_eq!(after.verify(&old, now()), Err(Error::Signature));
    assert_eq!(before.verify(&new, now()), Err(Error::Signature));
}

#[test]
fn an_empty_previous_secret_verifies_nothing() {
    let claims = json!({ "id": ada(), "iat": now().timestamp(), "exp": now().timestamp() + 60 });
    let forged = token(&json!({ "alg": "HS256" }), &claims, hs(hmac::HMAC_SHA256, b""));
    assert_eq!(Keys::new(SECRET, Some(b""), WEEK).unwrap().verify(&forged, now()), Err(Error::Signature));
}

#[test]
fn a_short_secret_is_refused() {
    assert_eq!(Keys::new(&SECRET[..31], None, WEEK).err(), Some(Error::WeakSecret));
}

#[test]
fn another_algorithm_is_refused_even_when_its_signature_fits() {
    let claims = json!({ "id": ada(), "iat": now().timestamp(), "exp": now().timestamp() + 60 });
    let forged = |alg: &str, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
        keys().verify(&token(&json!({ "alg": alg, "typ": "JWT" }), &claims, sign), now()).unwrap_err()
    };

    for none in ["none", "None", "NONE", ""] {
        assert_eq!(forged(none, &|_| Vec::new()), Error::Malformed, "{none}");
    }
    assert_eq!(forged("HS384", &hs(hmac::HMAC_SHA384, SECRET)), Error::Algorithm);
    assert_eq!(forged("HS512", &hs(hmac::HMAC_SHA512, SECRET)), Error::Algorithm);
    for asymmetric in ["RS256", "PS256", "ES256", "EdDSA"] {
        // The old confusion: the verifier's key taken for another algorithm's.
        assert_eq!(forged(asymmetric, &hs(hmac::HMAC_SHA256, SECRET)), Error::Algorithm, "{asymmetric}");
    }
    assert_eq!(forged("HS256", &hs(hmac::HMAC_SHA256, OTHER)), Error::Signature);
    assert_eq!(forged("HS256", &|_| Vec::new()), Error::Signature);
}

#[test]
fn a_token_that_was_changed_or_cut_is_refused() {
    let token = keys().issue(ada(), now(), None);
    for length in 0..token.len() {
        assert!(keys().verify(&token[..length], now()).is_err(), "cut to {length}");
    }
    for index in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
        assert!(keys().verify(std::str::from_utf8(&bytes).unwrap(), now()).is_err(), "changed at {index}");
    }
    for more in [format!("{token}."), format!("{token}="), format!(" {token}"), format!("{token}.{token}")] {
        assert!(keys().verify(&more, now()).is_err());
    }
}

#[test]
fn claims_of_another_user_under_an_honest_signature_are_refused() {
    let token = keys().issue(ada(), now(), None);
    let (mut claims, parts) = (claims_of(&token), token.split('.').collect::<Vec<_>>());
    claims["id"] = json!("0198c0de-0000-7000-8000-000000000002");
    let forged = format!("{}.{}.{}", parts[0], base64url(claims.to_string()), parts[2]);
    assert_eq!(keys().verify(&forged, now()), Err(Error::Signature));
}

#[test]
fn a_claim_that_is_missing_or_makes_no_sense_is_refused() {
    for claim in ["id", "iat", "exp"] {
        for value in [Value::Null, json!("soon"), json!({}), json!(1.5)] {
            assert_eq!(keys().verify(&old_token(claim, value), now()), Err(Error::Malformed), "{claim}");
        }
    }
    for far in [i64::MAX, i64::MIN] {
        assert_eq!(keys().verify(&old_token("iat", json!(far)), now()), Err(Error::Malformed));
        assert_eq!(keys().verify(&old_token("exp", json!(far)), now()), Err(Error::Malformed));
        assert_eq!(keys().verify(&old_token("iatMs", json!(far)), now()), Err(Error::Malformed));
    }
    assert_eq!(keys().verify(&old_token("exp", json!(now().timestamp())), now()), Err(Error::Expired));
}

#[test]
fn a_token_of_another_type_or_audience_is_refused_though_our_secret_signed_it() {
    let claims = json!({ "id": ada(), "iat": now().timestamp(), "exp": now().timestamp() + 60 });
    for (typ, fits) in [("JWT", true), ("jwt", true), ("at+jwt", false), ("share", false), ("", false)] {
        let token = token(&json!({ "alg": "HS256", "typ": typ }), &claims, hs(hmac::HMAC_SHA256, SECRET));
        assert_eq!(keys().verify(&token, now()).is_ok(), fits, "{typ}");
    }
    assert_eq!(keys().verify(&old_token("aud", json!("elsewhere")), now()), Err(Error::Malformed));
}

#[test]
fn a_huge_token_is_refused_unread() {
    let padded = old_token("note", json!("x".repeat(MAX_TOKEN_BYTES)));
    assert_eq!(keys().verify(&padded, now()), Err(Error::TooLong));
    assert_eq!(keys().verify(&".".repeat(MAX_TOKEN_BYTES), now()), Err(Error::Malformed));
}

#[test]
fn a_revoke_ends_the_tokens_before_it_and_none_after_it_even_within_a_second() {
    let revoked = revocation_at(now(), None);
    let issued = |when, valid_after| keys().verify(&keys().issue(ada(), when, valid_after), now()).unwrap();

    assert!(!issued(now(), None).revoked_by(None));
    assert!(issued(now() - ms(1), None).revoked_by(Some(revoked)));
    assert!(!issued(now() + ms(1), Some(revoked)).revoked_by(Some(revoked)));
}

#[test]
fn within_one_millisecond_the_order_still_counts() {
    let issued = |valid_after| keys().verify(&keys().issue(ada(), now(), valid_after), now()).unwrap();
    let first = issued(None);
    let revoked = revocation_at(now(), None);
    let second = issued(Some(revoked));
    let again = revocation_at(now(), Some(revoked));
    let third = issued(Some(again));

    assert!(first.revoked_by(Some(revoked)) && first.revoked_by(Some(again)));
    assert!(!second.revoked_by(Some(revoked)) && second.revoked_by(Some(again)));
    assert!(!third.revoked_by(Some(again)));
}

#[test]
fn an_old_token_of_the_second_of_the_revoke_counts_as_older() {
    let old = keys().verify(&old_token("iat", json!(now().timestamp())), now()).unwrap();
    assert!(old.revoked_by(Some(now())));
    assert!(!old.revoked_by(Some(now() - Duration::from_secs(1))));
}

#[test]
fn debug_and_errors_show_no_secret() {
    let shown = format!("{:?}", Keys::new(SECRET, Some(OTHER), WEEK).unwrap());
    assert!(!shown.contains("secret of") && !shown.contains("another") && !shown.contains("97, 32"), "{shown}");
}
