//! Is this the password, and what does it cost to say no?
//!
//! A refusal must take as long for a name that nobody has as for a wrong password, so each one is paid in full: exactly one
//! Argon2 of today's cost, and, where the old server's users are about, one bcrypt of theirs. What the stored hash did not
//! ask for is spent on a dummy. A right password stops early; its answer is different anyway.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};

/// OWASP's least for Argon2id: 19 MiB, two passes, one lane (Password Storage Cheat Sheet).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const HASH_BYTES: usize = 32;

/// Beyond these a hash is none of ours, and following it would let one row hold up every sign-in.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
const MAX_PASSES: u32 = 16;
const MAX_LANES: u32 = 16;
const MAX_BCRYPT_COST: u32 = 15;

/// Hashes that no password is expected to match; a match would not count.
const DUMMY_ARGON2: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$rYj85J1hR3prpWsJG1u8eQ$piQIPxTeqMwusoPDWJVOgWAJdYfUyE92iBMj7Q5Wo48";
/// At the old server's cost, 10.
const DUMMY_BCRYPT: &str = "$2b$10$DRz4ACnUHHsPxOqI3TrfeuIsLaFGv84tQLCnSJugyNYaTGdcgriK6";

/// What a check of a password found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Verdict {
    /// Not the password, or there is none to compare with.
    Wrong,
    /// The password, hashed as we hash today.
    Right,
    /// The password, under an old scheme: store [`super::PasswordHasher::rehash`] of it.
    RightButStale,
}

/// A stored hash that can be followed.
enum Stored<'a> {
    Argon2 { hash: Box<PasswordHash>, stale: bool },
    Bcrypt(&'a str),
}

/// Whether `text` is a hash of the old server's kind.
pub(super) fn is_bcrypt(text: &str) -> bool {
    ["$2a$", "$2b$", "$2y$"].iter().any(|prefix| text.starts_with(prefix))
}

/// Compares `password` with `stored`; with `bcrypt_users` a refusal costs a bcrypt too.
pub(super) fn check(password: &str, stored: Option<&str>, bcrypt_users: bool) -> Verdict {
    let (right, stale, argon2_paid, bcrypt_paid) = match stored.and_then(read) {
        None => (false, false, false, false),
        // A stale one is cheaper than today's, so it does not count as paid.
        Some(Stored::Argon2 { hash, stale }) => (argon2_matches(password, &hash), stale, !stale, false),
        Some(Stored::Bcrypt(hash)) => (bcrypt_matches(password, hash), true, false, true),
    };
    match (right, stale) {
        (true, false) => return Verdict::Right,
        (true, true) => return Verdict::RightButStale,
        (false, _) => {}
    }
    if !argon2_paid && let Ok(dummy) = PasswordHash::new(DUMMY_ARGON2) {
        std::hint::black_box(argon2_matches(password, &dummy));
    }
    if bcrypt_users && !bcrypt_paid {
        std::hint::black_box(bcrypt_matches(password, DUMMY_BCRYPT));
    }
    Verdict::Wrong
}

/// A new hash of the whole password, as a PHC string with its own random salt.
pub(super) fn hash(password: &str) -> Result<String, argon2::password_hash::Error> {
    today().hash_password(password.as_bytes()).map(|hash| hash.to_string())
}

fn today() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_BYTES)).expect("constants within Argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn read(text: &str) -> Option<Stored<'_>> {
    if is_bcrypt(text) {
        let cost = text.parse::<bcrypt::HashParts>().ok()?.get_cost();
        return (cost <= MAX_BCRYPT_COST).then_some(Stored::Bcrypt(text));
    }
    let hash = PasswordHash::new(text).ok()?;
    let params = Params::try_from(&hash).ok()?;
    if params.m_cost() > MAX_MEMORY_KIB || params.t_cost() > MAX_PASSES || params.p_cost() > MAX_LANES {
        return None;
    }
    let weaker = params.m_cost() < MEMORY_KIB
        || params.t_cost() < PASSES
        || hash.hash.as_ref().is_none_or(|output| output.len() < HASH_BYTES);
    let other_kind = Algorithm::new(hash.algorithm.as_str()) != Ok(Algorithm::Argon2id)
        || hash.version != Some(u32::from(Version::V0x13));
    Some(Stored::Argon2 { stale: weaker || other_kind, hash: Box::new(hash) })
}

fn argon2_matches(password: &str, hash: &PasswordHash) -> bool {
    #[cfg(test)]
    tests::count(|runs| &mut runs.argon2);
    // Cost and kind come from the hash, not from `today`.
    today().verify_password(password.as_bytes(), hash).is_ok()
}

