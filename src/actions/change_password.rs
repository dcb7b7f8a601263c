//! Another password, and an end to all that the old one opened.

use super::prove_password::prove_password;
use super::revoke_sessions::{end_tokens, lock_proven};
use super::{Error, Result};
use crate::app::App;
use crate::auth::Password;
use crate::domain::UserId;
use crate::store::users;

/// Gives a user another password (or a first one, to somebody who came by Google), ends every token made so far and
/// returns a new one.
///
/// # Errors
/// [`Error::Invalid`] or [`Error::IncorrectCredentials`] when the user has a password and `current` is not it, also when
/// another change came first; [`Error::Busy`], [`Error::Database`].
pub async fn change_password(app: &App, user: UserId, current: Option<&str>, new: &Password) -> Result<String> {
    let proof = prove_password(app, user, current).await?;
    let hash = app.passwords.hash(new).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    lock_proven(&mut tx, user, &proof).await?;
    if !users::set_password(&mut tx, user, proof.hash(), &hash).await? {
        return Err(Error::IncorrectCredentials);
    }
    let ended = end_tokens(&mut tx, user, now).await?;
    tx.commit().await?;
    Ok(app.tokens.issue(user, now, Some(ended)))
}
