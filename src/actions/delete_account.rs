//! Removes an account at its owner's wish.

use super::Result;
use super::prove_password::prove_password;
use super::revoke_sessions::lock_proven;
use crate::app::App;
use crate::domain::UserId;
use crate::store::users;

/// Removes a user and every row that is theirs, for good.
///
/// # Errors
/// [`super::Error::Invalid`] or [`super::Error::IncorrectCredentials`] when the user has a password and `current` is not
/// it; [`super::Error::Busy`], [`super::Error::Database`].
pub async fn delete_account(app: &App, user: UserId, current: Option<&str>) -> Result<()> {
    let proof = prove_password(app, user, current).await?;
    let mut tx = app.db.begin().await?;
    lock_proven(&mut tx, user, &proof).await?;
    users::delete(&mut tx, user).await?;
    Ok(tx.commit().await?)
}
