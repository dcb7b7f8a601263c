//! Ends every session and API token of a user.

use super::prove_password::{Proof, prove_password};
use super::{Error, Result};
use crate::app::App;
use crate::auth::jwt;
use crate::db::Tx;
use crate::domain::{Timestamp, UserId};
use crate::store::{api_tokens, users};

/// Ends every token made so far, and gives the caller a new one in place of theirs.
///
/// # Errors
/// [`Error::Invalid`] or [`Error::IncorrectCredentials`] when the user has a password and `current` is not it;
/// [`Error::Busy`], [`Error::Database`].
pub async fn revoke_sessions(app: &App, user: UserId, current: Option<&str>) -> Result<String> {
    let proof = prove_password(app, user, current).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    lock_proven(&mut tx, user, &proof).await?;
    let ended = end_tokens(&mut tx, user, now).await?;
    tx.commit().await?;
    Ok(app.tokens.issue(user, now, Some(ended)))
}

/// Keeps the user's row to this transaction, provided that the password is still the proven one.
pub(super) async fn lock_proven(tx: &mut Tx<'_>, user: UserId, proof: &Proof) -> Result<()> {
    let found = users::lock(tx, user).await?.ok_or(Error::InvalidToken)?;
    if found.password.as_deref() == proof.hash() { Ok(()) } else { Err(Error::IncorrectCredentials) }
}

/// Ends every token of a user and says up to when they were made.
pub(super) async fn end_tokens(tx: &mut Tx<'_>, user: UserId, now: Timestamp) -> Result<Timestamp> {
    let found = users::lock(tx, user).await?.ok_or(Error::NotFound("User"))?;
    let ended = jwt::revocation_at(now, found.user.tokens_valid_after);
    users::revoke_tokens(tx, user, ended).await?;
    api_tokens::delete_all(tx, user).await?;
    Ok(ended)
}
