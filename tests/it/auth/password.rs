//! Passwords through the public hasher.

use brainly::auth::{Password, PasswordHasher, Verdict};

/// As the old server stored it, but for the cost, which would only take time here.
fn old_hash(password: &str) -> String {
    bcrypt::hash(password, 4).unwrap()
}

#[tokio::test]
async fn a_hashed_password_is_right_and_another_is_wrong() {
    let hasher = PasswordHasher::new(1).unwrap();
    let stored = hasher.hash(&Password::parse("correct horse").unwrap()).await.unwrap();

    assert_eq!(hasher.verify("correct horse", Some(&stored)).await.unwrap(), Verdict::Right);
    assert_eq!(hasher.verify("correct horsf", Some(&stored)).await.unwrap(), Verdict::Wrong);
    assert_eq!(hasher.verify("", Some(&stored)).await.unwrap(), Verdict::Wrong);
    assert_eq!(hasher.verify("correct horse", None).await.unwrap(), Verdict::Wrong);
}

#[tokio::test]
async fn an_old_user_signs_in_once_more_and_is_then_hashed_whole() {
    let hasher = PasswordHasher::new(1).unwrap();
    let password = "ä".repeat(40) + "the old server never saw this";
    let stored = old_hash(&password);
    assert_eq!(hasher.verify(&password, Some(&stored)).await.unwrap(), Verdict::RightButStale);

    let fresh = hasher.rehash(&password).await.unwrap();

    assert_eq!(hasher.verify(&password, Some(&fresh)).await.unwrap(), Verdict::Right);
    assert_eq!(hasher.verify(&"ä".repeat(40), Some(&fresh)).await.unwrap(), Verdict::Wrong);
}

#[tokio::test]
async fn an_old_password_that_nobody_could_choose_today_can_be_rehashed() {
    let hasher = PasswordHasher::new(1).unwrap();
    assert!(Password::parse("short").is_err());
    assert_eq!(hasher.verify("short", Some(&old_hash("short"))).await.unwrap(), Verdict::RightButStale);

    let fresh = hasher.rehash("short").await.unwrap();

    assert_eq!(hasher.verify("short", Some(&fresh)).await.unwrap(), Verdict::Right);
}