fn bcrypt_matches(password: &str, hash: &str) -> bool {
    #[cfg(test)]
    tests::count(|runs| &mut runs.bcrypt);
    // Of the first 72 bytes, as the old server did.
    bcrypt::verify(password.as_bytes(), hash).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// How often each slow function ran on this thread.
    #[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
    pub(super) struct Runs {
        pub(super) argon2: u32,
        pub(super) bcrypt: u32,
    }

    thread_local! { static RUNS: Cell<Runs> = Cell::default(); }

    pub(super) fn count(which: impl FnOnce(&mut Runs) -> &mut u32) {
        let mut runs = RUNS.get();
        *which(&mut runs) += 1;
        RUNS.set(runs);
    }

    fn counted(password: &str, stored: Option<&str>, bcrypt_users: bool) -> (Verdict, u32, u32) {
        RUNS.take();
        let verdict = check(password, stored, bcrypt_users);
        let Runs { argon2, bcrypt } = RUNS.take();
        (verdict, argon2, bcrypt)
    }

    fn weak(password: &str, memory: u32, passes: u32, kind: Algorithm) -> String {
        let params = Params::new(memory, passes, 1, None).unwrap();
        Argon2::new(kind, Version::V0x13, params).hash_password(password.as_bytes()).unwrap().to_string()
    }

    #[test]
    fn a_new_hash_is_argon2id_with_todays_cost_and_a_salt_of_its_own() {
        let (one, two) = (hash("open sesame").unwrap(), hash("open sesame").unwrap());
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two);
        assert_eq!(counted("open sesame", Some(&one), false), (Verdict::Right, 1, 0));
    }

    #[test]
    fn every_refusal_costs_one_argon2() {
        let stored = hash("open sesame").unwrap();
        for stored in [None, Some(stored.as_str()), Some(""), Some("plain text"), Some("$argon2id$v=19$broken")] {
            assert_eq!(counted("open barley", stored, false), (Verdict::Wrong, 1, 0), "{stored:?}");
        }
    }

    #[test]
    fn among_bcrypt_users_every_refusal_costs_one_bcrypt_too() {
        let new = hash("open sesame").unwrap();
        let old = bcrypt::hash("open sesame", 10).unwrap();
        for stored in [None, Some(new.as_str()), Some(old.as_str()), Some("plain text"), Some("$2b$10$broken")] {
            assert_eq!(counted("open barley", stored, true), (Verdict::Wrong, 1, 1), "{stored:?}");
        }
    }

    #[test]
    fn the_dummies_cost_what_real_hashes_cost_and_open_nothing() {
        assert!(matches!(read(DUMMY_ARGON2), Some(Stored::Argon2 { stale: false, .. })));
        assert_eq!(DUMMY_BCRYPT.parse::<bcrypt::HashParts>().unwrap().get_cost(), 10);
        assert_eq!(check("", None, true), Verdict::Wrong);
    }

    #[test]
    fn old_hashes_are_right_but_stale_under_each_prefix() {
        let hash = bcrypt::hash_with_salt("open sesame", 4, *b"0123456789abcdef").unwrap();
        for version in [bcrypt::Version::TwoA, bcrypt::Version::TwoB, bcrypt::Version::TwoY] {
            let stored = hash.format_for_version(version);
            assert_eq!(counted("open sesame", Some(&stored), false), (Verdict::RightButStale, 0, 1));
            assert_eq!(check("open barley", Some(&stored), false), Verdict::Wrong);
        }
        // A vector of the first implementation's, made elsewhere.
        let known = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
        assert_eq!(check("U*U", Some(known), false), Verdict::RightButStale);
        // $2x$ marks hashes made by a broken implementation.
        let broken = hash.format_for_version(bcrypt::Version::TwoX);
        assert_eq!(check("open sesame", Some(&broken), false), Verdict::Wrong);
    }

    #[test]
    fn of_a_long_password_an_old_hash_knows_72_bytes_and_a_new_one_all() {
        // The cut falls into the middle of a two-byte letter.
        let long = format!("{}{}", "x".repeat(71), "ä".repeat(20));
        let old = bcrypt::hash(&long, 4).unwrap();
        assert_eq!(check(&long, Some(&old), false), Verdict::RightButStale);
        assert_eq!(check(&format!("{long}, and more"), Some(&old), false), Verdict::RightButStale);
        assert_eq!(check(&long[..70], Some(&old), false), Verdict::Wrong);

        let new = hash(&long).unwrap();
        assert_eq!(check(&long, Some(&new), false), Verdict::Right);
        assert_eq!(check(&format!("{long}, and more"), Some(&new), false), Verdict::Wrong);
    }

    #[test]
    fn a_weaker_argon2_is_right_but_stale() {
        let all = [
            weak("open sesame", 8 * 1024, 2, Algorithm::Argon2id),
            weak("open sesame", MEMORY_KIB, 1, Algorithm::Argon2id),
            weak("open sesame", MEMORY_KIB, 2, Algorithm::Argon2i),
        ];
        for stored in &all {
            assert_eq!(counted("open sesame", Some(stored), false), (Verdict::RightButStale, 1, 0), "{stored}");
            assert_eq!(counted("open barley", Some(stored), false), (Verdict::Wrong, 2, 0), "{stored}");
        }
        let stronger = weak("open sesame", 20 * 1024, 3, Algorithm::Argon2id);
        assert_eq!(check("open sesame", Some(&stronger), false), Verdict::Right);
    }

    #[test]
    fn a_hash_that_asks_for_an_absurd_cost_is_not_followed() {
        let salt_and_hash = DUMMY_ARGON2.rsplitn(3, '$').take(2).collect::<Vec<_>>();
        let hungry = format!("$argon2id$v=19$m=4194304,t=2,p=1${}${}", salt_and_hash[1], salt_and_hash[0]);
        assert_eq!(counted("open sesame", Some(&hungry), false), (Verdict::Wrong, 1, 0));
        let slow = DUMMY_BCRYPT.replacen("$10$", "$31$", 1);
        assert_eq!(counted("open sesame", Some(&slow), false), (Verdict::Wrong, 1, 0));
    }
}
