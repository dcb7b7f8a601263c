//! A name and a password for a session token.

use super::{Error, Result};
use crate::app::App;
use crate::auth::Verdict;
use crate::domain::{UserId, username};
use crate::store::users::{self, Credentials};

/// A session token for the user of `name`, when `password` is theirs.
///
/// A name that nobody has, a user who may not sign in and a wrong password are told apart neither by the answer nor by
/// the time it takes.
///
/// # Errors
/// [`Error::Invalid`] for an empty field, [`Error::IncorrectCredentials`], [`Error::Busy`], [`Error::Database`].
pub async fn sign_in(app: &App, name: &str, password: &str) -> Result<String> {
    for (field, text) in [("Username", name), ("Password", password)] {
        if text.is_empty() {
            return Err(Error::Invalid(format!("{field} is required")));
        }
    }
    // The token dates from this look at the row: should the password change while we compare, the token ends with it.
    let now = app.clock.now();
    let found = users::find_by_name(&app.db, name, &username::fold(name)).await?;
    let found = found.filter(|found| found.user.disabled_at.is_none());
    let stored = found.as_ref().and_then(|found| found.password.as_deref());
    let verdict = app.passwords.verify(password, stored).await?;
    match (verdict, found) {
        (Verdict::Wrong, _) | (_, None) => Err(Error::IncorrectCredentials),
        (verdict, Some(Credentials { user, password: stored })) => {
            if verdict == Verdict::RightButStale {
                renew_hash(app, user.id, stored.as_deref(), password).await;
            }
            Ok(app.tokens.issue(user.id, now, user.tokens_valid_after))
        }
    }
}

/// Tells the password hasher whether some users still have the old server's hashes, so that a refusal costs the same for
/// all. For start-up, once the schema stands.
///
/// # Errors
/// [`Error::Database`].
pub async fn expect_old_passwords(app: &App) -> Result<()> {
    if users::any_with_bcrypt(&app.db).await? {
        app.passwords.expect_bcrypt_users();
    }
    Ok(())
}

/// Stores today's hash of a password that was proven under an old one. Nobody is kept out when that fails: the next
/// sign-in tries again.
async fn renew_hash(app: &App, user: UserId, stored: Option<&str>, password: &str) {
    let renewed: Result<()> = async {
        let fresh = app.passwords.rehash(password).await?;
        let mut tx = app.db.begin().await?;
        users::set_password(&mut tx, user, stored, &fresh).await?;
        Ok(tx.commit().await?)
    }
    .await;
    if let Err(error) = renewed {
        tracing::warn!(user.id = %user, %error, "an old password hash was not renewed");
    }
}
